import { userInfo } from 'node:os';
import type { Knex } from 'knex';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { openBeside } from '../db/beside.ts';
import { createFacts } from '../db/facts.ts';
import { openForReading } from '../db/read.ts';
import { refusalOr } from '../db/refusal.ts';
import { transcodeSettings } from '../recording-settings.ts';
import { recordingsTable } from '../recordings/recording-row.ts';
import { restoreRecordings } from '../recordings/restore.ts';
import { type RetentionOrder, runRetention } from '../recordings/retention.ts';
import { type Agreement, agreementFact, isAgreedTo } from '../recordings/retention-rounds.ts';
import { deletionsTable, keptCallsTable, RetentionStore } from '../recordings/retention-store.ts';
import type { RetentionTally } from '../recordings/retention-tally.ts';
import { TranscodeCache } from '../recordings/transcode-cache.ts';
import { recordingPlaces } from '../settings.ts';
import { auditText, listText, type RecordingsRequest } from './recordings-lists.ts';
import { confirmText, keptText, pruneText, restoreText } from './recordings-text.ts';

export interface RecordingsAnswer {
  readonly text: string;
  /** false: what was asked for is not there, or could not all be done. */
  readonly isFound: boolean;
}

const dayMs = 86_400_000;

/**
 * Lists recordings, deletes old ones or says which, keeps some for good, and tells what was deleted; also while a connector runs.
 *
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function recordings(config: Config, request: RecordingsRequest): Promise<RecordingsAnswer> {
  const { path } = config.database;
  const isReading = request.action === 'list' || request.action === 'audit';
  const tables = [recordingsTable, keptCallsTable, deletionsTable];
  const database = isReading ? await openForReading(path, deletionsTable) : await openBeside(path, tables);
  try {
    return await answers[request.action](config, request, database);
  } catch (fault) {
    throw refusalOr(path, fault);
  } finally {
    await database.destroy();
  }
}

type Answer = (config: Config, request: RecordingsRequest, database: Knex) => Promise<RecordingsAnswer>;

const answers: Readonly<Record<RecordingsRequest['action'], Answer>> = {
  list: async (config, request, database) => found(await listText(config, request, database)),
  audit: async (config, request, database) => found(await auditText(config, request, database)),
  prune,
  confirm,
  keep,
  release,
  restore,
};

function found(text: string): RecordingsAnswer {
  return { text, isFound: true };
}

/** As whom it runs; root has often been asked to by somebody else, who is not known here. */
function commandBy(): string {
  return `command as ${userInfo().username}`;
}

const noAge = 'How old? Expected --older-than 90d, or recordings.delete_older_than_days in the settings.\n';

async function prune(config: Config, request: RecordingsRequest, database: Knex): Promise<RecordingsAnswer> {
  const days = request.olderThanDays ?? config.recordings.delete_older_than_days;
  if (days === null) return { text: noAge, isFound: false };
  const tally = await run(config, request, database, { days, isDry: !request.yes });
  return { text: pruneText(tally, days, !request.yes), isFound: tally.failures.length === 0 };
}

interface Extent {
  readonly days: number;
  readonly isDry: boolean;
}

function run(
  config: Config,
  { now }: RecordingsRequest,
  database: Knex,
  { days, isDry }: Extent,
): Promise<RetentionTally> {
  const order: RetentionOrder = { before: now - days * dayMs, rule: `older than ${days} days`, by: commandBy(), isDry };
  const cache = new TranscodeCache(transcodeSettings(config), systemClock);
  return runRetention(order, {
    ...{ database, places: recordingPlaces(config), clock: systemClock },
    // A connector that runs on the same database gets its turn.
    pause: () => new Promise((resolve) => setTimeout(() => resolve(true), 10)),
    forget: (ids) => cache.forget(ids),
  });
}

async function confirm(config: Config, request: RecordingsRequest, database: Knex): Promise<RecordingsAnswer> {
  const { retention, delete_older_than_days: days } = config.recordings;
  if (days === null)
    return { text: 'recordings.delete_older_than_days is not set: there is nothing to agree to.\n', isFound: false };
  const facts = createFacts(database);
  const tally = await run(config, request, database, { days, isDry: true });
  const isAgreed = isAgreedTo(days, await facts.get(agreementFact));
  const agreement: Agreement = { days, at: request.now, by: commandBy() };
  if (request.yes) await facts.set(agreementFact, JSON.stringify(agreement));
  return found(confirmText(tally, { days, retention, isAgreed, isAgreeing: request.yes }));
}

async function keep(_: Config, { id, reason, now }: RecordingsRequest, database: Knex): Promise<RecordingsAnswer> {
  const store = new RetentionStore(database);
  const calls = await store.callsOf(id ?? '');
  for (const call of calls) await store.keep({ call, since: now, by: commandBy(), reason });
  return { text: keptText(id ?? '', calls, 'keep'), isFound: calls.length > 0 };
}

async function release(_: Config, { id }: RecordingsRequest, database: Knex): Promise<RecordingsAnswer> {
  const store = new RetentionStore(database);
  const released: string[] = [];
  for (const call of new Set([id ?? '', ...(await store.callsOf(id ?? ''))]))
    if (await store.release(call)) released.push(call);
  return { text: keptText(id ?? '', released, 'release'), isFound: released.length > 0 };
}

async function restore(config: Config, _: RecordingsRequest, database: Knex): Promise<RecordingsAnswer> {
  return found(restoreText(await restoreRecordings(new RetentionStore(database), recordingPlaces(config))));
}
