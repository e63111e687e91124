import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRecording } from '../../src/recordings/find.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { linkedid, recorded, talk } from './legs.ts';

let db: TempDb;
let store: RecordingStore;
beforeEach(async () => {
  db = await tempDb();
  store = new RecordingStore(db.knex);
});
afterEach(() => db.remove());

const call = linkedid('1.1');
const find = (id: string) => openRecording(id, store, { roots: [db.folder], pathMap: [] });

it.each(['', 'x', '../../etc/passwd', "' OR 1=1 --", 'a\0b', 'x'.repeat(10_000), '%'])(
  'does not know %j',
  async (id) => {
    expect(await find(id)).toEqual({ problem: 'unknown', why: 'no recording has this id' });
  },
);

it('finds a file only when the call is over and the file final', async () => {
  const path = join(db.folder, 'a.wav');
  await fs.writeFile(path, 'sound');
  const { id } = await store.add(recorded(call, path, 1));
  expect(await find(id)).toEqual({ problem: 'not-ready', call: '1.1', why: `call 1.1, ${path}: the call goes on` });
  await store.closeCall(call, [talk(call, '101')], 2);
  expect(await find(id)).toEqual({
    problem: 'not-ready',
    call: '1.1',
    why: `call 1.1, ${path}: the file may not be final`,
  });
  await store.look(id, { state: 'ready', sighting: null, nextLookAt: null });
  const found = await find(id);
  if ('problem' in found) throw new Error(found.problem);
  expect(found.file).toMatchObject({ name: 'a.wav', size: 5 });
  await found.file.handle.close();
  await fs.rm(path);
  expect(await find(id)).toEqual({ problem: 'gone', call: '1.1', why: `call 1.1, ${path}: there is no such file` });
});

it('finds a file that came after it was given up', async () => {
  const path = join(db.folder, 'late.wav');
  const { id } = await store.add(recorded(call, path, 1));
  await store.closeCall(call, [talk(call, '101')], 2);
  await store.look(id, { state: 'missing', sighting: null, nextLookAt: null });
  expect(await find(id)).toMatchObject({ problem: 'gone' });
  await fs.writeFile(path, 'sound');
  const found = await find(id);
  if ('problem' in found) throw new Error(found.problem);
  await found.file.handle.close();
});

it('says gone of a path that may not be served', async () => {
  const { id } = await store.add(recorded(call, '/etc/passwd', 1));
  await store.closeCall(call, [talk(call, '101')], 2);
  await store.look(id, { state: 'ready', sighting: null, nextLookAt: null });
  expect(await find(id)).toEqual({
    problem: 'gone',
    call,
    why: 'call 1.1, /etc/passwd: the path is outside the configured recording roots',
  });
});

it('gives no file that another call was recorded into, whatever stands there', async () => {
  const path = join(db.folder, 'shared.wav');
  await fs.writeFile(path, 'sound of 2.2');
  const { id } = await store.add(recorded(call, path, 1));
  await store.closeCall(call, [talk(call, '101')], 2);
  await store.add(recorded(linkedid('2.2'), path, 3));
  expect(await find(id)).toEqual({
    problem: 'overwritten',
    call,
    why: `call 1.1, ${path}: the file holds the sound of another call`,
  });
});
