import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpTarget } from './http-target.ts';

let target: HttpTarget;
beforeAll(async () => {
  target = await HttpTarget.start();
});
afterAll(() => target.close());

/** As many seeds as fit; `npm run fuzz` takes more. */
const limitMs = 12_000;

test('whatever is asked, the connector goes on, and nobody without the secret gets anything', async () => {
  const until = Date.now() + limitMs;
  const found: string[] = [];
  for (let seed = 1; seed <= 400 || (seed <= 5_000 && Date.now() < until); seed += 1)
    for (const fault of await target.run(seed)) found.push(`seed ${seed}: ${fault}`);
  expect(found).toEqual([]);
  // The way to each of these was open to the fuzzer, not only the first door.
  for (const what of ['calls placed', 'recordings played', 'live streams', 'answers 2xx', 'answers 4xx'])
    expect([what, target.counts.get(what) ?? 0]).not.toEqual([what, 0]);
}, 120_000);
