import type { CallEvent, Talk } from '../call/call-event.ts';
import type { Keeper, KeptRows } from '../db/keeper.ts';
import { newId } from './new-id.ts';
import type { Recording } from './recording.ts';
import { recordingsTable } from './recording-row.ts';
import { RecordingStore } from './recording-store.ts';

type Recorded = Extract<CallEvent, { kind: 'recorded' }>;
type Closed = Extract<CallEvent, { kind: 'closed' }>;

/**
 * [id, call, channel, path, learnt_from, at]. Told after its call was closed, it gets the state and talks of that call's others. A
 * channel that has moved into another call has its Cdr there; its recording stays where it was begun.
 */
const recorded = `
  INSERT INTO ${recordingsTable} (id, call, channel, path, learnt_from, created_at, state, talks, closed_at, next_look_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
    CASE WHEN other.talks IS NULL THEN 'recording' WHEN other.talks = '[]' THEN 'unheard' ELSE 'waiting' END,
    coalesce(other.talks, '[]'), CASE WHEN other.talks IS NOT NULL THEN value ->> 5 END,
    CASE WHEN other.talks <> '[]' THEN value ->> 5 END
  FROM json_each(NEW.recorded) LEFT JOIN ${recordingsTable} AS other ON other.rowid = (
    SELECT rowid FROM ${recordingsTable} WHERE call = value ->> 1 AND closed_at IS NOT NULL LIMIT 1)
  WHERE NEW.recorded IS NOT NULL AND (value ->> 4 <> 'cdr' OR NOT EXISTS (
    SELECT 1 FROM ${recordingsTable} AS begun
    WHERE begun.path = value ->> 3 AND begun.channel = value ->> 2 AND begun.call <> value ->> 1))
  ON CONFLICT (call, path) DO NOTHING`;

/** [call, talks, at]. */
const ended = `
  UPDATE ${recordingsTable} SET talks = told.value ->> 1, closed_at = told.value ->> 2,
    next_look_at = CASE WHEN told.value ->> 1 <> '[]' THEN told.value ->> 2 END,
    state = CASE WHEN state <> 'recording' THEN state WHEN told.value ->> 1 <> '[]' THEN 'waiting' ELSE 'unheard' END
  FROM json_each(NEW.ended) AS told
  WHERE NEW.ended IS NOT NULL AND call = told.value ->> 0 AND closed_at IS NULL`;

/** [id, extension, at] of users to whose records a recording is linked. */
const announced = `
  UPDATE ${recordingsTable} SET announced_at = told.at, announced_to = (
    SELECT json_group_array(value) FROM (
      SELECT value FROM json_each(announced_to) UNION ALL SELECT value FROM json_each(told.users)))
  FROM (
    SELECT value ->> 0 AS id, json_group_array(value ->> 1) AS users, max(value ->> 2) AS at
    FROM json_each(NEW.announced) GROUP BY 1) AS told
  WHERE NEW.announced IS NOT NULL AND ${recordingsTable}.id = told.id`;

/** [path, at] of files that other calls are recorded into as well, of those that are recorded or end now. */
const contested = `
  SELECT json_group_array(json_array(file.path, file.at)) FROM (
    SELECT value ->> 3 AS path, value ->> 1 AS call, value ->> 5 AS at FROM json_each(recorded)
    UNION ALL SELECT own.path, own.call, told.value ->> 2
    FROM json_each(ended) AS told JOIN ${recordingsTable} AS own ON own.call = told.value ->> 0
  ) AS file WHERE (recorded IS NOT NULL OR ended IS NOT NULL) AND EXISTS (
    SELECT 1 FROM ${recordingsTable} AS other WHERE other.path = file.path AND other.call <> file.call)`;

/**
 * Keeps the files of calls, and when those are over, as RecordingStore's `add` and `closeCall` do, and to whom they were
 * announced. Whose a file is that several calls name is found out right after it, by what those do, too.
 */
export const recordingKeeper: Keeper<CallEvent> = {
  parts: [
    { name: 'recorded', sql: [recorded] },
    { name: 'ended', sql: [ended] },
    { name: 'announced', sql: [announced] },
  ],
  rows: (events) => ({
    recorded: events.flatMap((event) => (event.kind === 'recorded' ? [rowOf(event)] : [])),
    ended: events.flatMap((event) => (event.kind === 'closed' ? [endOf(event)] : [])),
  }),
  more: {
    question: contested,
    follow(answer) {
      const files = answer as readonly (readonly [path: string, at: number])[];
      if (files.length === 0) return null;
      return async (transaction) => {
        const store = new RecordingStore(transaction);
        for (const [path, at] of files) await store.markOverwritten(path, at);
      };
    },
  },
};

/** That the links to it are kept for good, in the records of those who talked. */
export function announcedRows({ id }: Pick<Recording, 'id'>, talks: readonly Talk[], at: number): KeptRows {
  return { announced: talks.map(({ leg }) => [id, leg.extension, at]) };
}

const rowOf = ({ call, channel, path, from, at }: Recorded) => [newId(), call, channel, path, from, at];

const endOf = ({ call, talked, at }: Closed) => [call, JSON.stringify(talked), at];
