import type { AmiLink } from './ami/link.ts';
import { type ChannelList, listChannels } from './ami/resync.ts';
import type { Input } from './call/ami-event.ts';
import type { Uniqueid } from './call/ids.ts';
import { type Clock, repeat } from './clock.ts';
import type { Log } from './log.ts';

export interface ListeningParts {
  readonly link: Pick<AmiLink, 'send' | 'heardAt'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly take: (input: Input, at: number) => void;
  readonly hasOpenCalls: () => boolean;
  /** Until when Asterisk was heard before this process began; epoch milliseconds. null: never, or not known. */
  readonly heardBefore: number | null;
  readonly saveHeard: (at: number) => Promise<void>;
  /** Asterisk is heard again, and was not since then. */
  readonly onHeardAgain?: (since: number) => void;
  /** An Asterisk that cannot be reached, though its machine does not say that it is gone: then its calls are over. */
  readonly presumeDeadMs: number;
  /** How often the open calls are compared with what Asterisk has. */
  readonly compareMs: number;
}

/** What is made of the times in which Asterisk was not heard: which calls are over, and until when they were there. */
export interface Listening {
  /** The link is up. */
  onUp(): void;
  /** The link was up and is no more. */
  onDown(): void;
  /** An attempt to connect found nobody. */
  onAbsent(): void;
  /** Asterisk said that a channel is gone. */
  onHangup(uniqueid: Uniqueid): void;
  stop(): Promise<void>;
}

/** A restart of Asterisk refuses connections for less (22, 16: 0.3 s). */
const absentMs = 4_000;
/** How often it is written down until when Asterisk was heard: a kill makes times of calls wrong by no more. */
const saveMs = 5_000;
/** How often it is looked whether one that is not heard runs at all. */
const presumeEveryMs = 1_000;
/** The Hangup of a channel that is missing from a list may be on its way. */
const raceMs = 2_000;
/** Until a list that could not be had is asked for again. */
const retryMs = 5_000;

export function createListening(parts: ListeningParts): Listening {
  return new Ear(parts);
}

class Ear implements Listening {
  readonly #parts: ListeningParts;
  readonly #stops: (() => void)[];
  /** While nothing is heard it is looked whether Asterisk is still there. */
  #stopPresuming: () => void;
  /** Since when nothing is heard; null: it is listened to. */
  #deafSince: number | null;
  #absentSince: number | null = null;
  #heardUntil: number;
  #savedHeard: number;
  #saving: Promise<void> = Promise.resolve();
  /** When all channels were last known. */
  #comparedAt = 0;
  /** Channels that ended while a list was on its way. */
  #hungUp: Set<Uniqueid> | null = null;
  /** Another connection, or a stop, makes a list that is asked for on the one before worthless. */
  #round = 0;
  #isOver = false;

  constructor(parts: ListeningParts) {
    const { clock, compareMs, heardBefore } = parts;
    this.#parts = parts;
    this.#deafSince = clock.now();
    this.#heardUntil = heardBefore ?? clock.now();
    this.#savedHeard = this.#heardUntil;
    this.#stops = [
      repeat(clock, saveMs, () => this.#save()),
      repeat(clock, compareMs, () => void this.#compare(this.#round)),
      () => this.#stopPresuming(),
    ];
    this.#stopPresuming = this.#startPresuming();
  }

  onUp(): void {
    this.#deafSince = null;
    this.#absentSince = null;
    this.#stopPresuming();
    this.#parts.onHeardAgain?.(this.#heardUntil);
    void this.#resync(++this.#round, this.#heardUntil);
    // A kill may come before the first of the regular ones.
    this.#save();
  }

  onDown(): void {
    const { clock, link } = this.#parts;
    this.#round += 1;
    this.#deafSince = clock.now();
    this.#heardUntil = link.heardAt ?? this.#heardUntil;
    this.#stopPresuming();
    this.#stopPresuming = this.#startPresuming();
    this.#save();
  }

  onAbsent(): void {
    this.#absentSince ??= this.#parts.clock.now();
  }

  onHangup(uniqueid: Uniqueid): void {
    this.#hungUp?.add(uniqueid);
  }

  async stop(): Promise<void> {
    this.#round += 1;
    for (const stop of this.#stops) stop();
    this.#save();
    await this.#saving;
  }

  /** What happened while we were not listening: calls that Asterisk no longer has are ended, those it has are known. */
  async #resync(round: number, heardUntil: number): Promise<void> {
    const { clock, log, take } = this.#parts;
    // A list becomes ours only after all of its read is parsed: a Hangup behind it in the same read is older than what we make of it.
    const hungUp = new Set<Uniqueid>();
    this.#hungUp = hungUp;
    const list = await this.#list();
    if (round !== this.#round) return;
    this.#hungUp = null;
    if (list.kind === 'listed') {
      this.#isOver = false;
      this.#comparedAt = list.since;
      const { since } = list;
      const channels = list.channels.filter(({ uniqueid }) => !hungUp.has(uniqueid));
      return take({ kind: 'snapshot', channels, since, heardUntil }, clock.now());
    }
    log.warn(
      `the list of Asterisk's channels could not be had: ${list.reason}; calls that ended meanwhile stay open${
        list.kind === 'failed' ? ' until it can' : ''
      }`,
    );
    if (list.kind === 'failed')
      clock.after(retryMs, () => {
        if (round === this.#round) void this.#resync(round, heardUntil);
      });
  }

  /** A Hangup may be lost while we listen, too: Asterisk drops events for one who reads too slowly. */
  async #compare(round: number): Promise<void> {
    const { clock, take, hasOpenCalls } = this.#parts;
    if (this.#deafSince !== null || this.#comparedAt === 0 || !hasOpenCalls()) return;
    const list = await this.#list();
    if (list.kind !== 'listed' || round !== this.#round) return;
    const heardUntil = this.#comparedAt;
    this.#comparedAt = list.since;
    const channels = new Set(list.channels.map(({ uniqueid }) => uniqueid));
    clock.after(raceMs, () => {
      if (round === this.#round) take({ kind: 'remaining', channels, since: list.since, heardUntil }, clock.now());
    });
  }

  #list(): Promise<ChannelList> {
    const { link, clock } = this.#parts;
    return listChannels(link, clock);
  }

  #startPresuming(): () => void {
    return repeat(this.#parts.clock, presumeEveryMs, () => this.#presume());
  }

  /** Calls of an Asterisk that does not run are over, whether it is started again or not; no popup waits for that. */
  #presume(): void {
    const { clock, log, take, hasOpenCalls, presumeDeadMs } = this.#parts;
    if (this.#deafSince === null || this.#isOver) return;
    const now = clock.now();
    const isAbsent = this.#absentSince !== null && now - this.#absentSince >= absentMs;
    if (!isAbsent && now - this.#deafSince < presumeDeadMs) return;
    this.#isOver = true;
    if (!hasOpenCalls()) return;
    const why = isAbsent ? 'Asterisk does not run' : `Asterisk has not been heard for ${presumeDeadMs / 1000} s`;
    log.warn(`${why}: its calls are taken for ended at ${new Date(this.#heardUntil).toISOString()}`);
    const none = { channels: new Set<Uniqueid>(), since: Number.POSITIVE_INFINITY };
    take({ kind: 'remaining', ...none, heardUntil: this.#heardUntil }, now);
  }

  #save(): void {
    const { link, saveHeard, log } = this.#parts;
    if (this.#deafSince === null) this.#heardUntil = link.heardAt ?? this.#heardUntil;
    if (this.#heardUntil === this.#savedHeard) return;
    const at = this.#heardUntil;
    this.#savedHeard = at;
    const complain = (fault: unknown) => log.debug(`until when Asterisk was heard could not be kept: ${fault}`);
    this.#saving = this.#saving.then(() => saveHeard(at)).catch(complain);
  }
}
