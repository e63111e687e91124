import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One kept connection that asks one thing at a time in raw bytes: no HTTP client's own time is measured. */
export class KeptConnection {
  readonly #socket: Socket;
  #received = '';
  #answered: (body: string) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => this.#answered('(closed)'));
  }

  static async open(port: number): Promise<KeptConnection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new KeptConnection(socket);
  }

  /** @param request its bytes; resolves with the answer's body */
  ask(request: string): Promise<string> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.write(request, 'latin1');
    });
  }

  close(): void {
    this.#answered = () => {};
    this.#socket.destroy();
  }

  /** Expects answers with a length. */
  #take(text: string): void {
    this.#received += text;
    const head = this.#received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/^content-length: *(\d+)/im.exec(this.#received)?.[1] ?? 0);
    const end = head + 4 + length;
    if (this.#received.length < end) return;
    const body = this.#received.slice(head + 4, end);
    this.#received = this.#received.slice(end);
    this.#answered(body);
  }
}
