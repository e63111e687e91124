import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { localTimeIn } from '../../src/crm/local-time.ts';
import { type Mode, PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { parityCustomers, parityUsers } from './crm-people.ts';
import { paramsOf, sequences } from './crm-sequences.ts';

/**
 * Compares our PBXManager with a real SalesPlatform's, row by row. It needs one that knows the people of crm-people.ts
 * and whose $default_timezone is Europe/Moscow:
 *
 * - CRM_CALLBACK_URL: address of its PBXManager.php
 * - CRM_TOKEN: its Vtiger Secret Key
 * - CRM_MODE: `salesplatform` (default) or `salesplatform-as-installed`
 * - CRM_ROWS_COMMAND: a shell command that prints vtiger_pbxmanager as a JSON array of CallRow, ordered by id
 */
const { CRM_CALLBACK_URL: url, CRM_TOKEN: token, CRM_ROWS_COMMAND: rowsCommand } = process.env;
const mode = (process.env['CRM_MODE'] ?? 'salesplatform') as Mode;
const isThere = url !== undefined && token !== undefined && rowsCommand !== undefined;
const localTime = localTimeIn('Europe/Moscow');

describe.skipIf(!isThere)('our PBXManager does what a real SalesPlatform does (CRM_CALLBACK_URL)', () => {
  test.each(sequences)('$name', async ({ callbacks, timed }) => {
    const settings = { users: parityUsers, customers: parityCustomers, token: token ?? '', mode, now: Date.now };
    const fake = new PbxManager(settings);
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

/** A row without its id, and with the CRM's empty texts as we show them. */
function exactly({ id: _, ...row }: CallRow): Omit<CallRow, 'id'> {
  return { ...row, customerType: row.customerType || null, recordingUrl: row.recordingUrl || null };
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
