import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import AsteriskManager from 'asterisk-manager';
import type { Clock } from '../clock.ts';
import { type ActionResult, type AmiAction, faultOf, type SendOptions } from './action.ts';
import type { Packet } from './packet.ts';
import { PendingActions } from './pending.ts';
import { Reader } from './reader.ts';
import type { Wanted } from './wanted.ts';

export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  /** For connecting and Login together. */
  readonly loginTimeoutMs: number;
  readonly actionTimeoutMs: number;
}

export interface ConnectionParts {
  readonly clock: Clock;
  /** The events that alone come to onPacket; absent: all. */
  readonly wanted?: Wanted;
  /** Each packet that answers no action of ours; must not throw. */
  readonly onPacket: (packet: Packet) => void;
  /** An event came that is not wanted. */
  readonly onDropped?: () => void;
  /** Once, whoever closed it. */
  readonly onClosed: (reason: string) => void;
}

export type LoginResult =
  | { readonly kind: 'in' }
  | { readonly kind: 'refused'; readonly message: string }
  /** `isAbsent`: nobody listens there. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isAbsent: boolean };

let serial = 0;

/**
 * One TCP connection and the one asterisk-manager that belongs to it: never used again after it is closed, as
 * asterisk-manager 0.2.0 would join half a packet of the old connection with the greeting of the new one.
 *
 * Of asterisk-manager are used the socket, Login and the writing of actions. Its reader is taken off the socket: it needs 14
 * microseconds for an event of which four in five are of no use to anybody (docs/decisions/0019), and its dispatch emits each
 * packet under the packet's ActionID and Event as the emitter's event name, both of which others may choose. Any AMI client's
 * Originate with `ActionID: rawevent` would end this process with a TypeError, one with `ActionID: close` would look like the
 * end of the connection, and `Event: RawEvent` would loop for ever.
 */
export class Connection {
  readonly #settings: ConnectionSettings;
  readonly #parts: ConnectionParts;
  readonly #ami: InstanceType<typeof AsteriskManager>;
  readonly #pending: PendingActions;
  readonly #reader: Reader;
  readonly #idPrefix: string;
  #lastId = 0;
  #socket: Socket | null = null;
  #state: 'new' | 'loggingIn' | 'open' | 'closed' = 'new';
  #loginSettled: (result: LoginResult) => void = () => {};
  #socketError: string | null = null;
  #isAbsent = false;
  #lastByteAt = 0;

  constructor(settings: ConnectionSettings, parts: ConnectionParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#pending = new PendingActions(parts.clock);
    this.#reader = new Reader({
      wanted: parts.wanted,
      isCollecting: () => this.#pending.isCollecting,
      onPacket: (packet) => this.#take(packet),
      onDropped: () => this.#drop(),
    });
    this.#idPrefix = `connector-${process.pid}-${++serial}`;
    // Without a port it does not connect and log in by itself, where a refused login would go unnoticed.
    this.#ami = new AsteriskManager(null, settings.host, settings.username, settings.secret, false);
    this.#ami.on('error', (error: NodeJS.ErrnoException) => {
      // A name with several addresses fails with an AggregateError, whose message is empty (Node 20).
      this.#socketError = error.message || (error.code ?? 'no connection');
      this.#isAbsent = error.code === 'ECONNREFUSED';
    });
    this.#ami.on('close', () => this.close(this.#socketError ?? 'Asterisk closed the connection'));
  }

  /** Epoch milliseconds; 0: never. */
  get lastByteAt(): number {
    return this.#lastByteAt;
  }

  /** Connects and logs in; a login that is not answered in time fails and closes the connection. */
  async open(): Promise<LoginResult> {
    const { clock } = this.#parts;
    const { host, port, loginTimeoutMs } = this.#settings;
    const result = new Promise<LoginResult>((resolve) => {
      this.#loginSettled = resolve;
    });
    const noAnswer = `no answer to Login within ${loginTimeoutMs / 1000} s`;
    const cancel = clock.after(loginTimeoutMs, () => this.close(noAnswer));
    this.#state = 'loggingIn';
    try {
      this.#socket = socketMadeBy(() => this.#ami.connect(port, host, () => this.#login()));
      readInstead(this.#socket, (chunk) => this.#read(chunk));
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error));
    }
    return result.finally(cancel);
  }

  #login(): void {
    this.#ami.login((refusal) => {
      if (this.#state !== 'loggingIn') return;
      if (refusal === undefined) {
        this.#state = 'open';
        return this.#loginSettled({ kind: 'in' });
      }
      const message = (refusal as Packet).get('message') ?? 'no reason given';
      this.#loginSettled({ kind: 'refused', message });
      this.close(`login refused: ${message}`);
    });
  }

  /** Never rejects. What comes before the login is through, or after the end, is 'down' and never sent: nothing is dialled late. */
  async send(action: AmiAction, options: SendOptions = {}): Promise<ActionResult> {
    if (this.#state !== 'open') return { kind: 'down' };
    const fault = faultOf(action);
    if (fault !== null) return { kind: 'rejected', message: `not sent: ${fault}` };
    const { ActionID: givenId, ...headers } = action;
    const id = typeof givenId === 'string' ? givenId : `${this.#idPrefix}-${++this.#lastId}`;
    if (this.#pending.has(id)) return { kind: 'rejected', message: `not sent: ActionID ${id} is in use` };
    const timeoutMs = options.timeoutMs ?? this.#settings.actionTimeoutMs;
    const result = this.#pending.add(id, timeoutMs, options.until, () => this.#ami.removeAllListeners(id));
    this.#ami.action({ ...headers, actionid: id });
    return result;
  }

  /** Ends it at once: what waits for an answer is 'down'. A second call does nothing. */
  close(reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#ami.removeAllListeners();
    // The emitter throws an 'error' that nobody listens to, and a dying socket may still have one.
    this.#ami.on('error', () => {});
    this.#socket?.destroy();
    this.#pending.failAll();
    this.#loginSettled({ kind: 'failed', reason, isAbsent: this.#isAbsent });
    this.#parts.onClosed(reason);
  }

  #read(chunk: string): void {
    this.#lastByteAt = this.#parts.clock.now();
    const excess = this.#reader.read(chunk);
    if (excess !== null) this.close(excess);
  }

  #take(packet: Packet): void {
    if (this.#state === 'closed') return;
    if (this.#state === 'loggingIn' && !packet.has('event')) return this.#answerLogin(packet);
    if (!this.#pending.take(packet)) this.#parts.onPacket(packet);
  }

  #drop(): void {
    if (this.#state !== 'closed') this.#parts.onDropped?.();
  }

  /** asterisk-manager gives its Login an ActionID of digits, and waits for an event of that name. */
  #answerLogin(packet: Packet): void {
    const id = packet.get('actionid') ?? '';
    if (!/^\d+$/.test(id) || this.#ami.listeners(id).length === 0) return;
    const isRefusal = packet.get('response')?.toLowerCase() !== 'success';
    this.#ami.emit(id, isRefusal ? packet : undefined);
  }
}

/**
 * asterisk-manager keeps its socket to itself and can only end() it, which leaves a dead peer's socket open for minutes.
 * Node publishes each client socket in the moment in which it is made.
 */
function socketMadeBy(connect: () => void): Socket {
  let made: Socket | null = null;
  const see = (message: unknown) => {
    made = (message as { socket: Socket }).socket;
  };
  subscribe('net.client.socket', see);
  try {
    connect();
  } finally {
    unsubscribe('net.client.socket', see);
  }
  if (made === null) throw new Error('Node did not publish the AMI socket on net.client.socket');
  return made;
}

/** Takes asterisk-manager's reader off. Its encoding stays: a character of several bytes is never cut. */
function readInstead(socket: Socket, read: (chunk: string) => void): void {
  socket.removeAllListeners('data');
  socket.on('data', (chunk: unknown) => read(String(chunk)));
}
