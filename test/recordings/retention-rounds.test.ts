import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFacts } from '../../src/db/facts.ts';
import { runRetention } from '../../src/recordings/retention.ts';
import { agreementFact, RetentionRounds, type RetentionSettings } from '../../src/recordings/retention-rounds.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { Retaining } from './retaining.ts';

let pbx: Retaining;
let rounds: RetentionRounds;
let log: ReturnType<typeof rememberingLog>;
beforeEach(async () => {
  pbx = await Retaining.start();
});
afterEach(async () => {
  await rounds.stop();
  await pbx.end();
});

const hourMs = 3_600_000;

/** What a round waits for in real time, of which the clock knows nothing. */
let underWay = 0;
async function counted<Result>(work: Promise<Result>): Promise<Result> {
  underWay += 1;
  try {
    return await work;
  } finally {
    underWay -= 1;
  }
}

function start(settings: RetentionSettings): void {
  log = rememberingLog();
  const facts = createFacts(pbx.db.knex);
  rounds = new RetentionRounds({
    ...{ settings, clock: pbx.clock, log },
    memory: { get: (name) => counted(facts.get(name)), set: (name, value) => counted(facts.set(name, value)) },
    run: (order, pause, onDeleted) =>
      counted(
        runRetention(order, {
          ...{ database: pbx.db.knex, places: { roots: [pbx.root], pathMap: [] }, clock: pbx.clock, pause, onDeleted },
          forget: async () => {},
        }),
      ),
  });
  rounds.start();
}

/** Hour by hour; each round is waited for. */
async function pass(hours: number): Promise<void> {
  for (let gone = 0; gone < hours; gone += 1) {
    await pbx.clock.advance(hourMs);
    await expect.poll(() => underWay, { interval: 2 }).toBe(0);
  }
}

const agree = (days: number) =>
  createFacts(pbx.db.knex).set(agreementFact, JSON.stringify({ days, at: 1, by: 'command as root' }));

const said = (part: string) => log.lines.filter(({ text }) => text.includes(part));

describe('a day of the connector', () => {
  it('off: nothing is looked at', async () => {
    await pbx.recorded('a.wav', 400);
    start({ mode: 'off', days: 365 });
    await pass(30);
    expect(log.lines).toEqual([]);
    expect(pbx.clock.pending).toBe(0);
    expect(await pbx.isThere('a.wav')).toBe(true);
  });

  it('dry-run: says what would go, once a day, and deletes nothing', async () => {
    await pbx.recorded('a.wav', 400);
    start({ mode: 'dry-run', days: 365 });
    await pass(49);
    await expect.poll(() => said('retention, a dry run').length).toBe(3);
    expect(log.lines[0]?.text).toMatch(
      /^retention, a dry run: 1 file \(1000 bytes\) of calls more than 365 days old, from/,
    );
    expect(await pbx.isThere('a.wav')).toBe(true);
    expect(await pbx.deletions()).toEqual([]);
  });

  it('delete, which nobody has agreed to: says what would go, and how to agree', async () => {
    await pbx.recorded('a.wav', 400);
    start({ mode: 'delete', days: 365 });
    await pass(2);
    await expect.poll(() => said('recordings confirm')).toEqual([expect.objectContaining({ level: 'warn' })]);
    expect(await pbx.isThere('a.wav')).toBe(true);
  });

  it.each([
    [365, 365, true],
    [365, 400, true],
    [365, 364, false],
  ])('delete, agreed to %i days and set to %i: %s', async (agreed, days, isDeleted) => {
    await pbx.recorded('a.wav', 500);
    await agree(agreed);
    start({ mode: 'delete', days });
    await pass(2);
    await expect.poll(() => said('retention').length).toBeGreaterThan(0);
    expect(await pbx.isThere('a.wav')).toBe(!isDeleted);
    expect(said('recording deleted by retention')).toHaveLength(isDeleted ? 1 : 0);
  });

  it('a restart begins no further round on the same day', async () => {
    start({ mode: 'dry-run', days: 365 });
    await pass(2);
    await expect.poll(() => said('dry run').length).toBe(1);
    await rounds.stop();
    start({ mode: 'dry-run', days: 365 });
    await pass(5);
    expect(log.lines).toEqual([]);
    await pass(20);
    await expect.poll(() => said('dry run').length).toBe(1);
  });

  it('a stop in the middle of a round ends it, and the next start goes on', async () => {
    for (let n = 0; n < 50; n += 1) await pbx.recorded(`${n}.wav`, 400);
    await agree(365);
    start({ mode: 'delete', days: 365 });
    await pbx.clock.advance(61_000);
    await expect.poll(async () => (await pbx.deletions()).length).toBe(20);
    await rounds.stop();
    expect(await pbx.deletions()).toHaveLength(20);
    expect(pbx.clock.pending).toBe(0);
    start({ mode: 'delete', days: 365 });
    await pbx.clock.advance(61_000);
    const deletions = async () => {
      await pbx.clock.advance(200);
      return (await pbx.deletions()).length;
    };
    await expect.poll(deletions, { timeout: 5000 }).toBe(50);
  });

  it('a database out of order is tried again an hour later', async () => {
    start({ mode: 'dry-run', days: 365 });
    await pbx.db.knex.schema.renameTable('kept_calls', 'aside');
    await pass(1);
    await expect.poll(() => said('trying again in an hour').length).toBe(1);
    await pbx.db.knex.schema.renameTable('aside', 'kept_calls');
    await pass(2);
    await expect.poll(() => said('dry run').length).toBe(1);
  });
});
