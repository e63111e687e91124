import type { Socket } from 'node:net';
import type { AmiUser } from './ami-server.ts';

/** An action's headers, in lower case; a repeated one (Variable) has its values joined by line feeds. */
export type ReceivedAction = ReadonlyMap<string, string>;

/** One client of the AmiServer. */
export class AmiClient {
  user: AmiUser | null = null;
  /** Classes that the client asked for by `Events`; null: all. */
  mask: ReadonlySet<string> | null = null;
  readonly filters: string[] = [];
  readonly #socket: Socket;
  #unread = '';

  constructor(socket: Socket, onAction: (action: ReceivedAction) => void) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('utf8');
    // A client that breaks off is its own affair; 'close' follows.
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      this.#unread += String(chunk);
      const packets = this.#unread.split('\r\n\r\n');
      this.#unread = packets.pop() ?? '';
      for (const packet of packets) onAction(parse(packet));
    });
  }

  write(bytes: Buffer | string): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Bytes that wait here, as the client does not read what the kernel has. */
  get backlog(): number {
    return this.#socket.writableLength;
  }

  /** Resolves when the kernel has the bytes, so that the next write is likely to be a read of its own. */
  written(bytes: Buffer): Promise<void> {
    if (!this.#socket.writable) return Promise.resolve();
    return new Promise((resolve) => this.#socket.write(bytes, () => setImmediate(resolve)));
  }

  answer(action: ReceivedAction, headers: Readonly<Record<string, string>>): void {
    const { Response = 'Success', ...rest } = headers;
    this.packet({ Response, ...idOf(action), ...rest });
  }

  refuse(action: ReceivedAction, message: string): void {
    this.answer(action, { Response: 'Error', Message: message });
  }

  /** An event that belongs to an action: with its ActionID, and without a class. */
  listed(action: ReceivedAction, event: string, headers: Readonly<Record<string, string>>): void {
    this.packet({ Event: event, ...idOf(action), ...headers });
  }

  packet(headers: Readonly<Record<string, string>>): void {
    const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}\r\n`);
    this.write(`${lines.join('')}\r\n`);
  }

  /** Whether the user's read classes and the client's mask let a packet pass. */
  mayRead(packet: string): boolean {
    const privilege = /^Privilege: ([a-z]+)/m.exec(packet)?.[1];
    if (privilege === undefined) return true;
    return (this.user?.read?.includes(privilege) ?? true) && (this.mask?.has(privilege) ?? true);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

function idOf(action: ReceivedAction): Record<string, string> {
  const id = action.get('actionid');
  return id === undefined ? {} : { ActionID: id };
}

function parse(packet: string): ReceivedAction {
  const action = new Map<string, string>();
  for (const line of packet.split('\r\n')) {
    const [, header, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (header === undefined || value === undefined) continue;
    const key = header.toLowerCase();
    const before = action.get(key);
    action.set(key, before === undefined ? value : `${before}\n${value}`);
  }
  return action;
}
