import { describe, expect, test } from 'vitest';
import type { Callback } from '../../src/crm/callback.ts';
import { catchUp } from '../../src/crm/late.ts';
import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import { officeUsers } from '../doubles/fake-crm.ts';
import { play } from './play.ts';
import { allStreams } from './streams.ts';

const modes = ['salesplatform', 'vanilla'] as const;
type Mode = (typeof modes)[number];

const streams = await allStreams();
const played = streams.map(({ name, heard, truth }) => ({ name, ...play(heard, truth) }));

/** Each call as a CRM of this kind is told it. */
function callsOf(mode: Mode): { name: string; callbacks: Callback[] }[] {
  return played.flatMap(({ name, salesPlatform, vanilla }) => {
    const byCall = new Map<string, Callback[]>();
    for (const each of (mode === 'vanilla' ? vanilla : salesPlatform).callbacks)
      byCall.set(each.call, [...(byCall.get(each.call) ?? []), each]);
    return [...byCall.values()].map((callbacks) => ({ name, callbacks }));
  });
}

function crmOf(mode: Mode) {
  return new PbxManager({ users: officeUsers, customers: [], token: 't', mode, now: () => Date.UTC(2026, 11, 1) });
}

function tell(crm: PbxManager, { params }: Callback): void {
  crm.receive({ ...params, vtigersignature: 't' });
}

function rowsOf(crm: PbxManager): unknown[] {
  return crm.rows.map((row) => ({ ...row, id: 0 })).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

function promptRows(mode: Mode, callbacks: readonly Callback[]): unknown[] {
  const crm = crmOf(mode);
  for (const each of callbacks) tell(crm, each);
  return rowsOf(crm);
}

/** As the courier does with all that waits. `seen` looks at the CRM after each callback. */
function catchUpWith(crm: PbxManager, callbacks: readonly Callback[], seen: () => void = () => {}): void {
  let waiting = [...callbacks];
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    const { unneeded, closing } = catchUp(waiting);
    const together = [next, ...waiting.filter(({ key }) => closing.includes(key))];
    for (const each of together) {
      tell(crm, each);
      seen();
    }
    waiting = waiting.filter((each) => !together.includes(each) && !unneeded.includes(each.key));
  }
}

describe.each(modes)('captured calls that are caught up with, %s', (mode) => {
  test('end as if each callback had been told in time, wherever the outage began', () => {
    for (const { name, callbacks } of callsOf(mode)) {
      const expected = promptRows(mode, callbacks);
      for (let from = 0; from < callbacks.length; from += 1) {
        const crm = crmOf(mode);
        for (const each of callbacks.slice(0, from)) tell(crm, each);
        catchUpWith(crm, callbacks.slice(from));
        expect(rowsOf(crm), `${name} from ${from}`).toEqual(expected);
      }
    }
  });

  test('have one popup at a time, and nobody seems to talk any more', () => {
    let popups = 0;
    for (const { name, callbacks } of callsOf(mode)) {
      const crm = crmOf(mode);
      catchUpWith(crm, callbacks, () => {
        const open = crm.rows.filter(
          ({ direction, status }) => direction === 'inbound' && /^(ringing|in-prog)/.test(status),
        );
        popups += open.length;
        expect(open.length, name).toBeLessThanOrEqual(1);
        // To vTiger only DialAnswer tells whose the record is.
        if (mode === 'salesplatform')
          expect(
            open.map(({ status }) => status),
            name,
          ).not.toContain('in-progress');
      });
      expect(crm.rows.filter(({ status }) => /^(ringing|in-prog)/.test(status))).toEqual([]);
    }
    expect(popups).toBeGreaterThan(50);
  });

  test('that go on keep their popups: nothing of them is left out', () => {
    for (const { name, callbacks } of callsOf(mode))
      for (let length = 1; length < callbacks.length; length += 1) {
        const heard = callbacks.slice(0, length);
        const crm = crmOf(mode);
        catchUpWith(crm, heard);
        expect(rowsOf(crm), `${name} up to ${length}`).toEqual(promptRows(mode, heard));
      }
  });
});
