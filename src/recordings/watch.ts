import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { backoffMs, type Judgement, judge, type WatchSettings } from './judge.ts';
import type { RecordingPlaces } from './locate.ts';
import { openFile } from './open.ts';
import type { Recording } from './recording.ts';
import type { RecordingStore } from './recording-store.ts';

export interface WatchParts {
  readonly store: RecordingStore;
  readonly places: RecordingPlaces;
  readonly settings: WatchSettings;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Must keep the announcement for good (in the outbox) before it resolves. At least once: after a crash in between, or a
   * rejection, it is called again.
   */
  onReady(recording: Recording): Promise<void>;
}

/** How soon to go on after a database fault. */
const faultPauseMs = 30_000;

/** Looks at the files of closed calls until they are final, and has those with sound announced. */
export class RecordingWatch {
  readonly #parts: WatchParts;
  #cancelTimer: () => void = () => {};
  #round: Promise<void> | null = null;
  #again = false;
  #stopped = true;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Goes on with what the database has left from before. */
  start(): void {
    this.#stopped = false;
    this.poke();
  }

  /** To be called when a call was closed (after its commit): there may be something to look at now. */
  poke(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#round ??= this.#run();
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    await this.#round;
  }

  async #run(): Promise<void> {
    const { log } = this.#parts;
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        await this.#lookAtDue();
        await this.#sleepUntilNext();
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
    for (const recording of due) {
      if (this.#stopped) return;
      if (recording.state === 'ready') await this.#announce(recording);
      else await this.#lookAt(recording);
    }
  }

  async #sleepUntilNext(): Promise<void> {
    const { store, clock } = this.#parts;
    const next = await store.nextLookAt();
    if (next !== null) this.#sleep(Math.max(0, next - clock.now()));
  }

  #sleep(ms: number): void {
    this.#cancelTimer();
    if (!this.#stopped) this.#cancelTimer = this.#parts.clock.after(ms, () => this.poke());
  }

  async #lookAt(recording: Recording): Promise<void> {
    const { store, clock, settings } = this.#parts;
    const seen = await this.#see(recording.path);
    const at = clock.now();
    const judgement = judge(recording, seen, at, settings);
    const { sighting } = judgement;
    switch (judgement.kind) {
      case 'wait':
        return store.look(recording.id, { state: 'waiting', sighting, nextLookAt: at + judgement.afterMs });
      case 'ready':
        await store.look(recording.id, { state: 'ready', sighting, nextLookAt: at });
        return this.#announce({ ...recording, state: 'ready', sighting });
      case 'empty':
      case 'missing':
        await store.look(recording.id, { state: judgement.kind, sighting, nextLookAt: null });
        return this.#tellEnd(recording, judgement);
    }
  }

  async #see(path: string) {
    const result = await openFile(path, this.#parts.places);
    if (result.kind !== 'open') return result;
    await result.file.handle.close();
    return { size: result.file.size, mtimeMs: result.file.mtimeMs };
  }

  async #announce(recording: Recording): Promise<void> {
    const { store, clock, log, onReady } = this.#parts;
    try {
      await onReady(recording);
    } catch (fault) {
      const pauseMs = backoffMs(recording.looks, 1000);
      log.error(`call ${recording.call} recording not announced, trying again`, { fault: String(fault) });
      const { sighting } = recording;
      return store.look(recording.id, { state: 'ready', sighting, nextLookAt: clock.now() + pauseMs });
    }
    await store.announced(recording.id, clock.now());
    log.info(`call ${recording.call} recording waiting -> ready (${recording.sighting?.size} bytes)`);
    await this.#warnIfShared(recording);
  }

  async #warnIfShared({ call, path }: Recording): Promise<void> {
    const others = (await this.#parts.store.callsOf(path)).filter((other) => other !== call);
    if (others.length === 0) return;
    const text = `call ${call} recording: its file also belongs to call ${others.at(-1)}; only the last of them can be heard`;
    this.#parts.log.warn(`${text}. Put \${UNIQUEID} into the file's name in the dialplan.`, { path });
  }

  #tellEnd(recording: Recording, judgement: Exclude<Judgement, { kind: 'wait' | 'ready' }>): void {
    const { log } = this.#parts;
    const start = `call ${recording.call} recording waiting -> ${judgement.kind}`;
    if (judgement.kind === 'missing') log.warn(`${start}: ${judgement.why}`, { path: recording.path });
    else log.info(`${start}: the file holds no sound`, { path: recording.path });
  }
}
