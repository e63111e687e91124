import type { Knex } from 'knex';
import type { CallEvent } from '../call/call-event.ts';
import type { Linkedid } from '../call/ids.ts';
import type { Callback } from '../crm/callback.ts';
import { type GroupRows, GroupWrite } from '../db/group-write.ts';
import type { Keeper, KeptRows } from '../db/keeper.ts';
import { onConnection, type RawConnection } from '../db/prepared.ts';
import { inTransactionOn } from '../db/transaction.ts';
import type { StoredCallback } from './callback-row.ts';
import { keepFailedSends } from './failed-sends.ts';
import { lastWordsOf, planLastWords, timedOutCalls } from './last-word.ts';
import { isPlain, type Mark, writeMarks } from './marks.ts';
import { moveUpSql, partsAfter, partsBefore, pendingOf, pendingQuestion } from './outbox-parts.ts';

/** How a call stands, as text, or what makes the JSON of it when it is written: only of the last of several states of a call. */
export type CallState = string | (() => string);

/** What one fact brought about: callbacks to be sent, and calls to be kept (`state` null: closed). */
export interface Commit {
  readonly callbacks: readonly Callback[];
  readonly calls: readonly { readonly id: Linkedid; readonly state: CallState | null }[];
  /** What the keepers keep something of. */
  readonly events?: readonly CallEvent[];
  /** What else belongs to the same fact: rows of keepers' parts which they make of no event. */
  readonly rows?: KeptRows;
  /** Writes what else belongs to the same fact, in the same transaction. Done again, if that must be repeated. */
  readonly also?: (transaction: Knex) => Promise<void>;
}

export type Job =
  /** `at`: when it was made, which may be long before it is written. */
  | { readonly commit: Commit; readonly at: number }
  | { readonly mark: Mark }
  | { readonly sending: StoredCallback }
  | { readonly unneeded: readonly StoredCallback[] };

export interface WriterSettings {
  readonly knex: Knex;
  readonly keepers: readonly Keeper<CallEvent>[];
  /** After how long the end of a record is told again of which something was not answered in time; undefined: never. */
  readonly lastWordMs: number | undefined;
}

type Also = (transaction: Knex) => Promise<void>;

/** Writes jobs together: what is common by one statement, and what is rare behind it in the same transaction. */
export class OutboxWriter {
  readonly #settings: WriterSettings;
  readonly #write: GroupWrite;
  /** Calls of which something was not answered in time; null: not yet looked for. */
  #timedOut: Set<string> | null = null;

  constructor(settings: WriterSettings) {
    const { keepers } = settings;
    this.#settings = settings;
    const parts = [...partsBefore, ...keepers.flatMap(({ parts }) => parts), ...partsAfter];
    this.#write = new GroupWrite('outbox', parts, [
      pendingQuestion,
      ...keepers.flatMap(({ more }) => more?.question ?? []),
    ]);
  }

  /**
   * Writes all jobs, or none of them, and can then be repeated.
   *
   * @returns what waits of the calls that they are of, for `dueOf`, and whether something is now to be sent at some later time
   */
  write(jobs: readonly Job[], now: number): Promise<{ pending: unknown; isLater: boolean }> {
    return onConnection(this.#settings.knex, async (connection) => {
      const group = groupOf(jobs);
      const last = await this.#lastWords(withBehind(group.marks), connection, now);
      const rest = restOf(group, last, now);
      const [pending, ...answers] = await this.#writeAll(this.#rows(group), rest, connection, now);
      await this.#follow(answers, connection);
      if (rest.length === 0) return { pending, isLater: last !== null };
      const [found] = await pendingOf.all(connection, [JSON.stringify(group.calls)]);
      return { pending: JSON.parse(found?.pending ?? '[]'), isLater: last !== null };
    });
  }

  async #writeAll(rows: GroupRows, rest: readonly Also[], connection: RawConnection, now: number): Promise<unknown[]> {
    if (rest.length === 0) return this.#write.run(connection, rows, now);
    let answers: unknown[] = [];
    await this.#write.prepare(connection);
    await inTransactionOn(this.#settings.knex, connection, async (transaction) => {
      answers = await this.#write.run(connection, rows, now);
      for (const each of rest) await each(transaction);
    });
    return answers;
  }

  async #follow(answers: readonly unknown[], connection: RawConnection): Promise<void> {
    const { keepers, knex } = this.#settings;
    const asking = keepers.flatMap(({ more }) => more ?? []);
    for (const [index, { follow }] of asking.entries()) {
      const work = follow(answers[index]);
      if (work !== null) await inTransactionOn(knex, connection, work);
    }
  }

  #rows(group: Group): GroupRows {
    const { jobs, calls, marks } = group;
    const plain = marks.filter(isPlain);
    return {
      ...keptRows(this.#settings.keepers, group),
      ...callRows(group),
      callbacks: jobs.flatMap((job) => ('commit' in job ? this.#callbackRows(job) : [])),
      sending: jobs.flatMap((job) => ('sending' in job ? [job.sending.id] : [])),
      unneeded: jobs.flatMap((job) => ('unneeded' in job ? job.unneeded.map(({ id, again }) => [id, again]) : [])),
      behind: plain.flatMap(({ behind = [], callback }) => behind.map((mark) => [mark.callback.id, callback.id])),
      delivered: plain.map(({ callback }) => callback.id),
      moved: calls,
    };
  }

  #callbackRows({ commit, at }: Extract<Job, { readonly commit: Commit }>) {
    const hasLastWords = this.#settings.lastWordMs !== undefined;
    return commit.callbacks.map(({ call, key, kind, params }) => {
      const lastWords = hasLastWords && kind !== 'Record' ? lastWordsOf(params) : null;
      return [call, key, kind, params, at, lastWords];
    });
  }

  async #lastWords(marks: readonly Mark[], connection: RawConnection, now: number): Promise<Also | null> {
    const { lastWordMs } = this.#settings;
    if (lastWordMs === undefined) return null;
    this.#timedOut ??= new Set((await timedOutCalls.all(connection, [])).map(({ call }) => call));
    const timedOut = this.#timedOut;
    for (const { outcome, callback } of marks) if (outcome === 'timedOut') timedOut.add(callback.call);
    const finished = marks.filter(isFinished).map(({ callback }) => callback);
    const late = finished.filter(({ call }) => timedOut.has(call));
    return late.length === 0 ? null : (transaction) => planLastWords(transaction, late, now + lastWordMs);
  }
}

/** What there is to write, of all jobs. */
interface Group {
  readonly jobs: readonly Job[];
  readonly commits: readonly Commit[];
  readonly events: readonly CallEvent[];
  readonly marks: readonly Mark[];
  /** Of whose records the first pending callback may have changed. */
  readonly calls: readonly Linkedid[];
}

function groupOf(jobs: readonly Job[]): Group {
  const commits = jobs.flatMap((job) => ('commit' in job ? [job.commit] : []));
  const marks = jobs.flatMap((job) => ('mark' in job ? [job.mark] : []));
  const finished = withBehind(marks).filter(isFinished);
  const calls = new Set([
    ...commits.flatMap(({ callbacks }) => callbacks.map(({ call }) => call)),
    ...finished.map(({ callback }) => callback.call),
  ]);
  return { jobs, commits, events: commits.flatMap(({ events = [] }) => events), marks, calls: [...calls] };
}

/** What is more than rows. */
function restOf({ jobs, calls, marks }: Group, last: Also | null, now: number): Also[] {
  const rest = jobs.flatMap((job) => ('commit' in job ? (job.commit.also ?? []) : []));
  const rare = marks.filter((mark) => !isPlain(mark));
  const failed = withBehind(marks).filter(({ outcome }) => outcome !== 'accepted');
  if (rare.length > 0) rest.push((transaction) => writeMarks(transaction, rare, now));
  if (failed.length > 0) rest.push((transaction) => keepFailedSends(transaction, failed, now));
  if (last !== null) rest.push(last);
  if (rest.length > 0 && calls.length > 0) rest.push((transaction) => moveUp(transaction, new Set(calls), now));
  return rest;
}

function withBehind(marks: readonly Mark[]): Mark[] {
  return marks.flatMap((mark) => [mark, ...(mark.behind ?? [])]);
}

function isFinished({ as }: Mark): boolean {
  return as.state !== 'pending';
}

/** A state is JSON already, mostly: put in as it is, and not as a text of which every quotation mark is escaped. */
function openRow(id: Linkedid, state: CallState): string {
  const json = typeof state === 'string' ? JSON.stringify(state) : state();
  return `[${JSON.stringify(id)},${json}]`;
}

function callRows({ commits }: Group): GroupRows {
  const latest = new Map(commits.flatMap((commit) => commit.calls).map(({ id, state }) => [id, state]));
  const open = [...latest].flatMap(([id, state]) => (state === null ? [] : [openRow(id, state)]));
  return {
    open: open.length === 0 ? '' : `[${open.join()}]`,
    closed: [...latest].flatMap(([id, state]) => (state === null ? [id] : [])),
  };
}

/** What the keepers make of the events, and what was given for their parts besides. */
function keptRows(keepers: readonly Keeper<CallEvent>[], { commits, events }: Group): KeptRows {
  const all: Record<string, unknown[]> = {};
  const given = commits.flatMap(({ rows }) => (rows === undefined ? [] : [rows]));
  for (const rows of [...keepers.map((keeper) => keeper.rows(events)), ...given])
    for (const [part, own] of Object.entries(rows)) all[part] = (all[part] ?? []).concat(own);
  return all;
}

/** Makes the first pending callback of each record due, as the writer does by the way. @param calls null: of all */
export async function moveUp(knex: Knex, calls: ReadonlySet<Linkedid> | null, now: number): Promise<void> {
  if (calls === null) await knex.raw(moveUpSql('?', null), [now]);
  else await knex.raw(moveUpSql('?', '?'), [now, JSON.stringify([...calls])]);
}
