import type { Config } from '../config/schema.ts';
import { localTimeIn } from '../crm/local-time.ts';
import { openForReading } from '../db/read.ts';
import { type UnrungCall, UnrungStore } from '../unrung/unrung-store.ts';
import { plain, textTable } from './text-table.ts';

const dayMs = 86_400_000;

export interface MissedRequest {
  readonly days: number;
  readonly json: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Who called from outside and was gone before any phone rang, as text for a person or as JSON.
 *
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function missedCalls(config: Config, { days, json, now }: MissedRequest): Promise<string> {
  const database = await openForReading(config.database.path, 'unrung_calls');
  try {
    const calls = await new UnrungStore(database).since(now - days * dayMs);
    return json ? asJson(calls) : asText(calls, days, config.crm.time_zone);
  } finally {
    await database.destroy();
  }
}

const waitedMs = ({ startedAt, endedAt }: UnrungCall) => Math.max(0, endedAt - startedAt);

function asJson(calls: readonly UnrungCall[]): string {
  const shown = calls.map((call) => ({
    at: new Date(call.startedAt).toISOString(),
    line: call.line,
    number: call.number,
    name: call.name,
    waited_seconds: waitedMs(call) / 1000,
    call: call.call,
  }));
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function asText(calls: readonly UnrungCall[], days: number, timeZone: string): string {
  const span = days === 1 ? 'the last day' : `the last ${days} days`;
  if (calls.length === 0) return `In ${span} no caller was gone before a phone rang.\n`;
  const time = localTimeIn(timeZone);
  const rows = calls.map((call) => {
    const waited = `${Math.round(waitedMs(call) / 1000)} s`;
    const [line, number, name] = [call.line, call.number || 'withheld', call.name].map(plain);
    return [time(call.startedAt), line ?? '', number ?? '', waited, name ?? ''];
  });
  const heads = [`when (${timeZone})`, 'line', 'number', 'waited', 'name'];
  return `Callers of ${span} who were gone before any phone rang:\n\n${textTable(heads, rows)}\n`;
}
