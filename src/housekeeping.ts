import { type Clock, repeat } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { Patience } from './db/patience.ts';
import type { HistoryStore } from './history/history-store.ts';
import type { Log } from './log.ts';
import type { OutboxStore } from './outbox/outbox-store.ts';
import type { RecordingStore } from './recordings/recording-store.ts';
import type { UnrungStore } from './unrung/unrung-store.ts';

export interface HousekeepingParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience: Patience;
  readonly outbox: OutboxStore;
  readonly unrung: UnrungStore;
  readonly history: HistoryStore;
  readonly recordings: RecordingStore;
}

const hourMs = 3_600_000;

/** Removes every hour what has been kept for long enough; the returned function ends it. */
export function keepHouse(parts: HousekeepingParts): () => void {
  const { clock, log } = parts;
  let isUnderWay = false;
  return repeat(clock, hourMs, () => {
    if (isUnderWay) return;
    isUnderWay = true;
    prune(parts)
      .catch((fault) => log.warn(`what is old could not be removed, trying again in an hour: ${fault}`))
      .finally(() => {
        isUnderWay = false;
      });
  });
}

/** A file is deleted only while it is known as a recording's; some months are for rounds that nobody has agreed to yet. */
const retentionGraceDays = 90;

function daysOfRetention({ recordings }: Config): number {
  const { retention, delete_older_than_days: days } = recordings;
  return retention === 'off' || days === null ? 0 : days + retentionGraceDays;
}

/** One after the other, and each in slices, so that commits do not wait. */
async function prune({ config, clock, log, patience, outbox, unrung, history, recordings }: HousekeepingParts) {
  const daysAgo = (days: number) => clock.now() - days * 24 * hourMs;
  const { keep_delivered_days } = config.outbox;
  const { keep_unrung_days, keep_days } = config.calls;
  const removals = {
    callbacks: () => outbox.prune(daysAgo(keep_delivered_days)),
    unrung: () => unrung.prune(daysAgo(keep_unrung_days)),
    history: () => history.prune(daysAgo(keep_days)),
    // Those that the CRM links to stay for as long as it does.
    recordings: () => recordings.prune(daysAgo(Math.max(keep_days, daysOfRetention(config)))),
  };
  const removed: Record<string, number> = {};
  for (const [what, remove] of Object.entries(removals)) {
    const count = await patience.persist(remove);
    if (count > 0) removed[what] = count;
  }
  if (Object.keys(removed).length > 0) log.info('what was old has been removed from the database', removed);
}
