import type { Knex } from 'knex';
import { isExtension } from '../call/classify.ts';
import type { Linkedid } from '../call/ids.ts';
import type { CallCommand } from '../cli/story.ts';
import type { Config } from '../config/schema.ts';
import { localTimeIn } from '../crm/local-time.ts';
import { isSafeExtension } from '../crm/shield.ts';
import { openForReading } from '../db/read.ts';
import { refusalOr } from '../db/refusal.ts';
import { callRules } from '../settings.ts';
import type { ToldCallback } from '../story/callback-moments.ts';
import { ringsOf } from '../story/rings.ts';
import { lastTable, readCall, type StoredCall } from '../story/stored-call.ts';
import { storyOf } from '../story/story.ts';
import { storyJson } from './call-json.ts';
import { storyText } from './call-text.ts';
import { userOf } from './outbox-text.ts';
import { createMask } from './replay/mask.ts';

export type CallRequest = Omit<CallCommand, 'kind' | 'config'> & {
  /** Epoch milliseconds. */
  readonly now: number;
};

export interface CallAnswer {
  readonly text: string;
  /** false: there is no such call, and `text` says so. */
  readonly isFound: boolean;
}

/**
 * All that is known of one call, in the order of time, also while a connector runs.
 *
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function tellCall(config: Config, request: CallRequest): Promise<CallAnswer> {
  const { path } = config.database;
  const database = await openForReading(path, lastTable);
  try {
    const call = await callNamed(database, request.call, config);
    if (call === null)
      return {
        text: `Nothing is known of a call ${request.call}: \`calls\` lists those that are known.\n`,
        isFound: false,
      };
    return { text: storyFor(call, config, request), isFound: true };
  } catch (fault) {
    throw refusalOr(path, fault);
  } finally {
    await database.destroy();
  }
}

/** By its linkedid, or by what SalesPlatform knows a user's part by: with the extension behind it. */
async function callNamed(database: Knex, name: string, config: Config): Promise<StoredCall | null> {
  const rules = callRules(config);
  for (const id of idsIn(name, config.crm.call_id_prefix)) {
    const call = await readCall(database, id, rules);
    if (call !== null) return call;
  }
  return null;
}

/** What a text may mean by a call, the likeliest first. @param prefix crm.call_id_prefix, which a callUUID has before it */
export function idsIn(name: string, prefix = ''): Linkedid[] {
  const trimmed = name.trim();
  const own = prefix !== '' && trimmed.startsWith(prefix) ? [trimmed.slice(prefix.length)] : [];
  const ids = [trimmed, ...own].flatMap((id) => [id, ...(/^(.+)-[^-]+$/.exec(id)?.slice(1) ?? [])]);
  return ids as Linkedid[];
}

function storyFor(call: StoredCall, config: Config, { json, mask, now }: CallRequest): string {
  const time = localTimeIn(config.crm.time_zone);
  const settings = {
    keepDeliveredDays: config.outbox.keep_delivered_days,
    isTellable: isSafeExtension,
    time,
    now,
    mask,
  };
  const story = storyOf(call, told(call), settings);
  const shown = mask ? maskOf([call], config) : (text: string) => text;
  if (json) return storyJson(story, shown, mask);
  return storyText(story, { time, timeZone: config.crm.time_zone, shown, mask });
}

function told({ callbacks, failures, id }: StoredCall): ToldCallback[] {
  return callbacks.map((row) => ({
    row,
    user: userOf({ ...row, call: id, key: row.key.replace(/^again\|/, '') }),
    failures: failures.filter(({ callback }) => callback === row.id),
  }));
}

/** Customers' numbers are those of the other ends that are no phones of ours, and whatever else looks like one. */
export function maskOf(calls: readonly StoredCall[], config: Config): (text: string) => string {
  const rules = callRules(config);
  const rings = calls.flatMap(ringsOf);
  const unrung = calls.flatMap((call) => (call.unrung === null ? [] : [call.unrung]));
  const lines = new Set([...rings, ...unrung].map(({ line }) => line.replace(/^\+/, '')));
  return createMask({
    known: [...rings.map(({ party }) => party.number), ...unrung.map(({ number }) => number)],
    isOwn: (digits) => lines.has(digits) || rules.trunks.has(digits) || isExtension(digits, rules),
    kept: new Set(calls.map(({ id }) => id)),
  });
}
