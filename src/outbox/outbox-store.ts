import type { Knex } from 'knex';
import type { CallEvent } from '../call/call-event.ts';
import type { Linkedid } from '../call/ids.ts';
import { judgeFault } from '../db/fault.ts';
import type { Keeper } from '../db/keeper.ts';
import { noPatience, type Patience, type Waiting } from '../db/patience.ts';
import { onConnection } from '../db/prepared.ts';
import { removeInSlices } from '../db/prune.ts';
import { Backlog, NotKept } from './backlog.ts';
import {
  type CallbackRow,
  type CallbackState,
  callbacksTable,
  dueOf,
  mapRow,
  type StoredCallback,
} from './callback-row.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { suffix } from './last-word.ts';
import type { Mark } from './marks.ts';
import { pendingOf } from './outbox-parts.ts';
import { type Commit, type Job, moveUp, OutboxWriter } from './outbox-writes.ts';
import { waitAfterTimeoutMs } from './retry.ts';

export type { StoredCallback } from './callback-row.ts';
export type { Commit } from './outbox-writes.ts';

export interface OutboxStoreSettings {
  readonly knex: Knex;
  readonly now: () => number;
  /** Told once: the database could not be read or written. The process must end, as what it knows is not on disk. */
  readonly onFatal: (fault: unknown) => void;
  /** Waits for a database that is out of order for a while. Without it, that is fatal. */
  readonly patience?: Patience;
  /** Told when there is no more room in memory for what waits for the database. */
  readonly onFull?: () => void;
  /** After how long the end of a record is told again of which something was not answered in time. Without it: never. */
  readonly lastWordMs?: number;
  /** Who keeps what else of the events that are committed. */
  readonly keepers?: readonly Keeper<CallEvent>[];
}

/** A call that has just begun: somebody looks for its popup now. */
const freshMs = 60_000;

/** Of what waits in memory for the database: the changes of some 1,000 calls that ring three phones, or of 2,300 that ring one. */
const backlogBytes = 100 * 1024 * 1024;

/**
 * Callbacks waiting for the CRM, and the calls that are open. Of each record only the first pending callback is due, so
 * a record's callbacks go out one by one and in order, and no record waits for another, be it of the same call.
 *
 * Which callbacks are being sent is known to the courier alone: after a crash they are pending as before. Only those that must
 * not be sent twice are marked before they go out.
 */
export class OutboxStore {
  readonly #knex: Knex;
  readonly #now: () => number;
  readonly #onFatal: (fault: unknown) => void;
  readonly #writes: GroupCommit<Job>;
  readonly #persist: Patience['persist'];
  readonly #backlog: Backlog;

  /** Told what is due of the calls of which something was just written. */
  onDue: (due: readonly StoredCallback[]) => void = () => {};
  /** Told when something was written that is to be sent later, without anybody having asked for it. */
  onLater: () => void = () => {};

  constructor({ knex, now, onFatal, patience, onFull, lastWordMs, keepers = [] }: OutboxStoreSettings) {
    this.#knex = knex;
    this.#now = now;
    let isTold = false;
    this.#onFatal = (fault) => {
      // Patience has told of what passes, and ends only with the process.
      if (isTold || (patience !== undefined && judgeFault(fault).kind !== 'ours')) return;
      isTold = true;
      onFatal(fault);
    };
    this.#persist = (work) => (patience ?? noPatience).persist(work);
    this.#backlog = new Backlog(backlogBytes, onFull ?? (() => {}));
    const writer = new OutboxWriter({ knex, keepers, lastWordMs });
    this.#writes = createGroupCommit(async (jobs) => {
      const { pending, isLater } = await this.#persist(() => writer.write(jobs, now()));
      if (isLater) this.onLater();
      const due = dueOf(pending, now());
      if (due.length > 0) this.onDue(due);
    }, this.#onFatal);
  }

  /** What is not yet on disk. */
  get backlog(): Waiting {
    return this.#backlog.state;
  }

  /**
   * Resolves when everything is on disk. A callback whose key is known already is ignored. While the database cannot be
   * written, what is committed waits in memory; rejects with NotKept when that is full.
   */
  async commit(commit: Commit): Promise<void> {
    const admitted = this.#backlog.admit(commit);
    if (admitted === null) throw new NotKept();
    const { callbacks, also, rows } = commit;
    const isWaitedFor = callbacks.length > 0 || also !== undefined || rows !== undefined;
    await this.#writes.add({ commit: admitted, at: this.#now() }, isWaitedFor ? 'now' : 'soon');
    this.#backlog.written(admitted);
  }

  /** The calls that were not closed when the process ended. */
  async openCalls(): Promise<{ id: Linkedid; state: string }[]> {
    const open = await this.reading(() => this.#openCalls());
    this.#backlog.know(open.map(({ id }) => id));
    return open;
  }

  /**
   * Callbacks that are due, at most one of each record, apart from those that are `busy` (ids), with what waits behind them.
   *
   * @param first whether calls of the last minute, the latest first, go before older ones, or the other way round
   */
  async due(limit: number, busy: readonly number[], first: 'fresh' | 'old'): Promise<StoredCallback[]> {
    return this.reading(async () => {
      // One moment for both, or a callback that turns a minute old between them would be in neither.
      const now = this.#now();
      const parts = [(left: number) => this.#fresh(now, left, busy), (left: number) => this.#old(now, left, busy)];
      const rows: CallbackRow[] = [];
      for (const part of first === 'fresh' ? parts : parts.reverse()) {
        if (rows.length < limit) rows.push(...(await part(limit - rows.length)));
      }
      return this.#withOthers(rows, now);
    });
  }

  /**
   * When the next callback that is not `busy` is due; null: none is waiting. It may have become due since `due` was
   * asked, so the answer may lie in the past.
   */
  nextDueAt(busy: readonly number[]): Promise<number | null> {
    return this.reading(async () => {
      const waiting = this.#rows().whereNotNull('due_at').whereNotIn('id', busy);
      const row = await waiting.orderBy('due_at').first('due_at');
      return row?.due_at ?? null;
    });
  }

  /** They are not to be sent, as their call was over before its record could be made. */
  markUnneeded(unneeded: readonly StoredCallback[]): Promise<void> {
    return this.#writes.add({ unneeded });
  }

  /** It is about to be sent and must not be sent twice. Resolves when that is on disk. */
  markSending(callback: StoredCallback): Promise<void> {
    return this.#writes.add({ sending: callback });
  }

  /**
   * Makes due what begins what is left of a record and is not: an older version kept order within a call, and a damaged database may
   * have lost what came before it.
   */
  async moveUp(): Promise<void> {
    await this.reading(() => moveUp(this.#knex, null, this.#now()));
  }

  /** Those that were being sent, and must not be sent twice, when the process ended. */
  async interrupted(): Promise<StoredCallback[]> {
    return this.reading(async () => (await this.#rows().where({ state: 'pending', sending: 1 })).map(mapRow));
  }

  /** Something waits for a mark after all. */
  hurryMarks(): void {
    this.#writes.hurry();
  }

  /** @param when `soon`: nothing of its record waits for it */
  mark(mark: Mark, when: 'now' | 'soon' = 'now'): Promise<void> {
    return this.#writes.add({ mark }, when);
  }

  /** @param doubt why it counts as delivered although the CRM did not say so; null: it did */
  markDelivered(callback: StoredCallback, doubt: string | null): Promise<void> {
    const outcome = doubt === null ? 'accepted' : 'presumed';
    return this.#writes.add({ mark: { callback, as: { state: 'delivered' }, outcome, detail: doubt } });
  }

  /**
   * Makes all that wait for another try due, in the order of their making: the CRM is back, or the connector is. What was not
   * answered in time has its pause all the same, since the CRM may still be at it.
   */
  async hurry(): Promise<void> {
    // Marks on their way to the disk put callbacks off, and they are meant as well.
    await this.#writes.add({ commit: { callbacks: [], calls: [] }, at: this.#now() });
    return this.reading(async () => {
      const now = this.#now();
      const soon = "CASE WHEN outcome = 'timedOut' THEN min(due_at, ?) ELSE min(created_at, ?) END";
      const waiting = this.#rows().where('due_at', '>', now).whereNot('call', 'like', `%${suffix}`);
      await waiting.update({ due_at: this.#knex.raw(soon, [now + waitAfterTimeoutMs, now]) });
    });
  }

  /** Callbacks not yet delivered. */
  depth(): Promise<number> {
    return this.#count('pending');
  }

  givenUp(): Promise<number> {
    return this.#count('given_up');
  }

  /** Age of the oldest callback not yet delivered; null: there is none. */
  oldestAgeMs(): Promise<number | null> {
    return this.reading(async () => {
      // The first pending callback of a record is its oldest, and those are few and in an index.
      const row = await this.#rows().whereNotNull('due_at').orderBy('created_at').first('created_at');
      // What is to be told again later is of the future.
      return row === undefined ? null : Math.max(0, this.#now() - row.created_at);
    });
  }

  /**
   * Removes callbacks delivered or dropped before `olderThan`, in slices between which others get their turn. Those given up
   * stay, and with them what was delivered of their calls, as it must go out again when they do.
   *
   * @returns how many
   */
  async prune(olderThan: number): Promise<number> {
    return (await this.#prune('delivered', olderThan)) + (await this.#prune('dropped', olderThan));
  }

  #prune(state: CallbackState, olderThan: number): Promise<number> {
    return removeInSlices((limit) => {
      const givenUp = this.#rows().where({ state: 'given_up' }).select('call');
      const old = this.#rows().where({ state }).where('finished_at', '<', olderThan);
      const some = old.whereNotIn('call', givenUp).limit(limit);
      return this.#rows().whereIn('id', some.select('id')).delete();
    });
  }

  #count(state: CallbackState): Promise<number> {
    return this.reading(async () => {
      const [row] = await this.#knex(callbacksTable).where({ state }).count({ count: '*' });
      return Number(row?.['count'] ?? 0);
    });
  }

  /** Reads from the database, when it can be read. */
  async reading<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#persist(read);
    } catch (fault) {
      this.#onFatal(fault);
      throw fault;
    }
  }

  async #withOthers(rows: readonly CallbackRow[], now: number): Promise<StoredCallback[]> {
    if (rows.length === 0) return [];
    const calls = JSON.stringify(rows.map(({ call }) => call));
    const [found] = await onConnection(this.#knex, (connection) => pendingOf.all(connection, [calls]));
    const due = new Map(dueOf(JSON.parse(found?.pending ?? '[]'), now).map((callback) => [callback.id, callback]));
    return rows.map((row) => due.get(row.id) ?? mapRow(row));
  }

  #openCalls(): Promise<{ id: Linkedid; state: string }[]> {
    return this.#knex('calls').select('id', 'state').orderBy('updated_at');
  }

  #rows(): Knex.QueryBuilder<CallbackRow, CallbackRow[]> {
    return this.#knex<CallbackRow>(callbacksTable);
  }

  #old(now: number, limit: number, busy: readonly number[]): Promise<CallbackRow[]> {
    return this.#rows()
      .where('due_at', '<=', now)
      .where('created_at', '<=', now - freshMs)
      .whereNotIn('id', busy)
      .orderBy(['due_at', 'id'])
      .limit(limit);
  }

  #fresh(now: number, limit: number, busy: readonly number[]): Promise<CallbackRow[]> {
    return (
      this.#rows()
        .where('created_at', '>', now - freshMs)
        .whereNotNull('due_at')
        // The plus keeps SQLite from the index on due_at, which would lead it through the whole backlog.
        .whereRaw('+due_at <= ?', [now])
        .whereNotIn('id', busy)
        .orderByRaw('created_at DESC, id')
        .limit(limit)
    );
  }
}
