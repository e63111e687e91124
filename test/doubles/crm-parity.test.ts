import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { localTimeIn } from '../../src/crm/local-time.ts';
import { type Mode, PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { parityCustomers, parityUsers } from './crm-people.ts';
import { paramsOf, sequences } from './crm-sequences.ts';
import { vanillaSequences } from './crm-sequences-vanilla.ts';

/**
 * Compares our PBXManager with a real CRM's, answer by answer and row by row. It needs one that knows the people of
 * crm-people.ts and whose $default_timezone is Europe/Moscow (SalesPlatform) or UTC (vTiger, with `trunk` as its
 * outbound trunk):
 *
 * - CRM_CALLBACK_URL: address of its PBXManager.php
 * - CRM_TOKEN: its Vtiger Secret Key
 * - CRM_KIND: `salesplatform` (default), `salesplatform-as-installed` or `vanilla`
 * - CRM_ROWS_COMMAND: a shell command that prints vtiger_pbxmanager as a JSON array of CallRow, ordered by id
 */
const { CRM_CALLBACK_URL: url, CRM_TOKEN: token, CRM_ROWS_COMMAND: rowsCommand } = process.env;
const mode = (process.env['CRM_KIND'] ?? 'salesplatform') as Mode;
const timeZone = mode === 'vanilla' ? 'UTC' : 'Europe/Moscow';
const isThere = url !== undefined && token !== undefined && rowsCommand !== undefined;
const localTime = localTimeIn(timeZone);

describe.skipIf(!isThere)('our PBXManager does what a real CRM does (CRM_CALLBACK_URL)', () => {
  test.each(mode === 'vanilla' ? vanillaSequences : sequences)('$name', async ({ callbacks, timed }) => {
    const people = { users: parityUsers, customers: parityCustomers };
    const fake = new PbxManager({ ...people, token: token ?? '', mode, timeZone, now: Date.now });
    const callUUID = `p${Date.now()}.${Math.floor(Math.random() * 1e6)}`;
    const now = localTime(Date.now());
    for (const callback of callbacks) {
      const params = { ...paramsOf(callback, callUUID, now), vtigersignature: token ?? '' };
      const { status, body } = fake.receive(params);
      expect(await send(params)).toEqual({ status, body });
    }
    const real = (await rowsOfCrm()).filter((row) => row.sourceuuid.startsWith(callUUID));
    const shown = timed === true ? (row: CallRow) => roughly(row, fake.rows) : exactly;
    expect(real.map(shown)).toEqual(fake.rows.map(exactly));
  });
});

async function send(params: Record<string, string>): Promise<{ status: number; body: string }> {
  const response = await fetch(url ?? '', { method: 'POST', body: new URLSearchParams(params) });
  return { status: response.status, body: await response.text() };
}

async function rowsOfCrm(): Promise<CallRow[]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', rowsCommand ?? ''], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout) as CallRow[];
}

/** A row without its id, and with what the CRM has of empty texts and of none as we show it. */
function exactly({ id: _, ...row }: CallRow): Omit<CallRow, 'id'> {
  const texts = { status: row.status ?? '', customerNumber: row.customerNumber ?? '' };
  return { ...row, ...texts, customerType: row.customerType || null, recordingUrl: row.recordingUrl || null };
}

/** The same, with an end that our clock puts within three seconds taken for ours. */
function roughly(real: CallRow, ours: readonly CallRow[]): Omit<CallRow, 'id'> {
  const row = exactly(real);
  const our = ours.find(({ sourceuuid, user }) => sourceuuid === real.sourceuuid && user === real.user);
  if (our === undefined) return row;
  const { endTime, totalDuration } = our;
  const isSoon = Math.abs(Date.parse(`${row.endTime}`) - Date.parse(`${endTime}`)) <= 3000;
  const isClose = Math.abs(row.totalDuration - totalDuration) <= 3;
  return { ...row, ...(isSoon ? { endTime } : {}), ...(isClose ? { totalDuration } : {}) };
}
