import type { AmiEvent } from '../call/ami-event.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ActionResult, AmiAction, SendOptions } from './action.ts';
import { type BackoffSettings, backoffMs } from './backoff.ts';
import { BootWait } from './boot-wait.ts';
import { Complaints } from './complaints.ts';
import { Connection, type ConnectionSettings } from './connection.ts';
import { createDecode, type Decode } from './decode.ts';
import { type HeartbeatSettings, startHeartbeat } from './heartbeat.ts';
import type { Packet } from './packet.ts';
import { prepare } from './prepare.ts';
import { eventFilters, type Wanted, wantedBy } from './wanted.ts';

export interface LinkSettings extends ConnectionSettings, HeartbeatSettings {
  readonly reconnect: BackoffSettings;
  /** After a refused login: soon enough for a corrected secret, too seldom for a fail2ban. */
  readonly refusedRetryMs: number;
  /** How long to wait for FullyBooted, which an account without read class `system` never gets. */
  readonly bootLimitMs: number;
  /** Whether to find out, once, if the account is shown calls. Leaves a line in Asterisk's log. */
  readonly probeRights: boolean;
  /** The channel variables that onInput is told of. */
  readonly variables: readonly string[];
}

export const linkDefaults = {
  loginTimeoutMs: 10_000,
  actionTimeoutMs: 5_000,
  pingIntervalMs: 10_000,
  pingTimeoutMs: 5_000,
  reconnect: { firstMs: 200, mostMs: 5_000 },
  refusedRetryMs: 60_000,
  bootLimitMs: 3_000,
  probeRights: true,
  variables: [],
} as const;

export interface LinkParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Each event for the call core, from the login on, also before onUp. */
  readonly onInput: (event: AmiEvent, at: number) => void;
  /** Logged in and ready, each time anew: compare the open calls with what Asterisk has. */
  readonly onUp: () => void;
  /** Was up and is no more. */
  readonly onDown: (reason: string) => void;
  /** An attempt to connect found that nobody listens there: no Asterisk runs. */
  readonly onAbsent?: () => void;
  /** A Ping was answered after so long: how late Asterisk is heard. */
  readonly onPong?: (ms: number) => void;
  /** An event came, wanted or not. */
  readonly onPacket?: () => void;
  /** 0..1, for the reconnect's jitter. */
  readonly random?: () => number;
}

/** `waiting`: for the next attempt to connect. `refused`: the same, but after a refused login, and long. */
export type LinkState = 'stopped' | 'connecting' | 'up' | 'waiting' | 'refused';

export interface AmiLink {
  start(): void;
  /** Logs off, fails what waits for an answer; no callback is called any more. */
  stop(): Promise<void>;
  readonly state: LinkState;
  /** Since when it is in this state; epoch milliseconds. */
  readonly since: number;
  /** When the last event came, wanted or not; null: none yet. Epoch milliseconds. */
  readonly lastEventAt: number | null;
  /** When Asterisk's last byte came while the link was up: until then nothing was missed. null: it has not been up yet. */
  readonly heardAt: number | null;
  /** The actions that the account may use, in lower case; empty before the first login. */
  readonly allowedActions: ReadonlySet<string>;
  /** Never rejects. 'down' at once unless the link is up: nothing is kept to be sent later. */
  send(action: AmiAction, options?: SendOptions): Promise<ActionResult>;
}

export function createAmiLink(settings: LinkSettings, parts: LinkParts): AmiLink {
  return new Link(settings, parts);
}

/** One connection's whole life, as its end sees it. */
interface Life {
  readonly reason: string;
  readonly isRefused: boolean;
  readonly isAbsent: boolean;
  /** How long it was up; null: never. */
  readonly upMs: number | null;
}

const failed = { isRefused: false, isAbsent: false, upMs: null } as const;

/** Up for so long, the link was well: the next attempt comes quickly again. */
const steadyMs = 10_000;

class Link implements AmiLink {
  readonly #settings: LinkSettings;
  readonly #parts: LinkParts;
  readonly #complaints: Complaints;
  readonly #decode: Decode;
  readonly #wanted: Wanted;
  #state: LinkState = 'stopped';
  #since: number;
  #lastEventAt: number | null = null;
  #heardBefore: number | null = null;
  #allowed: ReadonlySet<string> = new Set();
  #connection: Connection | null = null;
  #running: Promise<void> | null = null;
  #isStopping = false;
  #failures = 0;
  #mayFilter = true;
  #endPause: () => void = () => {};

  constructor(settings: LinkSettings, parts: LinkParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#complaints = new Complaints(parts.log, `${settings.username} at ${settings.host}:${settings.port}`);
    this.#decode = createDecode(settings.variables);
    this.#wanted = wantedBy(settings.variables);
    this.#since = parts.clock.now();
  }

  get state(): LinkState {
    return this.#state;
  }

  get since(): number {
    return this.#since;
  }

  get lastEventAt(): number | null {
    return this.#lastEventAt;
  }

  get heardAt(): number | null {
    return this.#state === 'up' && this.#connection !== null ? this.#connection.lastByteAt : this.#heardBefore;
  }

  get allowedActions(): ReadonlySet<string> {
    return this.#allowed;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#isStopping = false;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    if (this.#running === null) return;
    this.#isStopping = true;
    this.#endPause();
    await this.#connection?.send({ Action: 'Logoff' }, { timeoutMs: logoffLimitMs });
    this.#connection?.close('stopped');
    await this.#running;
    this.#running = null;
    this.#enter('stopped');
  }

  async send(action: AmiAction, options?: SendOptions): Promise<ActionResult> {
    if (this.#state !== 'up' || this.#isStopping || this.#connection === null) return { kind: 'down' };
    return this.#connection.send(action, options);
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#enter('connecting');
      const life = await this.#live();
      this.#connection = null;
      if (life.upMs !== null && !this.#isStopping) this.#guarded(() => this.#parts.onDown(life.reason));
      if (life.isAbsent && !this.#isStopping) this.#guarded(() => this.#parts.onAbsent?.());
      if (!this.#isStopping) await this.#pause(this.#afterwards(life));
    }
  }

  async #live(): Promise<Life> {
    const { clock } = this.#parts;
    const boot = new BootWait();
    let ended: (reason: string) => void = () => {};
    const end = new Promise<string>((resolve) => {
      ended = resolve;
    });
    const onClosed = (reason: string) => {
      boot.over();
      ended(reason);
    };
    const connection = new Connection(this.#settings, {
      clock,
      onClosed,
      wanted: this.#wanted,
      onDropped: () => this.#count(),
      onPacket: (packet) => this.#take(packet, boot),
    });
    this.#connection = connection;
    const login = await connection.open();
    if (login.kind === 'refused') return { ...failed, reason: login.message, isRefused: true };
    if (login.kind === 'failed') return { ...failed, ...login };
    if (!(await boot.wait(clock, this.#settings.bootLimitMs))) this.#complaints.say('info', noFullyBooted);
    const filters = this.#mayFilter ? eventFilters(this.#settings.variables) : [];
    const preparation = await prepare((action, options) => connection.send(action, options), filters);
    if (preparation.kind === 'prepared') return this.#beUp(connection, preparation.allowed, end);
    if (preparation.kind === 'halfFiltered') this.#mayFilter = false;
    connection.close(preparation.reason);
    return { ...failed, reason: await end };
  }

  async #beUp(connection: Connection, allowed: ReadonlySet<string>, end: Promise<string>): Promise<Life> {
    const { clock, onUp, onPong } = this.#parts;
    const upAt = clock.now();
    const onDead = (reason: string) => connection.close(reason);
    const stopHeartbeat = startHeartbeat(connection, this.#settings, clock, onDead, onPong);
    this.#allowed = allowed;
    this.#enter('up');
    this.#complaints.connected();
    this.#guarded(onUp);
    this.#complaints.aboutRights(allowed);
    if (this.#settings.probeRights && allowed.has('originate'))
      void this.#complaints.probeReading((action, options) => connection.send(action, options));
    const reason = await end;
    stopHeartbeat();
    this.#heardBefore = connection.lastByteAt;
    return { ...failed, reason, upMs: clock.now() - upAt };
  }

  #take(packet: Packet, boot: BootWait): void {
    const event = packet.get('event');
    if (event === undefined) return;
    const at = this.#count();
    if (event === 'FullyBooted') boot.over();
    this.#complaints.see(packet);
    const input = this.#decode(packet);
    if (input !== null) this.#guarded(() => this.#parts.onInput(input, at));
  }

  /** @returns when the event came that is counted */
  #count(): number {
    const at = this.#parts.clock.now();
    this.#lastEventAt = at;
    if (this.#parts.onPacket !== undefined) this.#guarded(this.#parts.onPacket);
    return at;
  }

  /** What our own parts throw must not end the reading of the packets after it. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#parts.log.error('a handler of the AMI link failed', {
        error: error instanceof Error ? error.stack : String(error),
      });
    }
  }

  /** @returns how long to wait, in milliseconds */
  #afterwards({ reason, isRefused, upMs }: Life): number {
    const { reconnect, refusedRetryMs } = this.#settings;
    this.#enter(isRefused ? 'refused' : 'waiting');
    this.#failures = upMs !== null && upMs >= steadyMs ? 1 : this.#failures + 1;
    if (isRefused) this.#complaints.refused(reason, refusedRetryMs);
    else this.#complaints.lost(reason, upMs !== null);
    return isRefused ? refusedRetryMs : backoffMs(this.#failures, (this.#parts.random ?? Math.random)(), reconnect);
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  #enter(state: LinkState): void {
    this.#state = state;
    this.#since = this.#parts.clock.now();
  }
}

const logoffLimitMs = 500;

const noFullyBooted = 'no FullyBooted: the account lacks read class `system`, or Asterisk still loads';
