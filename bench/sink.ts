import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What tells a call's callbacks apart: a Hangup is told in the user's and in the customer's name. */
export function tagOf(callUuid: string, kind: string, callerIdNum: string): string {
  return `${callUuid} ${kind} ${kind === 'Hangup' ? callerIdNum : ''}`;
}

const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n');

/**
 * A CRM that takes every callback and says so at once, or after a while. It reads no more of HTTP than the connector and the
 * rulers write, so that what is measured is theirs.
 */
export class Sink {
  callbacks = 0;
  /** How long it takes to answer. */
  answerMs = 0;
  onCallback: (tag: string, at: number) => void = () => {};
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.setEncoding('latin1');
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      let unread = '';
      socket.on('data', (chunk) => {
        unread = this.#read(unread + String(chunk), socket);
      });
    });
  }

  static async start(): Promise<Sink> {
    const sink = new Sink();
    sink.#server.listen(0, '127.0.0.1');
    await once(sink.#server, 'listening');
    return sink;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/modules/PBXManager/callbacks/PBXManager.php`;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  /** @returns what is not yet a whole request */
  #read(text: string, socket: Socket): string {
    for (let from = 0; ; ) {
      const end = text.indexOf('\r\n\r\n', from);
      if (end < 0) return text.slice(from);
      const length = /content-length: *(\d+)/i.exec(text.slice(from, end))?.[1] ?? '0';
      const next = end + 4 + Number(length);
      if (next > text.length) return text.slice(from);
      this.#take(text.slice(end + 4, next), socket);
      from = next;
    }
  }

  #take(body: string, socket: Socket): void {
    const at = performance.now();
    void this.#answer(socket);
    const kind = fieldOf(body, 'callstatus');
    if (kind === '' || kind === 'ConnectorProbe') return;
    this.callbacks += 1;
    this.onCallback(tagOf(fieldOf(body, 'callUUID'), kind, fieldOf(body, 'callerIdNum')), at);
  }

  async #answer(socket: Socket): Promise<void> {
    if (this.answerMs > 0) await pause(this.answerMs);
    if (socket.writable) socket.write(answer);
  }
}

/** Of a form's body; '' where it is not. */
function fieldOf(body: string, name: string): string {
  const form = `&${body}`;
  const at = form.indexOf(`&${name}=`);
  if (at < 0) return '';
  const [value = ''] = form.slice(at + name.length + 2).split('&', 1);
  return value.replaceAll('%2B', '+');
}
