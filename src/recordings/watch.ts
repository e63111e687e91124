import type { Talk } from '../call/call-event.ts';
import type { Linkedid } from '../call/ids.ts';
import type { Clock } from '../clock.ts';
import type { KeptRows } from '../db/keeper.ts';
import { noPatience, type Patience } from '../db/patience.ts';
import type { Log } from '../log.ts';
import { claimOf } from './claim.ts';
import { backoffMs, isFirstLook, type Judgement, judge, longestWaitMs, type WatchSettings } from './judge.ts';
import { dueLinks, type Link } from './links.ts';
import type { RecordingPlaces } from './locate.ts';
import { Looks } from './looks.ts';
import type { Recording } from './recording.ts';
import { announcedRows } from './recording-keeper.ts';
import { type Look, mostDue, type RecordingStore } from './recording-store.ts';

export interface WatchParts {
  readonly store: RecordingStore;
  readonly places: RecordingPlaces;
  readonly settings: WatchSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** Waits for a database that is out of order for a while. */
  readonly patience?: Pick<Patience, 'persist'>;
  /**
   * A recording is to be linked to the records of these users. Must keep the announcement for good (in the outbox), and these
   * rows of `recordingKeeper` in the same transaction, before it resolves. After a rejection it is called again.
   */
  onReady(recording: Recording, talks: readonly Talk[], rows: KeptRows): Promise<void>;
  /** Told of what became of each, for those who count. */
  onFate?(fate: Exclude<Judgement['kind'], 'wait'> | 'linked'): void;
}

/** What comes within it is looked at together. */
const soonMs = 250;

/** How soon to go on after a database fault. */
const faultPauseMs = 30_000;

/** Looks at the files of closed calls until they are final, and has those with sound announced to the users who talked. */
export class RecordingWatch {
  readonly #parts: WatchParts;
  #cancelTimer: () => void = () => {};
  #cancelSoon: (() => void) | null = null;
  #round: Promise<void> | null = null;
  #again = false;
  #stopped = true;
  #advised = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Goes on with what the database has left from before. */
  start(): void {
    this.#stopped = false;
    this.poke();
  }

  /** To be called when a call was closed (after its commit): there may be something to look at. Not at once, as the next is on its way. */
  pokeSoon(): void {
    if (this.#stopped || this.#cancelSoon !== null) return;
    this.#cancelSoon = this.#parts.clock.after(soonMs, () => {
      this.#cancelSoon = null;
      this.poke();
    });
  }

  /** There may be something to look at now. */
  poke(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#round ??= this.#run();
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    this.#cancelSoon?.();
    this.#cancelSoon = null;
    await this.#round;
  }

  async #run(): Promise<void> {
    const { log, patience = noPatience } = this.#parts;
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        await patience.persist(() => this.#lookAtDue());
        await patience.persist(() => this.#sleepUntilNext());
      }
    } catch (fault) {
      log.error('watching recordings failed, trying again', { fault: String(fault) });
      this.#sleep(faultPauseMs);
    } finally {
      // In the same turn as the last look at #again: a poke either is seen by it or begins a new round.
      this.#round = null;
    }
  }

  async #lookAtDue(): Promise<void> {
    const { store, clock } = this.#parts;
    const due = await store.due(clock.now());
    if (due.length === mostDue) this.#again = true;
    await this.#lookAt(due.filter(({ state }) => state === 'waiting'));
    for (const recording of due) {
      if (this.#stopped) return;
      if (recording.state !== 'waiting') await this.#takeUp(recording);
    }
  }

  async #sleepUntilNext(): Promise<void> {
    const { store, clock } = this.#parts;
    const next = await store.nextLookAt();
    // What has come during the round has company by then: under load, the next round would otherwise be of one file, and so on.
    if (next !== null) this.#sleep(Math.max(soonMs, next - clock.now()));
  }

  #sleep(ms: number): void {
    this.#cancelTimer();
    if (!this.#stopped) this.#cancelTimer = this.#parts.clock.after(ms, () => this.poke());
  }

  async #lookAt(waiting: readonly Recording[]): Promise<void> {
    const { store } = this.#parts;
    if (waiting.length === 0) return;
    const sharing = await store.sharingAll(waiting.map(({ path }) => path));
    const looks = new Looks(this.#parts.places);
    const judging = waiting.map(async (recording) => {
      return { recording, judgement: await this.#judge(recording, sharing.get(recording.path) ?? [], looks) };
    });
    const judged = await Promise.all(judging);
    const at = this.#parts.clock.now();
    const found = judged.map(({ recording, judgement }) => [recording.id, lookOf(judgement, at)] as const);
    const looked = await store.lookAtAll(new Map(found));
    const ended: Recording[] = [];
    for (const { recording, judgement } of judged) {
      if (judgement.kind === 'wait' || !looked.has(recording.id)) continue;
      this.#tellEnd(recording, judgement);
      ended.push({ ...recording, state: judgement.kind, sighting: judgement.sighting });
    }
    await this.#concludeAll(ended);
  }

  async #judge(recording: Recording, sharing: readonly Recording[], looks: Looks): Promise<Judgement> {
    const { clock, settings } = this.#parts;
    const { sighting, path } = recording;
    const claim = claimOf(recording, sharing, clock.now());
    if (claim.kind === 'overwritten') return { kind: 'overwritten', sighting, why: recordedOver(claim.by) };
    if (claim.kind === 'undecided') return { kind: 'wait', sighting, afterMs: longestWaitMs };
    if (isFirstLook(recording, clock.now(), settings)) {
      const seen = await looks.glance(path);
      const first = seen === null ? null : judge(recording, seen, clock.now(), settings);
      // An end is said of what was looked at closely only.
      if (first?.kind === 'wait') return first;
    }
    return judge(recording, await looks.see(path), clock.now(), settings);
  }

  /** Ended before: the connector stopped in between, it could not be announced, or it has been recorded over since. */
  async #takeUp(recording: Recording): Promise<void> {
    if (recording.state === 'overwritten') await this.#tellOverwritten(recording);
    await this.#conclude(recording);
  }

  /** Calls side by side; the files of one call one after the other, as each may say which of its users get another's link. */
  async #concludeAll(ended: readonly Recording[]): Promise<void> {
    if (ended.length === 0) return;
    const { store } = this.#parts;
    const calls = new Set<Linkedid>();
    const first = ended.filter(({ call }) => !calls.has(call) && calls.add(call));
    const ofCalls = await store.ofCalls([...calls]);
    const concluded = await Promise.all(
      first.map(async (recording) => {
        return (await this.#announceAll(recording, ofCalls.get(recording.call) ?? [])) ? [recording] : [];
      }),
    );
    await store.settled(...concluded.flat());
    for (const recording of ended) if (!first.includes(recording)) await this.#conclude(recording);
  }

  /** One more of a call's files is final: some of its users may have their link now. */
  async #conclude(recording: Recording): Promise<void> {
    const { store } = this.#parts;
    if (await this.#announceAll(recording, await store.ofCall(recording.call))) await store.settled(recording);
  }

  async #announceAll(cause: Recording, ofCall: readonly Recording[]): Promise<boolean> {
    for (const link of dueLinks(ofCall)) if (!(await this.#announce(link, cause))) return false;
    return true;
  }

  async #announce({ recording, talks }: Link, cause: Recording): Promise<boolean> {
    const { store, clock, log, onReady, onFate } = this.#parts;
    try {
      await onReady(recording, talks, announcedRows(recording, talks, clock.now()));
    } catch (fault) {
      log.error(`call ${recording.call} recording not announced, trying again`, {
        linkedid: recording.call,
        fault: String(fault),
      });
      await store.postpone(cause.id, clock.now() + backoffMs(cause.looks, 1000));
      return false;
    }
    const users = talks.map(({ leg }) => leg.extension).join(', ');
    const { call, path } = recording;
    log.info(`call ${call} recording linked to the record of ${users}`, { linkedid: call, path });
    onFate?.('linked');
    return true;
  }

  /** Told of the file that was lost; the one who can do something about it is whoever names the files. */
  async #tellOverwritten(recording: Recording): Promise<void> {
    const { call, path } = recording;
    const { store, clock, log, onFate } = this.#parts;
    const claim = claimOf(recording, await store.sharing(path), clock.now());
    if (claim.kind !== 'overwritten') return;
    onFate?.('overwritten');
    const text = `call ${call} recording lost: ${recordedOver(claim.by)}`;
    const fields = { linkedid: call, path };
    if (this.#advised) return log.info(text, fields);
    this.#advised = true;
    log.warn(`${text}. Put \${UNIQUEID} into the files' names in the dialplan`, fields);
  }

  #tellEnd({ call, path }: Recording, judgement: Exclude<Judgement, { kind: 'wait' }>): void {
    const { log, onFate } = this.#parts;
    const fields = { linkedid: call, path };
    onFate?.(judgement.kind);
    const start = `call ${call} recording waiting -> ${judgement.kind}`;
    if ('why' in judgement) log.warn(`${start}: ${judgement.why}`, fields);
    else if (judgement.kind === 'empty') log.info(`${start}: the file holds no sound`, fields);
    else log.info(`${start} (${judgement.sighting.size} bytes)`, { linkedid: call });
  }
}

const recordedOver = (call: Linkedid) => `call ${call} was recorded into the same file`;

function lookOf(judgement: Judgement, at: number): Look {
  const { kind, sighting } = judgement;
  if (kind === 'wait') return { state: 'waiting', sighting, nextLookAt: at + judgement.afterMs };
  return { state: kind, sighting, nextLookAt: at };
}
