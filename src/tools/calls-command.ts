import type { Knex } from 'knex';
import { timeIn } from '../cdr/zone-time.ts';
import type { CallsCommand } from '../cli/story.ts';
import type { Config } from '../config/schema.ts';
import { localTimeIn } from '../crm/local-time.ts';
import { openForReading } from '../db/read.ts';
import { refusalOr } from '../db/refusal.ts';
import { callRules } from '../settings.ts';
import { findCalls, type Wanted } from '../story/find-calls.ts';
import { ringsOf } from '../story/rings.ts';
import { lastTable, readCall, type StoredCall } from '../story/stored-call.ts';
import { summaryShown } from '../story/story.ts';
import type { Summary } from '../story/summary.ts';
import { type CallAnswer, idsIn, maskOf } from './call-command.ts';
import { iso, printable } from './call-json.ts';
import { toldText } from './call-text.ts';
import { plain, textTable } from './text-table.ts';

const dayMs = 86_400_000;

export type CallsRequest = Omit<CallsCommand, 'kind' | 'config'> & {
  /** Epoch milliseconds. */
  readonly now: number;
};

/** A call of the list. */
interface Listed {
  readonly call: StoredCall;
  readonly summary: Summary;
}

/**
 * The last calls, as text for a person or as JSON, also while a connector runs.
 *
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function listCalls(config: Config, request: CallsRequest): Promise<CallAnswer> {
  const { path } = config.database;
  const database = await openForReading(path, lastTable);
  try {
    // One more, to know whether there are more.
    const found = await listed(database, config, request, request.limit + 1);
    const shown = found.slice(-request.limit);
    const mask = request.mask
      ? maskOf(
          shown.map(({ call }) => call),
          config,
        )
      : (text: string) => text;
    const isMore = found.length > shown.length;
    if (request.json) return { text: asJson(shown, mask, isMore), isFound: true };
    return { text: asText(shown, mask, isMore, config.crm.time_zone, request), isFound: shown.length > 0 };
  } catch (fault) {
    throw refusalOr(path, fault);
  } finally {
    await database.destroy();
  }
}

/** The oldest first. */
async function listed(database: Knex, config: Config, request: CallsRequest, limit: number): Promise<Listed[]> {
  const rules = callRules(config);
  const wanted = wantedBy(request, config.crm.time_zone);
  const names = wanted.call === null ? [null] : idsIn(wanted.call, config.crm.call_id_prefix);
  for (const name of names) {
    const ids = await findCalls(database, { ...wanted, call: name }, rules, limit);
    const calls: Listed[] = [];
    for (const id of ids.reverse()) {
      const call = await readCall(database, id, rules);
      // One that the connector has removed meanwhile is left out.
      if (call !== null) calls.push({ call, summary: summaryShown(call, request.mask) });
    }
    if (calls.length > 0) return calls;
  }
  return [];
}

function wantedBy({ number, extension, call, since, until, days, open, now }: CallsRequest, timeZone: string): Wanted {
  const time = timeIn(timeZone);
  const typed = (text: string | null) =>
    text === null ? null : time(text.length === 10 ? `${text} 00:00:00` : text.padEnd(19, ':00'), null);
  const from = days === null ? typed(since) : now - days * dayMs;
  return { number, extension, call, since: from, until: typed(until), open };
}

type Mask = (text: string) => string;

function asText(
  calls: readonly Listed[],
  mask: Mask,
  isMore: boolean,
  timeZone: string,
  { open }: CallsRequest,
): string {
  if (calls.length === 0) return open ? 'No call goes on.\n' : 'No such call is known.\n';
  const time = localTimeIn(timeZone);
  const rows = calls.map(({ call, summary: { began, who, outcome, direction } }) => [
    plain(call.id),
    began === null ? '' : time(began),
    direction ?? '',
    ...[mask(who), mask(outcome)].map(plain),
    toldText(call.callbacks.map(({ state }) => state)),
  ]);
  const heads = ['call', `began (${timeZone})`, 'direction', 'who', 'what became of it', 'CRM'];
  const more = isMore ? `\nThe latest ${calls.length} are shown (--limit).\n` : '';
  return `${textTable(heads, rows)}\n${more}`;
}

function asJson(calls: readonly Listed[], mask: Mask, isMore: boolean): string {
  const shown = calls.map(({ call, summary }) => ({
    call: call.id,
    direction: summary.direction,
    number: mask(summary.number),
    name: mask(summary.name),
    line: summary.line,
    began_at: iso(summary.began),
    ended_at: iso(summary.ended),
    is_open: summary.isOpen,
    talked_seconds: summary.talkedMs / 1000,
    extensions: [...new Set(ringsOf(call).map(({ extension }) => extension))],
    outcome: mask(summary.outcome),
    crm: toldText(call.callbacks.map(({ state }) => state)),
  }));
  return printable({ calls: shown, is_more: isMore });
}
