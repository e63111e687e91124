import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Talk } from '../../src/call/call-event.ts';
import { type FindRecordingResult, openRecording } from '../../src/recordings/find.ts';
import type { Recording } from '../../src/recordings/recording.ts';
import { recordingKeeper } from '../../src/recordings/recording-keeper.ts';
import { type Recorded, RecordingStore } from '../../src/recordings/recording-store.ts';
import { RecordingWatch } from '../../src/recordings/watch.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { keepRows } from '../keeping.ts';
import { linkedid, recorded, talk } from './legs.ts';

const settings = { settleMs: 2000, giveUpMs: 600_000 };

/** A connector's recordings over real files and a real database, with time in the test's hands. */
export class Watching {
  readonly clock = new ManualClock();
  readonly log = rememberingLog();
  /** `call file: users`, in the order of the announcements. */
  readonly links: string[] = [];
  readonly #db: TempDb;
  #store: RecordingStore;
  #watch: RecordingWatch;

  constructor(db: TempDb) {
    this.#db = db;
    this.#store = new RecordingStore(db.knex);
    this.#watch = this.#start();
  }

  static async start(): Promise<Watching> {
    return new Watching(await tempDb());
  }

  get store(): RecordingStore {
    return this.#store;
  }

  path(name: string): string {
    return join(this.#db.folder, name);
  }

  /** As Asterisk writes it: its time is the clock's. */
  async write(name: string, bytes = 1000): Promise<void> {
    await fs.writeFile(this.path(name), Buffer.alloc(bytes, 1));
    await fs.utimes(this.path(name), this.clock.now() / 1000, this.clock.now() / 1000);
  }

  /** A recording begins, or a Cdr tells of it. */
  async begins(call: string, name: string, more: Partial<Recorded> = {}): Promise<Recording> {
    const recording = await this.#store.add(recorded(linkedid(call), this.path(name), this.clock.now(), more));
    this.#watch.poke();
    await this.#asleep();
    return recording;
  }

  /** The call is over and these have talked in it, each for the seconds given, until now. */
  async closes(call: string, talked: Readonly<Record<string, number>>): Promise<void> {
    await this.closesWith(call, this.#talks(call, talked));
  }

  async closesWith(call: string, talks: readonly Talk[]): Promise<void> {
    await this.#store.closeCall(linkedid(call), talks, this.clock.now());
    this.#watch.poke();
    await this.#asleep();
  }

  /** The call is over, and the connector stops before it has looked at its file. */
  async closesAtStop(call: string, talked: Readonly<Record<string, number>>): Promise<void> {
    await this.stop();
    await this.#store.closeCall(linkedid(call), this.#talks(call, talked), this.clock.now());
  }

  async stateOf({ id }: Recording): Promise<string | undefined> {
    return (await this.#store.byId(id))?.state;
  }

  /** What a listener gets: the file's size, or why he gets nothing. */
  async listen({ id }: Recording): Promise<number | Extract<FindRecordingResult, { problem: string }>['problem']> {
    const found = await openRecording(id, this.#store, { roots: [this.#db.folder], pathMap: [] });
    if ('problem' in found) return found.problem;
    await found.file.handle.close();
    return found.file.size;
  }

  /** Second by second: files and SQLite answer in real time, which the clock does not know of. */
  async pass(seconds: number): Promise<void> {
    for (let gone = 0; gone < seconds; gone += 1) {
      await this.clock.advance(1000);
      await this.#asleep();
    }
  }

  /** The connector does not run for so long. */
  async down(seconds: number): Promise<void> {
    await this.stop();
    await this.clock.advance(seconds * 1000);
    await this.startAgain();
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  async startAgain(): Promise<void> {
    this.#store = new RecordingStore(await this.#db.reopen());
    this.#watch = this.#start();
    await this.#asleep();
  }

  async end(): Promise<void> {
    await this.#watch.stop();
    await this.#db.remove();
  }

  #talks(call: string, talked: Readonly<Record<string, number>>): Talk[] {
    const now = this.clock.now();
    return Object.entries(talked).map(([user, seconds]) => talk(linkedid(call), user, now - seconds * 1000, now));
  }

  #start(): RecordingWatch {
    const watch = new RecordingWatch({
      store: this.#store,
      places: { roots: [this.#db.folder], pathMap: [] },
      settings,
      clock: this.clock,
      log: this.log,
      onReady: async ({ call, path }, talks, rows) => {
        const users = talks.map(({ leg }) => leg.extension).join(' ');
        await keepRows(recordingKeeper, this.#db.knex, rows);
        this.links.push(`${call} ${path.slice(this.#db.folder.length + 1)}: ${users}`);
      },
    });
    watch.start();
    return watch;
  }

  /** Until it sleeps again with nothing due, or has nothing left to wait for. */
  async #asleep(): Promise<void> {
    const isAsleep = async () => {
      const next = await this.#store.nextLookAt();
      return next === null || (next > this.clock.now() && this.clock.pending > 0);
    };
    await expect.poll(isAsleep, { interval: 2, timeout: 5000 }).toBe(true);
  }
}
