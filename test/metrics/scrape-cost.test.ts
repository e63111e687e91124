import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { RecordingStore } from '../../src/recordings/recording-store.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';

interface Asked {
  readonly sql: string;
  readonly bindings: readonly (string | number)[];
}

let db: TempDb;

beforeEach(async () => {
  db = await tempDb();
});
afterEach(() => db.remove());

test('what a scrape asks the database is in its indexes of what is unfinished: years of calls weigh nothing', async () => {
  const asked: Asked[] = [];
  const onFatal = (fault: unknown) => {
    throw fault;
  };
  const outbox = new OutboxStore({ knex: db.knex, now: () => 1, onFatal });
  db.knex.on('query', ({ sql, bindings }: Asked) => asked.push({ sql, bindings }));
  await Promise.all([outbox.depth(), outbox.oldestAgeMs(), outbox.givenUp(), new RecordingStore(db.knex).waiting()]);
  expect(asked).toHaveLength(4);
  const plans: string[] = [];
  for (const { sql, bindings } of [...asked]) {
    const steps = await db.knex.raw<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, [...bindings]);
    plans.push(steps.map(({ detail }) => detail).join('; '));
  }
  expect(plans).toEqual([
    expect.stringMatching(/USING COVERING INDEX callbacks_of_call/),
    expect.stringMatching(/USING (?:COVERING )?INDEX callbacks_fresh/),
    expect.stringMatching(/USING (?:COVERING )?INDEX callbacks_given_up/),
    expect.stringMatching(/USING COVERING INDEX recordings_due/),
  ]);
});
