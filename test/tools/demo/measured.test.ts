import { expect, test } from 'vitest';
import type { Mode } from '../../../src/tools/demo/pbxmanager.ts';
import type { CallRow } from '../../../src/tools/demo/pbxmanager-row.ts';
import { type Sequence, sequences } from '../../doubles/crm-sequences.ts';
import { vanillaSequences } from '../../doubles/crm-sequences-vanilla.ts';
import { createCrm } from './crm-office.ts';

/**
 * What each sequence leaves behind. test/doubles/crm-parity.test.ts has compared it with a running SalesPlatform
 * 7.2.0-202008 (PHP 7.4, MariaDB 10.5) and a running vTiger 8.0.0 (PHP 8.2, MariaDB 10.11): let a line change only
 * together with that test.
 */
test.each([
  ['salesplatform', sequences, 'measured.txt'],
  ['vanilla', vanillaSequences, 'measured-vanilla.txt'],
] as const)(
  'the sequences that were compared with a real CRM leave what they left there: %s',
  async (mode, all, file) => {
    const outcomes = all.map((sequence) => outcomeOf(sequence, mode).join('\n'));
    const text = [columns.join(' | '), ...outcomes].join('\n\n');
    await expect(`${text}\n`).toMatchFileSnapshot(file);
  },
);

function outcomeOf({ name, callbacks }: Sequence, mode: Mode): string[] {
  const { clock, send, rows } = createCrm(mode);
  const replies = callbacks.map((callback) => {
    clock.now += 10_400;
    const { status, body } = send(callback);
    return status === 200 ? body : `HTTP ${status} ${body}`;
  });
  const said = replies.filter((body) => body !== '').map((body) => `  says: ${body}`);
  return [name, ...callbacks.map((callback) => `  > ${callback}`), ...said, ...rows.map((row) => `  ${shown(row)}`)];
}

const columns = [
  'user',
  'direction',
  'status',
  'customerNumber',
  'customerId',
  'customerType',
  'startTime',
  'endTime',
  'totalDuration',
  'billDuration',
  'recordingUrl',
  'line',
  'sourceuuid',
] as const;

function shown(row: CallRow): string {
  return columns.map((column) => (row[column] === '' ? '-' : String(row[column] ?? '-'))).join(' | ');
}
