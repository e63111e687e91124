import type { Knex } from 'knex';
import { isExtension } from '../call/classify.ts';
import type { OutboxCommand, OutboxState } from '../cli/outbox.ts';
import type { Config } from '../config/schema.ts';
import { openBeside } from '../db/beside.ts';
import { openForReading } from '../db/read.ts';
import { refusalOr } from '../db/refusal.ts';
import type { CallbackRow, CallbackState } from '../outbox/callback-row.ts';
import {
  countCallbacks,
  dropCallbacks,
  isKnown,
  listCallbacks,
  type PutBack,
  retryGivenUp,
} from '../outbox/given-up.ts';
import { callRules } from '../settings.ts';
import { type Listing, listingJson, listingText } from './outbox-text.ts';
import { createMask } from './replay/mask.ts';
import { counted } from './text-table.ts';

export type OutboxRequest = Omit<OutboxCommand, 'kind' | 'config'> & {
  /** Epoch milliseconds. */
  readonly now: number;
};

export interface OutboxAnswer {
  readonly text: string;
  /** false: there is no such call, and `text` says so. */
  readonly isFound: boolean;
}

const states: Readonly<Record<OutboxState, readonly CallbackState[]>> = {
  waiting: ['pending'],
  given_up: ['given_up'],
  delivered: ['delivered'],
  dropped: ['dropped'],
  all: ['pending', 'given_up', 'delivered', 'dropped'],
};

/**
 * Lists what waits for the CRM and what was given up, sends the latter again or lets it go, also while a connector runs.
 *
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function outbox(config: Config, request: OutboxRequest): Promise<OutboxAnswer> {
  const { path } = config.database;
  const database =
    request.action === 'list' ? await openForReading(path, 'callbacks') : await openBeside(path, ['callbacks']);
  try {
    if (request.call !== null && !(await isKnown(database, request.call)))
      return { text: `There is no callback of a call ${request.call}: expected a linkedid.\n`, isFound: false };
    return { text: await textOf(database, config, request), isFound: true };
  } catch (fault) {
    throw refusalOr(path, fault);
  } finally {
    await database.destroy();
  }
}

async function textOf(database: Knex, config: Config, request: OutboxRequest): Promise<string> {
  const { action, call, now } = request;
  if (action === 'retry') return retriedText(await retryGivenUp(database, call, now));
  if (action === 'drop') return droppedText(await dropCallbacks(database, call, now), call);
  const found = await listing(database, request);
  const mask = request.mask ? maskFor(config, found.callbacks) : (text: string) => text;
  return request.json ? listingJson(found, mask) : listingText(found, mask, config.crm.time_zone, now);
}

async function listing(database: Knex, { state, call, limit }: OutboxRequest): Promise<Listing> {
  const wanted = state === null ? [...states.waiting, ...states.given_up] : states[state];
  const callbacks = await listCallbacks(database, { states: wanted, call }, limit);
  const counts: Listing['counts'][number][] = [];
  // Those that are shown, and at any rate what needs somebody's attention.
  for (const one of new Set<CallbackState>(['pending', 'given_up', ...wanted]))
    counts.push({ state: one, count: await countCallbacks(database, one, call), isWanted: wanted.includes(one) });
  return { callbacks, counts, call };
}

/** Customers' numbers are those in the callbacks that are no agents' phones, and whatever else looks like one. */
function maskFor(config: Config, callbacks: readonly CallbackRow[]): (text: string) => string {
  const rules = callRules(config);
  const known = callbacks.flatMap(({ params }) => Object.values(JSON.parse(params) as Record<string, string>));
  const isOwn = (digits: string) => isExtension(digits, rules) || rules.trunks.has(digits);
  return createMask({ known, isOwn, kept: new Set() });
}

function retriedText({ calls, callbacks, begunAgain }: PutBack): string {
  if (calls === 0) return 'Nothing was given up.\n';
  const what = `${counted(callbacks, 'callback')} of ${counted(calls, 'call')}`;
  const begun = begunAgain.map(
    (call) => `Call ${call} is begun again (StartApp): if the CRM had a record of it after all, it gets another one.\n`,
  );
  return `${what} will be sent again, those given up and what follows them in their records, in order.\n${begun.join('')}`;
}

function droppedText(count: number, call: string | null): string {
  if (count > 0) return `${counted(count, 'callback')} dropped: not sent any more.\n`;
  return call === null ? 'Nothing was given up.\n' : `Nothing of call ${call} waits or was given up.\n`;
}
