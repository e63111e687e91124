import { expect, test } from 'vitest';
import type { CallRow } from '../../../src/tools/demo/pbxmanager-row.ts';
import { type Sequence, sequences } from '../../doubles/crm-sequences.ts';
import { createCrm } from './crm-office.ts';

/**
 * What each sequence leaves behind. test/doubles/crm-parity.test.ts has compared it with a running SalesPlatform
 * 7.2.0-202008 (PHP 7.4, MariaDB 10.5): let a line change only together with that test.
 */
test('the sequences that were compared with a real CRM leave what they left there', async () => {
  const outcomes = sequences.map((sequence) => outcomeOf(sequence).join('\n'));
  const text = [columns.join(' | '), ...outcomes].join('\n\n');
  await expect(`${text}\n`).toMatchFileSnapshot('measured.txt');
});

function outcomeOf({ name, callbacks }: Sequence): string[] {
  const { clock, send, rows } = createCrm();
  const replies = callbacks.map((callback) => {
    clock.now += 10_400;
    return send(callback).body;
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
