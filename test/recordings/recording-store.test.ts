import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maximumLinkLength, type RecordingId, recordingLink } from '../../src/recordings/recording.ts';
import { announcedRows, recordingKeeper } from '../../src/recordings/recording-keeper.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { keepRows } from '../keeping.ts';
import { linkedid, recorded, talk } from './legs.ts';

let db: TempDb;
let store: RecordingStore;
beforeEach(async () => {
  db = await tempDb();
  store = new RecordingStore(db.knex);
});
afterEach(() => db.remove());

const call = linkedid('1763632800.15');
const other = linkedid('1763632800.99');

/** As the watch does when a file is final. */
async function announce(id: RecordingId, at: number): Promise<void> {
  const recording = await store.byId(id);
  if (recording === null) throw new Error(`no ${id}`);
  await keepRows(recordingKeeper, db.knex, announcedRows(recording, recording.talks, at));
  await store.settled(recording);
}

describe('add', () => {
  it('is one recording however often it is told', async () => {
    const first = await store.add(recorded(call, '/m/a.wav', 10));
    const again = await store.add(recorded(call, '/m/a.wav', 20));
    expect(again).toEqual(first);
    expect(first).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      call,
      path: '/m/a.wav',
      state: 'recording',
      channel: '1763632800.15',
      from: 'variable',
      talks: [],
      createdAt: 10,
      closedAt: null,
      announcedTo: [],
      announcedAt: null,
      sighting: null,
      looks: 0,
      deletedAt: null,
    });
    expect(await store.byId(first.id)).toEqual(first);
  });

  it('keeps several files of a call, and the file of several calls', async () => {
    await store.add(recorded(call, '/m/in.wav', 10));
    await store.add(recorded(call, '/m/out.wav', 11));
    await store.add(recorded(other, '/m/in.wav', 12));
    const callsOf = async (path: string) => (await store.sharing(path)).map((recording) => recording.call);
    expect(await callsOf('/m/in.wav')).toEqual([other, call]);
    expect(await callsOf('/m/out.wav')).toEqual([call]);
    expect(await callsOf('/m/none.wav')).toEqual([]);
    expect((await store.ofCall(call)).map(({ path }) => path)).toEqual(['/m/in.wav', '/m/out.wav']);
  });

  it('keeps any text of a path as it is', async () => {
    const path = `/m/'; DROP TABLE recordings; -- "?\r\n звонок 📞.wav`;
    const { id } = await store.add(recorded(call, path, 10));
    expect((await store.byId(id))?.path).toBe(path);
  });

  it('gives ids that say nothing of each other', async () => {
    const ids = new Set<string>();
    for (let n = 0; n < 50; n += 1) ids.add((await store.add(recorded(call, `/m/${n}.wav`, 10))).id);
    expect(ids.size).toBe(50);
  });

  it('after the close takes the legs of the call', async () => {
    await store.add(recorded(call, '/m/a.wav', 10));
    await store.closeCall(call, [talk(call, '101')], 20);
    const late = await store.add(recorded(call, '/m/b.wav', 30));
    expect(late).toMatchObject({ state: 'waiting', closedAt: 30, talks: [talk(call, '101')] });
    expect((await store.due(30)).map(({ path }) => path)).toEqual(['/m/a.wav', '/m/b.wav']);
  });

  it('after the close of a call in which nobody talked is unheard too', async () => {
    await store.add(recorded(call, '/m/a.wav', 10));
    await store.closeCall(call, [], 20);
    expect(await store.add(recorded(call, '/m/b.wav', 30))).toMatchObject({ state: 'unheard' });
    expect(await store.due(99)).toEqual([]);
  });

  it('told again after all is done changes nothing', async () => {
    const { id } = await store.add(recorded(call, '/m/a.wav', 10));
    await store.closeCall(call, [talk(call, '101')], 20);
    await store.look(id, { state: 'ready', sighting: { size: 9, mtimeMs: 1.5, since: 21 }, nextLookAt: 22 });
    await announce(id, 23);
    const done = await store.byId(id);
    expect(done).toMatchObject({ announcedAt: 23, announcedTo: ['101'] });
    expect(await store.add(recorded(call, '/m/a.wav', 30))).toEqual(done);
    await store.closeCall(call, [talk(call, '102')], 40);
    expect(await store.byId(id)).toEqual(done);
    expect(await store.due(99)).toEqual([]);
  });
});

describe('closeCall', () => {
  it('makes its own recordings wait, with who talked', async () => {
    const { id } = await store.add(recorded(call, '/m/a.wav', 10));
    await store.add(recorded(other, '/m/b.wav', 10));
    const talks = [talk(call, '101'), talk(call, '102')];
    await store.closeCall(call, talks, 20);
    expect(await store.due(19)).toEqual([]);
    expect(await store.due(20)).toEqual([expect.objectContaining({ id, state: 'waiting', talks, closedAt: 20 })]);
    expect(await store.nextLookAt()).toBe(20);
  });

  it('of a call without recordings does nothing', async () => {
    await store.closeCall(call, [talk(call, '101')], 20);
    expect(await store.nextLookAt()).toBeNull();
  });
});

describe('looks', () => {
  it('are due in their order, and leave when announced', async () => {
    const a = await store.add(recorded(call, '/m/a.wav', 10));
    const b = await store.add(recorded(call, '/m/b.wav', 10));
    await store.closeCall(call, [talk(call, '101')], 20);
    const sighting = { size: 44, mtimeMs: 1234.567, since: 25 };
    await store.look(a.id, { state: 'waiting', sighting, nextLookAt: 50 });
    await store.look(b.id, { state: 'waiting', sighting: null, nextLookAt: 40 });
    expect((await store.due(60)).map(({ id }) => id)).toEqual([b.id, a.id]);
    expect(await store.byId(a.id)).toMatchObject({ sighting, looks: 1 });
    await store.look(b.id, { state: 'ready', sighting, nextLookAt: 40 });
    expect((await store.due(40))[0]).toMatchObject({ id: b.id, state: 'ready', looks: 2 });
    await announce(b.id, 41);
    expect(await store.byId(b.id)).toMatchObject({ announcedAt: 41 });
    expect((await store.due(60)).map(({ id }) => id)).toEqual([a.id]);
    await store.look(a.id, { state: 'missing', sighting: null, nextLookAt: null });
    expect(await store.nextLookAt()).toBeNull();
  });
});

describe('a look', () => {
  it('at one that has been recorded over meanwhile changes nothing', async () => {
    const { id } = await store.add(recorded(call, '/m/a.wav', 10));
    await store.closeCall(call, [talk(call, '101')], 20);
    await store.add(recorded(other, '/m/a.wav', 21));
    const before = await store.byId(id);
    expect(await store.look(id, { state: 'ready', sighting: null, nextLookAt: null })).toBe(false);
    expect(await store.byId(id)).toEqual(before);
    expect(before?.state).toBe('overwritten');
  });

  it('is due again for one that has been recorded over while it was announced', async () => {
    const ready = await store.add(recorded(call, '/m/a.wav', 10));
    await store.closeCall(call, [talk(call, '101')], 20);
    await store.look(ready.id, { state: 'ready', sighting: null, nextLookAt: 20 });
    const [due] = await store.due(20);
    await store.add(recorded(other, '/m/a.wav', 21));
    if (due === undefined) throw new Error('not due');
    await store.settled(due);
    expect(await store.due(21)).toEqual([expect.objectContaining({ id: ready.id, state: 'overwritten' })]);
  });

  it('can be put off', async () => {
    const { id } = await store.add(recorded(call, '/m/a.wav', 10));
    await store.closeCall(call, [talk(call, '101')], 20);
    await store.postpone(id, 1000);
    expect(await store.nextLookAt()).toBe(1000);
    expect(await store.byId(id)).toMatchObject({ state: 'waiting', looks: 1 });
  });
});

it('writes within a transaction, and not at all when that fails', async () => {
  await expect(
    db.knex.transaction(async (transaction) => {
      const within = new RecordingStore(transaction);
      await within.add(recorded(call, '/m/a.wav', 10));
      await within.closeCall(call, [talk(call, '101')], 20);
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  expect(await store.sharing('/m/a.wav')).toEqual([]);
});

it('keeps all over a restart', async () => {
  const { id } = await store.add(recorded(call, '/m/a.wav', 10));
  await store.closeCall(call, [talk(call, '101')], 20);
  const before = await store.byId(id);
  expect(await new RecordingStore(await db.reopen()).byId(id)).toEqual(before);
});

describe('recordingLink', () => {
  const id = 'abcdefghijklmnopqrstuv' as RecordingId;

  it.each(['https://pbx.example.com', 'https://pbx.example.com/'])('of %s', (publicUrl) => {
    expect(recordingLink(publicUrl, id)).toBe('https://pbx.example.com/recording?id=abcdefghijklmnopqrstuv');
  });

  it('is never longer than the CRM keeps', () => {
    const room = maximumLinkLength - recordingLink('', id).length;
    expect(recordingLink('x'.repeat(room), id)).toHaveLength(200);
    expect(() => recordingLink('x'.repeat(room + 1), id)).toThrow(RangeError);
  });
});
