import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Uniqueid } from '../../src/call/ids.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { announcedRows, recordingKeeper } from '../../src/recordings/recording-keeper.ts';
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

describe('what is announced', () => {
  const calls = ['4.1', '4.2'].map(linkedid);
  const talked = (user: string) => [talk(linkedid('4.1'), user)];
  const linkOf = (user: string) =>
    ({ key: `r ${user}`, call: linkedid('4.1'), kind: 'Record', params: { recordinglink: 'http://x/' } }) as const;

  async function opened() {
    const db = await tempDb();
    const recordings = new RecordingStore(db.knex);
    for (const [n, call] of calls.entries())
      await recordings.add({ call, channel: '4' as Uniqueid, path: `/m/4${n}.wav`, from: 'variable', at: 1 });
    const [recording] = await recordings.ofCall(linkedid('4.1'));
    if (recording === undefined) throw new Error('not there');
    const fail = (fault: unknown) => {
      throw fault;
    };
    const store = new OutboxStore({ knex: db.knex, now: () => 1_000, onFatal: fail, keepers: [recordingKeeper] });
    const announce = (user: string, at: number) =>
      store.commit({ callbacks: [linkOf(user)], calls: [], rows: announcedRows(recording, talked(user), at) });
    const rows = () => db.knex('recordings').orderBy('call').select('announced_to', 'announced_at');
    return { db, store, announce, rows };
  }

  test('is kept with its callback; twice at once and again later, all who were told of are kept', async () => {
    const { db, announce, rows } = await opened();
    await Promise.all([announce('102', 50), announce('101', 40)]);
    const none = { announced_to: '[]', announced_at: null };
    expect(await rows()).toEqual([{ announced_to: '["102","101"]', announced_at: 50 }, none]);
    await announce('0103', 60);
    expect(await rows()).toEqual([{ announced_to: '["102","101","0103"]', announced_at: 60 }, none]);
    expect(await db.knex('callbacks').orderBy('id').pluck('key')).toEqual(['r 102', 'r 101', 'r 0103']);
    await db.remove();
  });

  test('may be of the same part as what happens at the same time', async () => {
    const { db, store } = await opened();
    const event = {
      kind: 'recorded',
      call: linkedid('7.1'),
      channel: '7' as Uniqueid,
      from: 'variable',
      at: 1,
    } as const;
    const given = ['given', '7.2', '8', '/m/8.wav', 'variable', 1];
    await Promise.all([
      store.commit({ callbacks: [], calls: [], events: [{ ...event, path: '/m/7.wav' }] }),
      store.commit({ callbacks: [], calls: [], rows: { recorded: [given] } }),
    ]);
    const paths = await db.knex('recordings').whereLike('call', '7.%').orderBy('call').pluck('path');
    expect(paths).toEqual(['/m/7.wav', '/m/8.wav']);
    await db.remove();
  });

  test('is kept with its callback or not at all', async () => {
    const { db, announce, rows } = await opened();
    const refusing = "CREATE TRIGGER refusing BEFORE INSERT ON callbacks BEGIN SELECT raise(ABORT, 'no'); END";
    await db.knex.raw(refusing);
    await expect(announce('101', 40)).rejects.toThrow('no');
    expect((await rows())[0]).toEqual({ announced_to: '[]', announced_at: null });
    await db.remove();
  });
});
