import { EventEmitter } from 'node:events';
import net, { type Socket } from 'node:net';
import AsteriskManager from 'asterisk-manager';
import type { Packet } from '../../src/ami/packet.ts';

/** The reader of asterisk-manager 0.2.0, which ours is held against, given texts as a socket would give them. */
export function moduleReader(onPacket: (packet: Packet) => void): (chunk: string) => void {
  const nothing = () => {};
  const socket = Object.assign(new EventEmitter(), {
    setKeepAlive: nothing,
    setNoDelay: nothing,
    setEncoding: nothing,
  });
  const { createConnection } = net;
  net.createConnection = () => socket as unknown as Socket;
  try {
    const module = new AsteriskManager(null, '', '', '', false);
    module.removeAllListeners('rawevent');
    module.on('rawevent', (raw: unknown) => {
      const packet = toPacket(raw);
      if (packet !== null) onPacket(packet);
    });
    module.connect(0, '');
  } finally {
    net.createConnection = createConnection;
  }
  return (chunk) => void socket.emit('data', chunk);
}

/**
 * What asterisk-manager emits, as a Packet. It builds it in a plain object, so that a header named `constructor` becomes
 * [Function, "value"]; a repeated header is an array; and `Variable: NAME` is an assignment, `{ NAME: '' }`.
 */
function toPacket(raw: unknown): Packet | null {
  const packet = new Map<string, string>();
  for (const [key, value] of Object.entries(raw as object)) {
    const text = textOf(value);
    // A header without a blank behind its colon keeps the colon.
    const header = (key.endsWith(':') ? key.slice(0, -1) : key).toLowerCase();
    if (text !== null) packet.set(header, text === '<unknown>' ? '' : text);
  }
  return packet.size > 0 ? packet : null;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.find((one) => typeof one === 'string') ?? null;
  const [name, assigned] = Object.entries(value as object)[0] ?? [];
  if (name === undefined || typeof assigned !== 'string') return null;
  return assigned === '' ? name : `${name}=${assigned}`;
}
