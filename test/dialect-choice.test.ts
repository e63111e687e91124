import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Linkedid } from '../src/call/ids.ts';
import type { Which } from '../src/crm/which.ts';
import { createFacts } from '../src/db/facts.ts';
import { createDialectChoice, type DialectChoice } from '../src/dialect-choice.ts';
import { ManualClock } from './doubles/manual-clock.ts';
import { rememberingLog } from './doubles/silent-log.ts';
import { type TempDb, tempDb } from './doubles/temp-db.ts';
import { configOf, until } from './service/office.ts';

let db: TempDb;
let answers: Which[];
let log: ReturnType<typeof rememberingLog>;
let clock: ManualClock;
let known: number;
let choice: DialectChoice;
let open: Linkedid[];

beforeEach(async () => {
  db = await tempDb();
  [answers, log, clock, known, open] = [[], rememberingLog(), new ManualClock(), 0, []];
});
afterEach(async () => {
  await choice.stop();
  await db.remove();
});

const a = 'a' as Linkedid;
const b = 'b' as Linkedid;
const is = (kind: Which['kind']): Which => ({ kind, why: 'so it is' });
const warnings = () => log.lines.filter(({ level }) => level === 'warn').map(({ text }) => text);

function start(dialect = 'auto'): Promise<void> {
  const yaml = `ami: { username: u, secret: s }\ncrm: { url: http://crm, token: t, dialect: ${dialect} }\n`;
  choice = createDialectChoice(configOf(yaml), {
    which: async () => answers.shift() ?? is('away'),
    facts: createFacts(db.knex),
    clock,
    log,
    openCalls: () => open,
    release: async (_dialect, done) => done(),
    onKnown: () => {
      known += 1;
    },
  });
  return choice.start();
}

describe('crm.dialect: auto', () => {
  test.each(['salesplatform', 'vanilla'] as const)('%s is found, said and remembered', async (kind) => {
    answers = [is(kind)];
    await start();
    await until(() => choice.name === kind);
    expect(choice.of(a)?.name).toBe(kind);
    expect(known).toBe(1);
    expect(log.lines.some(({ level, text }) => level === 'info' && text.includes('so it is'))).toBe(true);
    await choice.stop();
    // Known from the last time, while the CRM is away.
    await start();
    expect(choice.name).toBe(kind);
  });

  test('a CRM that is away is asked again and again, and nothing is told until it answers', async () => {
    answers = [is('away'), is('away'), is('vanilla')];
    await start();
    await until(() => warnings().length === 1);
    expect([choice.name, choice.of(a), known]).toEqual([null, null, 0]);
    await clock.advance(1_000);
    await until(() => answers.length === 1 && clock.pending === 1);
    await clock.advance(1_999);
    expect(answers).toHaveLength(1);
    await clock.advance(1);
    await until(() => choice.name === 'vanilla');
    expect(known).toBe(1);
    expect(warnings()).toHaveLength(1);
  });

  test('for as long as it may take, at least every ten seconds; also one that was known before', async () => {
    await createFacts(db.knex).set('crm.dialect', 'salesplatform');
    await start();
    for (const wait of [1_000, 2_000, 5_000, 10_000, 10_000, 10_000]) {
      await until(() => clock.pending === 1);
      await clock.advance(wait);
    }
    answers = [is('vanilla')];
    await until(() => clock.pending === 1);
    await clock.advance(10_000);
    await until(() => choice.name === 'vanilla');
    expect(warnings()).toEqual([expect.stringContaining('vTiger in place of SalesPlatform')]);
    expect(clock.pending).toBe(0);
  });

  test('one that did not show itself is asked again, but not so often that it looks like an attack', async () => {
    answers = [is('unclear'), is('vanilla')];
    await start();
    await until(() => choice.name === 'salesplatform');
    await clock.advance(599_999);
    expect(answers).toHaveLength(1);
    await clock.advance(1);
    await until(() => choice.name === 'vanilla');
    expect(clock.pending).toBe(0);
  });

  test('one that does not show what it is is taken for SalesPlatform, and the key is named', async () => {
    answers = [is('unclear')];
    await start();
    await until(() => choice.name === 'salesplatform');
    expect(warnings()).toEqual([expect.stringContaining('crm.dialect')]);
    expect(await createFacts(db.knex).get('crm.dialect')).toBeNull();
  });

  test('one that has become another is told so loudly; calls that are open go on in the old way', async () => {
    answers = [is('salesplatform'), is('vanilla')];
    await start();
    await until(() => choice.name === 'salesplatform');
    open = [a];
    choice.askAgain();
    await until(() => choice.name === 'vanilla');
    expect([choice.of(a)?.name, choice.of(b)?.name]).toEqual(['salesplatform', 'vanilla']);
    expect(warnings()).toEqual([expect.stringContaining('vTiger in place of SalesPlatform')]);
    expect(known).toBe(1);
  });

  test('one that is known and away, or does not show itself, stays what it was', async () => {
    answers = [is('vanilla'), is('away'), is('unclear')];
    await start();
    await until(() => choice.name === 'vanilla');
    choice.askAgain();
    await until(() => answers.length === 1);
    await until(() => {
      choice.askAgain();
      return answers.length === 0;
    });
    await until(() => warnings().length === 1);
    expect(choice.name).toBe('vanilla');
    expect(warnings()[0]).toContain('taken for vTiger');
  });
});

test('a configured dialect asks nobody', async () => {
  answers = [is('salesplatform')];
  await start('vanilla');
  choice.askAgain();
  expect([choice.name, choice.of(a)?.name, known, answers.length]).toEqual(['vanilla', 'vanilla', 1, 1]);
});
