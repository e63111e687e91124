import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { timeIn } from '../../src/cdr/zone-time.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { type ImpliedRow, impliedRows, impliedVanillaRows } from '../golden/implied.ts';
import { capturedRecords, folders, truthOf } from './captured.ts';
import { longAfter, OfficeDb, timeZone } from './office-db.ts';

/** What no CDR tells (docs/reconcile.md), by scenario, or by Asterisk and scenario. */
type Unknown = 'row' | 'status' | 'talk' | 'start';
const unknown: Readonly<Record<string, Unknown>> = {
  // Declined by the phone: chan_pjsip has NO ANSWER in the row. A network's 480: chan_sip has BUSY.
  '22/s05': 'status',
  '16-pjsip/s05': 'status',
  '16-sip/s09b': 'status',
  // A click whose user does not take up his own phone leaves no row.
  s12: 'row',
  s12b: 'row',
  // "Answered" was the channel long before: by the click's user, or by who put the caller through.
  s11: 'talk',
  s18: 'talk',
  s18b: 'talk',
  s18c: 'talk',
  s29: 'talk',
  s39: 'talk',
  s40: 'talk',
  // A greeting is in the same row as the ring after it.
  s37: 'start',
};

/** Calls of different Asterisks may have the same ids. */
const sides = ['22', '16-sip', '16-pjsip'].flatMap((variant) => [
  [variant, 'salesplatform', 'without linkedid', impliedRows] as const,
  [variant, 'vanilla', 'with linkedid', impliedVanillaRows] as const,
]);

describe.each(sides)(
  'Asterisk %s, %s, CDR %s: calls that nobody heard are told as they were',
  (variant, mode, kind, implied) => {
    let office: OfficeDb;
    let now = 0;

    beforeAll(async () => {
      office = await OfficeDb.open(mode, () => now);
    });

    afterAll(() => office.remove());

    test.each(folders.filter((folder) => folder.includes(`/${variant}/`)))('%s', async (folder) => {
      const truth = await truthOf(folder);
      const records = capturedRecords(truth, kind);
      now = longAfter(records);
      const before = office.crm.rows.length;
      await office.reconcile(records, true);
      await office.deliver();
      const limit = unknown[folder.split('/').at(-1) ?? ''] ?? unknown[folder.split('/').slice(-2).join('/')];
      const { told, true: expected } = beside(office.crm.rows.slice(before), implied(truth), limit);
      expect(told).toEqual(expected);
      // Once: what has been repaired agrees, and there is nothing more to tell.
      expect((await office.reconcile(records, true)).findings).toEqual([]);
      expect(await office.deliver()).toBe(0);
    });
  },
);

const time = timeIn(timeZone);
const near = 1500;

/** Rows and what they should be, both as texts; what is right within a second is shown as it should be. */
function beside(rows: readonly CallRow[], implied: readonly ImpliedRow[], limit: Unknown | undefined) {
  const wanted = limit === 'row' ? [] : [...implied];
  const left = [...rows];
  const told = wanted.flatMap((want) => {
    const index = left.findIndex((row) => row.user === want.user && row.customerNumber === want.customer);
    return index < 0 ? [] : left.splice(index, 1).map((row) => textOf(row, want, limit));
  });
  return {
    told: [...told, ...left.map(({ user, customerNumber }) => `${user} ${customerNumber}`)],
    true: wanted.map(trueText),
  };
}

function trueText({ user, direction, customer, status, start, end, talked }: ImpliedRow): string {
  return `${user} ${direction} ${customer} ${status} ${start} ${end} ${talked}`;
}

function textOf(row: CallRow, want: ImpliedRow, limit: Unknown | undefined): string {
  const start = time(row.startTime ?? '', null) ?? 0;
  const end = time(row.endTime ?? '', null) ?? 0;
  const isRinging = limit === 'status' && want.status !== 'completed' && row.status !== 'completed';
  // What is not known is no less than it was, and no more than the row is long.
  const isTalk = limit === 'talk' && row.billDuration >= want.talked - 1.5 && row.billDuration <= row.totalDuration;
  return trueText({
    ...want,
    direction: row.direction,
    status: isRinging ? want.status : row.status,
    start: Math.abs(start - want.start) <= near || (limit === 'start' && start < want.start) ? want.start : start,
    end: Math.abs(end - want.end) <= near ? want.end : end,
    talked: Math.abs(row.billDuration - want.talked) <= 1.5 || isTalk ? want.talked : row.billDuration,
  });
}
