import { afterAll, beforeAll, expect, test } from 'vitest';
import { AmiTarget } from './ami-target.ts';

let target: AmiTarget;
beforeAll(async () => {
  target = await AmiTarget.start();
});
afterAll(() => target.close());

/** As many seeds as fit; `npm run fuzz` takes more. */
const limitMs = 12_000;

test('whatever Asterisk seems to send, the connector goes on, forgets it, and tells the CRM nothing odd', async () => {
  const until = Date.now() + limitMs;
  const found: string[] = [];
  for (let seed = 1; seed <= 80 || (seed <= 3_000 && Date.now() < until); seed += 1)
    for (const fault of await target.run(seed)) found.push(`seed ${seed}: ${fault}`);
  expect(found).toEqual([]);
  expect(target.counts.get('damaged streams')).toBeGreaterThan(50);
  expect(target.counts.get('streams with a hostile name')).toBeGreaterThan(5);
}, 120_000);
