import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Knex } from 'knex';
import type { Linkedid } from '../src/call/ids.ts';
import { mendWhileOpen } from '../src/db/mend.ts';
import { openDatabase } from '../src/db/open.ts';
import { HistoryStore } from '../src/history/history-store.ts';
import { OutboxStore } from '../src/outbox/outbox-store.ts';
import { RecordingStore } from '../src/recordings/recording-store.ts';
import { UnrungStore } from '../src/unrung/unrung-store.ts';
import { fill } from './million-rows.ts';

/**
 * What a database of a million calls costs the connector: `npm run bench:million`, on the disk of TMPDIR.
 * --calls N  that many; --waiting N  calls whose callbacks wait for the CRM; --mend  also makes the whole file anew
 */
const { values } = parseArgs({
  options: { calls: { type: 'string' }, waiting: { type: 'string' }, mend: { type: 'boolean' } },
});
const calls = Number(values.calls ?? 1_000_000);
const waiting = Number(values.waiting ?? 0);
const day = 86_400_000;
const now = Date.now();

function show(what: string, value: string): void {
  console.log(`${what.padEnd(60)} ${value}`);
}

async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const begun = performance.now();
  const result = await work();
  const ms = performance.now() - begun;
  const count = typeof result === 'number' ? ` (${result.toLocaleString('en')})` : '';
  show(what, `${ms < 100 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en')} ms${count}`);
  return result;
}

async function size(path: string): Promise<string> {
  const bytes = await Promise.all(
    ['', '-wal'].map((end) =>
      stat(path + end).then(
        (file) => file.size,
        () => 0,
      ),
    ),
  );
  return bytes.map((some) => `${Math.round(some / 1_048_576).toLocaleString('en')} MB`).join(' + log ');
}

let serial = 0;

/** One callback and one call's state, as an event of a call brings them. */
async function commitOne(store: OutboxStore): Promise<number> {
  const begun = performance.now();
  serial += 1;
  const call = `fresh.${serial % 50}` as Linkedid;
  const params = {
    callstatus: 'DialAnswer',
    callUUID: `${call}-101`,
    callerIDNumber: '+79211234567',
    more: 'x'.repeat(250),
  };
  await store.commit({
    callbacks: [{ call, key: `${call}|${serial}`, kind: 'DialAnswer', params }],
    calls: [{ id: call, state: JSON.stringify({ version: 3, more: 'x'.repeat(1_000) }) }],
  });
  return performance.now() - begun;
}

function spread(waits: number[]): string {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `median ${at(0.5)}, 99 % ${at(0.99)}, longest ${at(1)} ms (${sorted.length})`;
}

async function commits(what: string, store: OutboxStore, count: number): Promise<void> {
  const waits: number[] = [];
  for (let one = 0; one < count; one += 1) waits.push(await commitOne(store));
  show(what, spread(waits));
}

/** Some twenty commits a second while something else is done. */
async function commitsDuring(what: string, store: OutboxStore, work: () => Promise<number>): Promise<void> {
  const waits: number[] = [];
  let isDone = false;
  const done = timed(what, work).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    waits.push(await commitOne(store));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await done;
  show('    a commit meanwhile', spread(waits));
}

async function look(store: OutboxStore): Promise<void> {
  for (const time of ['cold', 'warm']) {
    console.log(`-- ${time}`);
    await timed('open calls', async () => (await store.openCalls()).length);
    await timed('interrupted sends', async () => (await store.interrupted()).length);
    await timed('hurry', () => store.hurry());
    await timed('due, fresh first', async () => (await store.due(2, [], 'fresh')).length);
    await timed('due, old first', async () => (await store.due(2, [], 'old')).length);
    await timed('next due', () => store.nextDueAt([]));
    await timed('depth', () => store.depth());
    await timed('age of the oldest', () => store.oldestAgeMs());
  }
}

async function houseKeeping(database: Knex, store: OutboxStore): Promise<void> {
  console.log('-- removing what is old, with commits');
  const share = (part: number) => now - 300 * day * (1 - part);
  const [{ before }] = (await database('callbacks').where({ state: 'delivered' }).count({ before: '*' })) as [
    { before: number },
  ];
  const hundredThousand = share(100_000 / Math.max(before, 100_000));
  await commitsDuring('100,000 callbacks', store, () => store.prune(hundredThousand));
  await commitsDuring('history of a tenth', store, () => new HistoryStore(database).prune(share(0.1)));
  await commitsDuring('recordings without a link of a tenth', store, () =>
    new RecordingStore(database).prune(share(0.1)),
  );
  await commitsDuring('unrung calls of a tenth', store, () => new UnrungStore(database).prune(share(0.1)));
  await commitsDuring('nothing to remove', store, () => store.prune(0));
  const [{ freelist_count: free }] = (await database.raw('PRAGMA freelist_count')) as [{ freelist_count: number }];
  show('free within the file afterwards', `${Math.round(free / 256)} MB`);
}

const folder = await mkdtemp(join(tmpdir(), 'million-'));
const path = join(folder, 'connector.db');
try {
  const empty = await openDatabase(path);
  await timed(`making ${calls.toLocaleString('en')} calls`, () => fill(empty, { calls, open: 50, waiting, now }));
  await timed('closing', () => empty.destroy());
  show('size', await size(path));
  const database = await timed('opening', () => openDatabase(path));
  const fault = (thrown: unknown) => {
    throw thrown;
  };
  const store = new OutboxStore({ knex: database, now: Date.now, onFatal: fault });
  await look(store);
  await commits('a commit', store, 2_000);
  await houseKeeping(database, store);
  await timed('quick_check', () => database.raw('PRAGMA quick_check'));
  show('size', await size(path));
  if (values.mend === true) await timed('made anew as if damaged', () => mendWhileOpen(database, path));
  await database.destroy();
} finally {
  await rm(folder, { recursive: true, force: true });
}
