import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Uniqueid } from '../../src/call/ids.ts';
import { recordingKeeper } from '../../src/recordings/recording-keeper.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { tempDb } from '../doubles/temp-db.ts';
import { keepBy } from '../keeping.ts';
import { linkedid, talk } from './legs.ts';

type Told = Extract<CallEvent, { kind: 'recorded' | 'closed' }>;

const calls = ['1.1', '2.1', '3.1'].map(linkedid);
const anyCall = fc.constantFrom(...calls);
const recorded = fc.record({
  kind: fc.constant('recorded' as const),
  call: anyCall,
  channel: fc.constantFrom('1.1', '2.1', '9.1').map((id) => id as Uniqueid),
  path: fc.constantFrom('/m/a.wav', '/m/b.wav', '/m/c.wav'),
  from: fc.constantFrom('variable' as const, 'cdr' as const),
});
const closed = fc.record({ kind: fc.constant('closed' as const), call: anyCall, isHeard: fc.boolean() });

/** What is told of some calls, a second apart. */
const stories = fc.array(fc.oneof({ weight: 2, arbitrary: recorded }, closed), { maxLength: 9 }).map((all) =>
  all.map((told, index): Told => {
    const at = 1_000 * (index + 1);
    if (told.kind === 'recorded') return { ...told, at };
    const talks = told.isHeard ? [{ ...talk(told.call, '101'), from: at - 500, until: at }] : [];
    return { kind: 'closed', call: told.call, talked: talks, at };
  }),
);

/** As the store's own functions keep it, one after the other. */
async function keepByStore(story: readonly Told[]): Promise<unknown> {
  const db = await tempDb();
  const store = new RecordingStore(db.knex);
  for (const told of story)
    if (told.kind === 'recorded') await store.add(told);
    else await store.closeCall(told.call, told.talked, told.at);
  return rowsOf(db);
}

async function kept(story: readonly Told[], together: boolean): Promise<unknown> {
  const db = await tempDb();
  await keepBy(recordingKeeper, db.knex, story, together);
  return rowsOf(db);
}

async function rowsOf(db: Awaited<ReturnType<typeof tempDb>>): Promise<unknown> {
  const rows = await db.knex('recordings').orderBy(['call', 'path']);
  await db.remove();
  return rows.map(({ id, ...row }) => row);
}

test('keeps files and ends of calls as the store does, also where several calls name one file', async () => {
  const property = fc.asyncProperty(stories, async (story) => {
    expect(await kept(story, false)).toEqual(await keepByStore(story));
  });
  await fc.assert(property, { numRuns: 60 });
}, 120_000);

test('all together, what is told once of each call is kept as one after the other', async () => {
  const story: Told[] = calls.flatMap((call, index): Told[] => [
    { kind: 'recorded', call, channel: call as string as Uniqueid, path: `/m/${index}.wav`, from: 'variable', at: 10 },
    { kind: 'closed', call, talked: index === 0 ? [] : [talk(call, '101')], at: 20 },
  ]);
  expect(await kept(story, true)).toEqual(await keepByStore(story));
});
