import { promises as files } from 'node:fs';
import { dirname } from 'node:path';
import type { Knex } from 'knex';
import { openForReading } from '../db/read.ts';
import { DatabaseRefused } from '../db/refusal.ts';
import { type CallbackRow, callbacksTable } from '../outbox/callback-row.ts';
import { countCallbacks } from '../outbox/given-up.ts';
import { isWrittenSince } from '../recordings/judge.ts';
import type { RecordingPlaces } from '../recordings/locate.ts';
import { openFile } from '../recordings/open.ts';
import type { Recording } from '../recordings/recording.ts';
import { mapRow, type RecordingRow, recordingsTable } from '../recordings/recording-row.ts';
import { writeProblem } from './ask-machine.ts';
import type { DatabaseSeen } from './machine.ts';
import type { KindSeen, OutboxSeen } from './outbox.ts';
import type { KeptRecording } from './recordings.ts';

export interface DatabaseQuestions {
  readonly path: string;
  readonly places: RecordingPlaces;
  /** How far back recordings and answers are looked at, in milliseconds. */
  readonly spanMs: number;
  readonly now: number;
}

export interface DatabaseAnswers {
  readonly database: DatabaseSeen;
  readonly outbox: OutboxSeen | null;
  readonly recordings: readonly KeptRecording[] | null;
}

const nothing = { outbox: null, recordings: null } as const;

/** Reads the connector's database beside a connector that may be running on it. Never rejects for what the database says. */
export async function askDatabase(questions: DatabaseQuestions): Promise<DatabaseAnswers> {
  const { path } = questions;
  const isThere = await files.stat(path).then(
    () => true,
    (fault: NodeJS.ErrnoException) => fault.code !== 'ENOENT',
  );
  if (!isThere) return { ...nothing, database: { kind: 'absent', folderProblem: await writeProblem(dirname(path)) } };
  let database: Knex | null = null;
  try {
    database = await openForReading(path, callbacksTable);
    const outbox = await outboxOf(database, questions);
    const recordings = await recordingsOf(database, questions);
    const problem = (await writeProblem(path)) ?? (await writeProblem(dirname(path)));
    return { database: { kind: 'open', writeProblem: problem }, outbox, recordings };
  } catch (fault) {
    const code = (fault as { code?: string }).code ?? '';
    if (!(fault instanceof DatabaseRefused) && !code.startsWith('SQLITE_')) throw fault;
    return { ...nothing, database: { kind: 'refused', why: (fault as Error).message } };
  } finally {
    await database?.destroy();
  }
}

/** Of the last so many that are finished: the table may hold millions. */
const mostFinished = 2_000;

async function outboxOf(database: Knex, { now, spanMs }: DatabaseQuestions): Promise<OutboxSeen> {
  const rows = () => database<CallbackRow>(callbacksTable);
  const oldest = await rows().where({ state: 'pending' }).orderBy('id').first('created_at');
  const last = await rows().where({ state: 'given_up' }).orderBy('id', 'desc').first('detail');
  const finished = await rows()
    .orderBy('id', 'desc')
    .limit(mostFinished)
    .select('kind', 'outcome', 'detail', 'finished_at');
  return {
    waiting: await countCallbacks(database, 'pending', null),
    oldestMs: oldest === undefined ? null : now - oldest.created_at,
    givenUp: await countCallbacks(database, 'given_up', null),
    lastWhy: last?.detail ?? null,
    kinds: kindsOf(finished.filter(({ finished_at: at }) => at !== null && at >= now - spanMs)),
  };
}

type Finished = Pick<CallbackRow, 'kind' | 'outcome' | 'detail'>;

/** It is presumed to be delivered: outbox/retry says why. */
const isEmptyServerError = ({ outcome, detail }: Finished) =>
  outcome === 'presumed' && (detail ?? '').includes('HTTP 500 without a word');

function kindsOf(rows: readonly Finished[]): KindSeen[] {
  return [...new Set(rows.map(({ kind }) => kind))].map((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    const accepted = own.filter(({ outcome }) => outcome === 'accepted').length;
    return { kind, accepted, emptyServerErrors: own.filter(isEmptyServerError).length };
  });
}

const mostRecordings = 200;

async function recordingsOf(database: Knex, { now, spanMs, places }: DatabaseQuestions): Promise<KeptRecording[]> {
  const rows = await database<RecordingRow>(recordingsTable)
    .where('created_at', '>=', now - spanMs)
    .orderBy('created_at', 'desc')
    .limit(mostRecordings);
  const kept: KeptRecording[] = [];
  for (const recording of rows.map(mapRow)) {
    // Retention has removed it, and nothing is the matter.
    if (recording.deletedAt !== null) continue;
    const problem = recording.state === 'ready' ? await problemOf(recording, places) : null;
    kept.push({ path: recording.path, state: recording.state, problem });
  }
  return kept.reverse();
}

async function problemOf(recording: Recording, places: RecordingPlaces): Promise<string | null> {
  const opened = await openFile(recording.path, places);
  if (opened.kind !== 'open') return opened.why;
  const { handle, ...seen } = opened.file;
  await handle.close();
  return isWrittenSince(recording, seen) ? 'it was written again after its call' : null;
}
