import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { localTimeIn } from '../../src/crm/local-time.ts';
import { secondsBetween } from '../../src/tools/demo/pbxmanager-row.ts';
import { loadTruth, type Played, playCapture, timeZone } from './play.ts';
import { told } from './table.ts';
import { impliedRows } from './truth.ts';

const captures = 'test/captures';
const local = localTimeIn(timeZone);

/** How far a row's time is from what really happened, in seconds. */
const off = (stored: string | null, real: number) => Math.abs(secondsBetween(local(real), stored ?? ''));

function noneIsOpen({ crm, state }: Played): void {
  expect(crm.rows.filter(({ status }) => status === 'ringing' || status === 'in-progress')).toEqual([]);
  expect(state.calls.size + state.channels.size + state.bridges.size + state.clicks.size).toBe(0);
}

for (const variant of readdirSync(captures)) {
  describe(`captured on Asterisk ${variant}`, () => {
    test.each(readdirSync(`${captures}/${variant}`))('%s', async (scenario) => {
      const folder = `${captures}/${variant}/${scenario}`;
      const truth = await loadTruth(folder);
      const played = await playCapture(folder);
      noneIsOpen(played);
      expect(played.crm.violations).toEqual([]);

      const rows = [...played.crm.rows];
      const implied = impliedRows(truth);
      expect(
        rows.map(({ user, direction, customerNumber, status }) => ({ user, direction, customerNumber, status })),
      ).toEqual(
        implied.map(({ user, direction, customer, status }) => ({ user, direction, customerNumber: customer, status })),
      );
      for (const [n, expected] of implied.entries()) {
        const row = rows[n];
        expect(off(row?.startTime ?? null, expected.start)).toBeLessThanOrEqual(1);
        expect(off(row?.endTime ?? null, expected.end)).toBeLessThanOrEqual(1);
        expect(Math.abs((row?.billDuration ?? -9) - expected.talked)).toBeLessThanOrEqual(1);
        expect(Math.abs((row?.totalDuration ?? -9) - (expected.end - expected.start) / 1000)).toBeLessThanOrEqual(1);
        expect(row?.recordingUrl?.split('=').at(-1) ?? null).toBe(expected.recording);
      }
      await expect(told(played, truth.title)).toMatchFileSnapshot(`../../${folder}/expected.txt`);
    });
  });
}
