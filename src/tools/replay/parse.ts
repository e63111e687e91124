import { randomBytes } from 'node:crypto';
import { Connection } from '../../ami/connection.ts';
import type { Packet } from '../../ami/packet.ts';
import { systemClock } from '../../clock.ts';
import { AmiServer } from '../demo/ami-server.ts';
import type { RawPacket } from './stream.ts';

export interface ParsedPacket {
  readonly packet: Packet;
  /** Which of the raw packets it was. */
  readonly index: number;
}

/** Packets that are sent before the reader's turn. */
const batch = 500;

/**
 * Reads packets with the connector's own connection, parser and all, over a socket of this machine: what it makes of them
 * here it makes of them in service.
 *
 * @throws when the connection is closed, as it is on a packet without end
 */
export async function parse(raw: readonly RawPacket[]): Promise<ParsedPacket[]> {
  const user = { name: 'replay', secret: randomBytes(8).toString('hex') };
  // Between the packets, and no packet of Asterisk's has its name.
  const mark = `Replay${randomBytes(8).toString('hex')}`;
  const server = await AmiServer.start({ port: 0, users: [user] });
  try {
    return await read(server, user, raw, mark);
  } finally {
    await server.stop();
  }
}

async function read(
  server: AmiServer,
  user: { readonly name: string; readonly secret: string },
  raw: readonly RawPacket[],
  mark: string,
): Promise<ParsedPacket[]> {
  const parsed: ParsedPacket[] = [];
  // What comes before the first mark is of the login.
  let index = -1;
  let finish = () => {};
  let fail: (reason: string) => void = () => {};
  const done = new Promise<void>((resolve, reject) => {
    finish = resolve;
    fail = (reason) => reject(new Error(reason));
  });
  const onPacket = (packet: Packet) => {
    if (packet.get('event') === mark) index = Number(packet.get('index'));
    else if (index >= 0) parsed.push({ packet, index });
    if (index === raw.length) finish();
  };
  const limits = { loginTimeoutMs: 10_000, actionTimeoutMs: 10_000 };
  const where = { host: '127.0.0.1', port: server.port, username: user.name, secret: user.secret };
  const connection = new Connection({ ...where, ...limits }, { clock: systemClock, onPacket, onClosed: fail });
  try {
    const login = await connection.open();
    if (login.kind !== 'in') throw new Error(`the replay could not read from itself: ${JSON.stringify(login)}`);
    await Promise.all([send(server, raw, mark), done]);
    return parsed;
  } finally {
    connection.close('read');
  }
}

async function send(server: AmiServer, raw: readonly RawPacket[], mark: string): Promise<void> {
  const marked = [...raw.map(({ text }, index) => `${markOf(mark, index)}${asSent(text)}`), markOf(mark, raw.length)];
  for (let at = 0; at < marked.length; at += batch)
    await server.clients[0]?.written(Buffer.from(marked.slice(at, at + batch).join(''), 'latin1'));
}

const markOf = (mark: string, index: number) => `Event: ${mark}\r\nIndex: ${index}\r\n\r\n`;
const asSent = (text: string) => `${text.replace(/\r*\n/g, '\r\n')}\r\n\r\n`;
