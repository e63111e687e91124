import type { CallEvent } from '../call/call-event.ts';
import type { Keeper } from '../db/keeper.ts';
import { Prepared, type RawConnection } from '../db/prepared.ts';
import { recordingsTable } from './recording-row.ts';
import { newId, RecordingStore } from './recording-store.ts';

type Recorded = Extract<CallEvent, { kind: 'recorded' }>;
type Closed = Extract<CallEvent, { kind: 'closed' }>;

/** [id, call, channel, path, learnt_from, at]. Told after its call was closed, it gets the state and talks of that call's others. */
const recorded = `
  INSERT INTO ${recordingsTable} (id, call, channel, path, learnt_from, created_at, state, talks, closed_at, next_look_at)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
    CASE WHEN other.talks IS NULL THEN 'recording' WHEN other.talks = '[]' THEN 'unheard' ELSE 'waiting' END,
    coalesce(other.talks, '[]'), CASE WHEN other.talks IS NOT NULL THEN value ->> 5 END,
    CASE WHEN other.talks <> '[]' THEN value ->> 5 END
  FROM json_each(NEW.recorded) LEFT JOIN ${recordingsTable} AS other ON other.rowid = (
    SELECT rowid FROM ${recordingsTable} WHERE call = value ->> 1 AND closed_at IS NOT NULL LIMIT 1)
  WHERE true ON CONFLICT (call, path) DO NOTHING`;

/** [call, talks, at]. */
const ended = `
  UPDATE ${recordingsTable} SET talks = told.value ->> 1, closed_at = told.value ->> 2,
    next_look_at = CASE WHEN told.value ->> 1 <> '[]' THEN told.value ->> 2 END,
    state = CASE WHEN state <> 'recording' THEN state WHEN told.value ->> 1 <> '[]' THEN 'waiting' ELSE 'unheard' END
  FROM json_each(NEW.ended) AS told WHERE call = told.value ->> 0 AND closed_at IS NULL`;

/** Of [call, path] that are recorded, and of calls that end: the files that other calls are recorded into as well. */
const contested = new Prepared<{ readonly call: string; readonly path: string }>(`
  SELECT value ->> 0 AS call, value ->> 1 AS path FROM json_each(?) WHERE EXISTS (
    SELECT 1 FROM ${recordingsTable} AS other WHERE other.path = value ->> 1 AND other.call <> value ->> 0)
  UNION ALL
  SELECT own.call, own.path FROM json_each(?) AS told JOIN ${recordingsTable} AS own ON own.call = told.value
  WHERE own.closed_at IS NULL AND EXISTS (
    SELECT 1 FROM ${recordingsTable} AS other WHERE other.path = own.path AND other.call <> own.call)`);

/**
 * Keeps the files of calls, and when those are over, as RecordingStore's `add` and `closeCall` do. Which of several calls a file
 * belongs to that all of them name is found out by those two, one after the other; a file of its own is just a row.
 */
export const recordingKeeper: Keeper<CallEvent> = {
  parts: [
    { name: 'recorded', sql: [recorded] },
    { name: 'ended', sql: [ended] },
  ],
  async plan(events, connection) {
    const told = events.filter((event) => event.kind === 'recorded' || event.kind === 'closed');
    if (told.length === 0) return {};
    const calls = await contestedCalls(told, connection);
    const [own, shared] = [told.filter(({ call }) => !calls.has(call)), told.filter(({ call }) => calls.has(call))];
    const rows = {
      recorded: own.flatMap((event) => (event.kind === 'recorded' ? [rowOf(event)] : [])),
      ended: own.flatMap((event) => (event.kind === 'closed' ? [endOf(event)] : [])),
    };
    if (shared.length === 0) return { rows };
    return {
      rows,
      async also(transaction) {
        const store = new RecordingStore(transaction);
        for (const event of shared)
          if (event.kind === 'recorded') await store.add(event);
          else await store.closeCall(event.call, event.talked, event.at);
      },
    };
  },
};

const rowOf = ({ call, channel, path, from, at }: Recorded) => [newId(), call, channel, path, from, at];

const endOf = ({ call, talked, at }: Closed) => [call, JSON.stringify(talked), at];

async function contestedCalls(told: readonly (Recorded | Closed)[], connection: RawConnection): Promise<Set<string>> {
  const files = told.flatMap((event) => (event.kind === 'recorded' ? [[event.call, event.path] as const] : []));
  const ends = told.flatMap((event) => (event.kind === 'closed' ? [event.call] : []));
  const known = await contested.all(connection, [JSON.stringify(files), JSON.stringify(ends)]);
  const calls = new Set(known.map(({ call }) => call));
  const first = new Map<string, string>();
  for (const [call, path] of files) {
    const other = first.get(path) ?? call;
    first.set(path, other);
    if (other === call) continue;
    calls.add(call);
    calls.add(other);
  }
  return calls;
}
