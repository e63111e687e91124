import type { Question, WritePart } from '../db/group-write.ts';
import { Prepared } from '../db/prepared.ts';
import { callbacksTable } from './callback-row.ts';

/** Of new callbacks: [call, key, kind, params, created_at, the name under which the end of their record may wait to be told again]. */
const callbacks: WritePart = {
  name: 'callbacks',
  sql: [
    // Something new of the record: its old end is not to be told any more.
    `UPDATE ${callbacksTable} SET state = 'delivered', outcome = 'unneeded', due_at = NULL, finished_at = NEW.at
     WHERE NEW.callbacks IS NOT NULL AND state = 'pending' AND call IN (
       SELECT value ->> 5 FROM json_each(NEW.callbacks)
       WHERE NOT EXISTS (SELECT 1 FROM ${callbacksTable} AS known WHERE known.key = value ->> 1))`,
    `INSERT INTO ${callbacksTable} (call, key, kind, params, created_at)
     SELECT value ->> 0, value ->> 1, value ->> 2, value -> 3, value ->> 4 FROM json_each(NEW.callbacks)
     WHERE NEW.callbacks IS NOT NULL ON CONFLICT (key) DO NOTHING`,
  ],
};

/** [id, state] of calls that go on. The state is text or JSON. */
const open: WritePart = {
  name: 'open',
  sql: [
    `INSERT INTO calls (id, state, updated_at)
     SELECT value ->> 0, CASE json_type(value, '$[1]') WHEN 'text' THEN value ->> 1 ELSE value -> 1 END, NEW.at
     FROM json_each(NEW.open) WHERE NEW.open IS NOT NULL
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
  ],
};

/** Ids of calls that are over. */
const closed: WritePart = {
  name: 'closed',
  sql: ['DELETE FROM calls WHERE NEW.closed IS NOT NULL AND id IN (SELECT value FROM json_each(NEW.closed))'],
};

/** Ids of callbacks that are about to go out and must not go out twice. */
const sending: WritePart = {
  name: 'sending',
  sql: [
    `UPDATE ${callbacksTable} SET sending = 1
     WHERE NEW.sending IS NOT NULL AND id IN (SELECT value FROM json_each(NEW.sending))`,
  ],
};

/** [id, again] of callbacks that are not to be sent. One that a person has put back meanwhile is. */
const unneeded: WritePart = {
  name: 'unneeded',
  sql: [
    `UPDATE ${callbacksTable} SET state = 'delivered', outcome = 'unneeded', due_at = NULL, finished_at = NEW.at
     WHERE NEW.unneeded IS NOT NULL AND state = 'pending' AND (id, again) IN (
       SELECT value ->> 0, value ->> 1 FROM json_each(NEW.unneeded))`,
  ],
};

/** What was once not answered in time may be executed at any time after: see last-word.ts. */
const accepted = `state = 'delivered', outcome = CASE WHEN outcome = 'timedOut' THEN outcome ELSE 'accepted' END,
  detail = NULL, due_at = NULL, finished_at = NEW.at`;

/** [id, the one that it was sent right behind, out of turn]: it holds only if that one does, or its record would be left open. */
const behind: WritePart = {
  name: 'behind',
  sql: [
    `UPDATE ${callbacksTable} SET ${accepted} WHERE NEW.behind IS NOT NULL AND state = 'pending' AND again = 0 AND id IN (
       SELECT value ->> 0 FROM json_each(NEW.behind) JOIN ${callbacksTable} AS first ON first.id = value ->> 1
       WHERE first.due_at IS NOT NULL AND first.again = 0)`,
  ],
};

/** Ids of callbacks that the CRM has accepted. One that a person has put back, or dropped, meanwhile stays as he left it. */
const delivered: WritePart = {
  name: 'delivered',
  sql: [
    `UPDATE ${callbacksTable} SET ${accepted}
     WHERE NEW.delivered IS NOT NULL AND id IN (SELECT value FROM json_each(NEW.delivered)) AND due_at IS NOT NULL AND again = 0`,
  ],
};

/** The record of the CRM that a callback is of, in SQL. */
export const recordSql = "params ->> 'callUUID'";

/**
 * Makes the first pending callback of each record due. It is due since it was made and not since now, so that an old call is told to
 * its end before a younger one is begun; but never later than now, in case the system's clock has been set back.
 *
 * @param at what SQL has for now, in epoch milliseconds
 * @param calls what it has for a JSON array of the calls; null: all calls
 */
export function moveUpSql(at: string, calls: string | null): string {
  const ofThese = calls === null ? '' : `AND call IN (SELECT value FROM json_each(${calls}))`;
  return `UPDATE ${callbacksTable} SET due_at = min(created_at, ${at}) WHERE due_at IS NULL AND id IN (
    SELECT min(id) FROM ${callbacksTable} WHERE state = 'pending' ${ofThese} GROUP BY call, ${recordSql})`;
}

/** Calls of whose records the first pending callback may have changed. */
const moved: WritePart = {
  name: 'moved',
  sql: [`${moveUpSql('NEW.at', 'NEW.moved')} AND NEW.moved IS NOT NULL`],
};

/** In this order, around what others keep of the same changes. */
export const partsBefore: readonly WritePart[] = [callbacks, open, closed];
export const partsAfter: readonly WritePart[] = [sending, unneeded, behind, delivered, moved];

/** All that waits of the calls in `moved`, by record and in order: rows as `dueOf` reads them. */
export const pendingQuestion: Question = `
  SELECT json_group_array(json_array(id, call, key, kind, json(params), created_at, due_at, attempts, again) ORDER BY call, ${recordSql}, id)
  FROM ${callbacksTable} WHERE moved IS NOT NULL AND state = 'pending' AND call IN (SELECT value FROM json_each(moved))`;

/** The same of these calls (a JSON array). */
export const pendingOf = new Prepared<{ readonly pending: string }>(
  `SELECT (${pendingQuestion}) AS pending FROM (SELECT ? AS moved)`,
);
