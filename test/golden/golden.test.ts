import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ear, openEar } from './hear.ts';
import { impliedRows } from './implied.ts';
import { type Played, play } from './play.ts';
import { compared, told } from './table.ts';
import { loadTruth } from './truth.ts';

const captures = 'test/captures';
let ear: Ear;

beforeAll(async () => {
  ear = await openEar();
});

afterAll(() => ear.close());

function nothingIsOpen({ crm, state }: Played): void {
  expect(crm.rows.filter(({ status }) => /^(ringing|in-progress)$/.test(status))).toEqual([]);
  const { calls, channels, bridges, halves, clicks } = state;
  expect([...calls.keys(), ...channels.keys(), ...bridges.keys(), ...halves.keys(), ...clicks.keys()]).toEqual([]);
}

for (const variant of readdirSync(captures)) {
  describe(`captured on Asterisk ${variant}`, () => {
    test.each(readdirSync(`${captures}/${variant}`))('%s', async (scenario) => {
      const folder = `${captures}/${variant}/${scenario}`;
      const truth = await loadTruth(folder);
      const played = play(await ear.hear(folder), truth);

      const { actual, expected } = compared(played.crm.rows, impliedRows(truth));
      expect(actual).toBe(expected);
      nothingIsOpen(played);
      expect(played.crm.violations).toEqual([]);
      await expect(told(played, truth.title)).toMatchFileSnapshot(`../../${folder}/expected.txt`);
    });
  });
}
