import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Reply =
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  /** Not a word until the client goes away. */
  | 'hang'
  /** The connection is reset before a byte of answer. */
  | 'reset'
  /** A part of the answer, then a reset. */
  | 'cut';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly params: Readonly<Record<string, string>>;
  readonly port: number;
}

export const ok: Reply = { status: 200, body: '' };

/** A CRM on a real socket that answers as a test tells it, and remembers what it was asked and what it accepted. */
export class ScriptedCrm {
  readonly requests: Request[] = [];
  readonly accepted: Readonly<Record<string, string>>[] = [];
  mostAtOnce = 0;
  #atOnce = 0;
  #answer: (request: Request, index: number) => Reply | Promise<Reply> = () => ok;
  #server: Server | null = null;
  #port = 0;
  readonly #sockets = new Set<Socket>();

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  answer(answer: (request: Request, index: number) => Reply | Promise<Reply>): void {
    this.#answer = answer;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Nobody listens any more; `start` listens at the same port again. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request: Request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      params: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8'))),
      port: incoming.socket.remotePort ?? 0,
    };
    this.requests.push(request);
    const reply = await this.#answer(request, this.requests.length - 1);
    this.#atOnce -= 1;
    if (reply === 'hang') return;
    if (reply === 'reset') return void incoming.socket.resetAndDestroy();
    if (reply === 'cut') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      return void setTimeout(() => incoming.socket.resetAndDestroy(), 5);
    }
    if (reply.status === 200 && !reply.body) this.accepted.push(request.params);
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body ?? '');
  }
}
