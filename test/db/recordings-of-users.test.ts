import knex, { type Knex } from 'knex';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as before from '../../src/db/migrations/002-recordings.ts';
import * as change from '../../src/db/migrations/004-recordings-of-users.ts';
import { dueLinks } from '../../src/recordings/links.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { linkedid } from '../recordings/legs.ts';

let database: Knex;
beforeEach(async () => {
  database = knex({ client: 'sqlite3', connection: { filename: ':memory:' }, useNullAsDefault: true });
  await before.up(database);
});
afterEach(() => database.destroy());

const leg = (call: string, extension: string) => ({
  call,
  extension,
  direction: 'inbound',
  party: { number: '84951112233', name: 'Иван' },
  line: '100',
  ring: 1,
  startedAt: 5000,
});

/** A row as the connector before this change wrote it. */
const row = (call: string, path: string, more: object = {}) => ({
  id: `id-${call}-${path}`,
  call,
  path,
  legs: JSON.stringify([leg(call, '101'), leg(call, '102')]),
  state: 'ready',
  created_at: 4000,
  closed_at: 90_000,
  looks: 2,
  ...more,
});

it('rows of before are linked to those who talked, and as far as told stay told', async () => {
  await database('recordings').insert([
    row('1', '/told.wav', { announced_at: 91_000 }),
    row('2', '/due.wav', { state: 'waiting', next_look_at: 92_000 }),
    row('3', '/open.wav', { state: 'recording', legs: '[]', closed_at: null }),
  ]);
  await change.up(database);
  const store = new RecordingStore(database);
  const [told] = await store.ofCall(linkedid('1'));
  expect(told).toMatchObject({ announcedTo: ['101', '102'], announcedAt: 91_000, from: 'variable', channel: null });
  const talk = { from: 5000, until: 90_000, leg: { extension: '101', variables: {} } };
  const [due] = await store.due(92_000);
  expect(due).toMatchObject({ path: '/due.wav', announcedTo: [], talks: [talk, { leg: { extension: '102' } }] });
  if (told === undefined || due === undefined) throw new Error('not there');
  expect(dueLinks([told])).toEqual([]);
  expect(dueLinks([{ ...due, state: 'ready' }])[0]?.talks).toHaveLength(2);
  await store.closeCall(linkedid('3'), due.talks, 100_000);
  expect(await store.ofCall(linkedid('3'))).toMatchObject([{ state: 'waiting', talks: due.talks }]);
});

it('of those that share a file the last alone keeps it', async () => {
  await database('recordings').insert([
    row('1', '/shared.wav', { announced_at: 91_000 }),
    row('2', '/shared.wav', { state: 'waiting', next_look_at: 92_000 }),
    row('3', '/shared.wav'),
    row('4', '/shared.wav', { state: 'recording', legs: '[]', closed_at: null }),
    row('5', '/other.wav'),
  ]);
  await change.up(database);
  const states = await database('recordings').orderBy('rowid').pluck('state');
  expect(states).toEqual(['overwritten', 'overwritten', 'overwritten', 'recording', 'ready']);
  expect(await new RecordingStore(database).nextLookAt()).toBeNull();
});

it('more rows than are read at once are all carried over', async () => {
  const rows = Array.from({ length: 1203 }, (_, n) => row(String(n), `/${n}.wav`));
  for (let n = 0; n < rows.length; n += 50) await database('recordings').insert(rows.slice(n, n + 50));
  await change.up(database);
  const unlike = database('recordings').whereNot('talks', 'like', '[{"leg":{"call"%');
  expect(await unlike).toEqual([]);
});

it('can be taken back', async () => {
  await change.up(database);
  await change.down(database);
  expect(Object.keys(await database('recordings').columnInfo())).toContain('legs');
});
