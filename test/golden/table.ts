import type { CallEvent } from '../../src/call/call-event.ts';
import type { Callback } from '../../src/crm/callback.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { line } from '../call/office.ts';
import { table } from './aligned.ts';
import type { Played } from './play.ts';

const columns = ['user', 'direction', 'customer', 'line', 'status', 'start', 'end', 'total', 'billed', 'recording'];

function rowCells(row: CallRow): string[] {
  const times = [row.startTime ?? '-', row.endTime ?? '-', String(row.totalDuration), String(row.billDuration)];
  const recording = row.recordingUrl?.split('=').at(-1) ?? '-';
  return [row.user || '-', row.direction, row.customerNumber, row.line || '-', row.status, ...times, recording];
}

const callbackLine = ({ kind, params: { callstatus: _, ...rest } }: Callback) =>
  `${kind.padEnd(10)} ${Object.entries(rest)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;

/** Everything a scenario led to: both CRMs' rows, the call events, and the callbacks in the order in which they went out. */
export function told({ salesPlatform, vanilla, events }: Played, title: string): string {
  const start = Math.min(...events.map((event) => ('leg' in event ? event.leg.startedAt : event.at)));
  const since = (event: CallEvent) => line({ ...event, at: event.at - start });
  return [
    title,
    "\nSalesPlatform's rows (times in its zone)\n",
    table(columns, salesPlatform.crm.rows.map(rowCells)),
    "\nvTiger's rows\n",
    table(columns, vanilla.crm.rows.map(rowCells)),
    '\ncall events (seconds since the call began)\n',
    ...events.map(since),
    '\ncallbacks to SalesPlatform\n',
    ...salesPlatform.callbacks.map(callbackLine),
    '\ncallbacks to vTiger\n',
    ...vanilla.callbacks.map(callbackLine),
    '',
  ].join('\n');
}
