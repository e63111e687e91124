import { access, mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RecordingState } from '../../src/recordings/recording.ts';
import { recordingsTable } from '../../src/recordings/recording-row.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { type RetentionParts, runRetention } from '../../src/recordings/retention.ts';
import { type DeletionRow, deletionsTable, RetentionStore } from '../../src/recordings/retention-store.ts';
import type { RetentionTally } from '../../src/recordings/retention-tally.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';

export const dayMs = 86_400_000;

/** Recordings of calls that ended some days ago, in real files, and what retention makes of them. */
export class Retaining {
  readonly clock = new ManualClock();
  readonly forgotten: string[] = [];
  readonly db: TempDb;
  #serial = 0;

  private constructor(db: TempDb) {
    this.db = db;
  }

  static async start(): Promise<Retaining> {
    const started = new Retaining(await tempDb());
    await mkdir(started.path('.'));
    return started;
  }

  get root(): string {
    return join(this.db.folder, 'monitor');
  }

  get store(): RetentionStore {
    return new RetentionStore(this.db.knex);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** Of a call that ended so many days ago, with a file of that age unless told otherwise. */
  async recorded(
    name: string,
    days: number,
    more: { call?: string; state?: RecordingState; file?: boolean; open?: boolean } = {},
  ) {
    const { state = 'ready', file = true, open = false } = more;
    this.#serial += 1;
    const at = this.clock.now() - days * dayMs;
    const [id, call] = [`r${this.#serial}`, more.call ?? `c${this.#serial}`];
    const path = name.startsWith('/') ? name : this.path(name);
    const rest = {
      channel: null,
      learnt_from: 'cdr',
      talks: '[]',
      announced_to: '["101"]',
      announced_at: at,
      looks: 0,
    };
    const row = { id, call, path, state, created_at: at, closed_at: open ? null : at, next_look_at: null, ...rest };
    await this.db.knex(recordingsTable).insert(row);
    if (file) await this.write(path, days);
    return { id, call, path };
  }

  async write(path: string, days: number, bytes = 1000): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.alloc(bytes, 1));
    await this.age(path, days);
  }

  async age(path: string, days: number): Promise<void> {
    const seconds = (this.clock.now() - days * dayMs) / 1000;
    await utimes(path, seconds, seconds);
  }

  isThere(name: string): Promise<boolean> {
    return access(name.startsWith('/') ? name : this.path(name)).then(
      () => true,
      () => false,
    );
  }

  /** All older than so many days. */
  run(days: number, more: { isDry?: boolean } & Partial<RetentionParts> = {}): Promise<RetentionTally> {
    const { isDry = false, ...parts } = more;
    const order = { before: this.clock.now() - days * dayMs, rule: `older than ${days} days`, by: 'service', isDry };
    return runRetention(order, {
      ...{ database: this.db.knex, places: { roots: [this.root], pathMap: [] }, clock: this.clock },
      pause: async () => true,
      forget: async (ids) => void this.forgotten.push(...ids),
      ...parts,
    });
  }

  deletions(): Promise<DeletionRow[]> {
    return this.db.knex<DeletionRow>(deletionsTable).orderBy('id').select();
  }

  async deletedAt(id: string): Promise<number | null | undefined> {
    return (await new RecordingStore(this.db.knex).byId(id))?.deletedAt;
  }

  end(): Promise<void> {
    return this.db.remove();
  }
}

/** Why they stay, and how many. */
export function reasons({ kept }: RetentionTally): Record<string, number> {
  return Object.fromEntries([...kept].map(([why, { count }]) => [why, count]));
}
