import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Extension } from '../../src/call/ids.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { compared } from './compared.ts';
import { contradictions } from './contradictions.ts';
import { type Ear, openEar } from './hear.ts';
import { type ImpliedRow, impliedPopups, impliedRows, impliedVanillaPopups, impliedVanillaRows } from './implied.ts';
import { leftOpen } from './left-open.ts';
import { type Played, play } from './play.ts';
import { wrongPopups } from './popups.ts';
import { told } from './table.ts';
import { loadTruth, type Truth } from './truth.ts';

const captures = 'test/captures';
let ear: Ear;

beforeAll(async () => {
  ear = await openEar();
});

afterAll(() => ear.close());

function sameRows(rows: readonly CallRow[], implied: readonly ImpliedRow[]): void {
  const { actual, expected } = compared(rows, implied);
  expect(actual).toBe(expected);
}

/** The rows that the truth implies, and nothing open or done to the CRM that must not be. */
function asItWas({ salesPlatform, vanilla, ...played }: Played, truth: Truth, missedExtension?: string): void {
  const office = missedExtension === undefined ? {} : { missedExtension };
  sameRows(salesPlatform.crm.rows, impliedRows(truth, office));
  sameRows(vanilla.crm.rows, impliedVanillaRows(truth, office));

  expect(leftOpen({ salesPlatform, vanilla, ...played })).toEqual([]);
  expect([...salesPlatform.crm.violations, ...vanilla.crm.violations]).toEqual([]);
}

for (const variant of readdirSync(captures)) {
  describe(`captured on Asterisk ${variant}`, () => {
    test.each(readdirSync(`${captures}/${variant}`))('%s', async (scenario) => {
      const folder = `${captures}/${variant}/${scenario}`;
      const truth = await loadTruth(folder);
      expect(contradictions(truth)).toEqual([]);
      const heard = await ear.hear(folder);
      const played = play(heard, truth);
      asItWas(played, truth);
      expect(wrongPopups(played.salesPlatform.popups, impliedPopups(truth))).toEqual([]);
      expect(wrongPopups(played.vanilla.popups, impliedVanillaPopups(truth))).toEqual([]);
      asItWas(play(heard, truth, { missedExtension: () => '104' as Extension }), truth, '104');
      await expect(told(played, truth.title)).toMatchFileSnapshot(`../../${folder}/expected.txt`);
    });
  });
}
