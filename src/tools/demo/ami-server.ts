import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type ActionHandler, builtInAnswers } from './ami-answers.ts';
import { AmiClient, type ReceivedAction } from './ami-client.ts';
import { type Capture, chunksOf, type Renaming, renameCapture } from './capture.ts';

export interface AmiUser {
  readonly name: string;
  readonly secret: string;
  /** Read classes; default: all. Packets of other classes are kept from the user, without a word, as Asterisk does. */
  readonly read?: readonly string[];
  /** Actions that the user may use, of those that the server knows; default: all. */
  readonly actions?: readonly string[];
}

export interface AmiServerSettings {
  /** 0: any free one. */
  readonly port: number;
  readonly users: readonly AmiUser[];
  readonly address?: string;
  /** The first line; default: as Asterisk 22 has it. */
  readonly banner?: string;
}

/** What the server does with an Originate: `after` runs when the Success is sent, and may play events. */
export type OriginateVerdict =
  | { readonly accept: true; readonly after?: () => void }
  | { readonly accept: false; readonly message: string };

export interface PlayOptions {
  /** 1: as fast as it was. Infinity: at once. */
  readonly speed?: number;
  readonly cut?: 'true' | 'odd';
  readonly rename?: Renaming;
}

/** An AMI over TCP that plays captures of a real Asterisk: for the demo, and for tests of what stands before it. */
export class AmiServer {
  /** Every action that was understood, in order, with the client's Login. */
  readonly received: ReceivedAction[] = [];
  /** What CoreShowChannels lists: each a channel's headers. */
  channels: readonly Readonly<Record<string, string>>[] = [];
  onOriginate: (action: ReceivedAction) => OriginateVerdict = () => ({ accept: true });
  /** Looked at first; true: taken care of, the server shall not answer. */
  intercept: ((action: ReceivedAction, client: AmiClient) => boolean) | null = null;
  readonly #settings: AmiServerSettings;
  readonly #server: Server;
  readonly #clients = new Set<AmiClient>();

  constructor(settings: AmiServerSettings) {
    this.#settings = settings;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(settings: AmiServerSettings): Promise<AmiServer> {
    const server = new AmiServer(settings);
    await server.listen(settings.port);
    return server;
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, this.#settings.address ?? '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get users(): readonly AmiUser[] {
    return this.#settings.users;
  }

  /** The clients that are logged in. */
  get clients(): readonly AmiClient[] {
    return [...this.#clients].filter((client) => client.user !== null);
  }

  /** Sends packets, or parts of them, to every client that is logged in, whatever its classes. */
  send(bytes: Buffer | string): void {
    for (const client of this.clients) client.write(bytes);
  }

  /** Sends one event to the clients whose classes let it pass. */
  event(name: string, privilege: string, headers: Readonly<Record<string, string>> = {}): void {
    const lines = Object.entries({ Event: name, Privilege: `${privilege},all`, ...headers });
    const text = `${lines.map(([header, value]) => `${header}: ${value}\r\n`).join('')}\r\n`;
    for (const client of this.clients) if (client.mayRead(text)) client.write(text);
  }

  /** Plays a capture to the clients that are logged in at each moment; resolves after its last byte. */
  async play(capture: Capture, { speed = 1, cut = 'true', rename }: PlayOptions = {}): Promise<void> {
    const renamed = rename === undefined ? capture : renameCapture(capture, rename);
    let now = renamed[0]?.atMs ?? 0;
    for (const moment of new Set(renamed.map((packet) => packet.atMs))) {
      await pause((moment - now) / speed);
      now = moment;
      const packets = renamed.filter((packet) => packet.atMs === moment);
      await Promise.all(this.clients.map((client) => sendMoment(client, packets, cut)));
    }
  }

  /** Ends every connection at once. */
  drop(): void {
    for (const client of this.#clients) client.destroy();
  }

  async stop(): Promise<void> {
    this.drop();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    const client = new AmiClient(socket, (action) => this.#take(action, client));
    this.#clients.add(client);
    socket.on('close', () => this.#clients.delete(client));
    client.write(`${this.#settings.banner ?? 'Asterisk Call Manager/11.0.0'}\r\n`);
  }

  #take(action: ReceivedAction, client: AmiClient): void {
    this.received.push(action);
    if (this.intercept?.(action, client) === true) return;
    const name = action.get('action')?.toLowerCase() ?? '';
    const handler: ActionHandler | undefined = builtInAnswers.get(name);
    if (client.user === null && name !== 'login') client.refuse(action, 'Permission denied');
    else if (handler === undefined) client.refuse(action, `Invalid/unknown command: ${name}. Use Action: ListCommands`);
    else if (client.user?.actions !== undefined && !allowed(client.user.actions, name))
      client.refuse(action, 'Permission denied');
    else handler(action, client, this);
  }
}

const always = ['login', 'logoff', 'ping', 'events', 'listcommands'];

const allowed = (actions: readonly string[], name: string) =>
  always.includes(name) || actions.some((one) => one.toLowerCase() === name);

async function sendMoment(client: AmiClient, packets: Capture, cut: 'true' | 'odd'): Promise<void> {
  const readable = packets.filter((packet) => client.mayRead(packet.text));
  for (const chunk of chunksOf(readable, cut)) await client.written(chunk.bytes);
}

const pause = (ms: number) => new Promise<void>((resolve) => (ms > 0 ? setTimeout(resolve, ms) : resolve()));
