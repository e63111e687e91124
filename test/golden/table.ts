import type { CallEvent } from '../../src/call/call-event.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { line } from '../call/office.ts';
import type { Played } from './play.ts';

/** Aligned columns, so that a person can read and review them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const shown = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [shown(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(shown)].join('\n');
}

const columns = ['user', 'direction', 'customer', 'line', 'status', 'start', 'end', 'total', 'billed', 'recording'];

function rowCells(row: CallRow): string[] {
  const {
    user,
    direction,
    customerNumber,
    line: did,
    status,
    startTime,
    endTime,
    totalDuration,
    billDuration,
    recordingUrl,
  } = row;
  const times = [startTime ?? '-', endTime ?? '-', String(totalDuration ?? '-'), String(billDuration ?? '-')];
  return [user, direction, customerNumber, did, status, ...times, recordingUrl?.split('=').at(-1) ?? '-'];
}

/** Everything a scenario led to: the CRM's rows, the call events, and the callbacks in the order in which they went out. */
export function told({ crm, events, callbacks }: Played, title: string): string {
  const start = Math.min(...events.map((event) => ('leg' in event ? event.leg.startedAt : event.at)));
  const since = (event: CallEvent) => line({ ...event, at: event.at - start });
  const sent = callbacks.map(({ kind, params }) => {
    const { callstatus: _, ...rest } = params;
    return `${kind.padEnd(10)} ${Object.entries(rest)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`;
  });
  return [
    title,
    '\nrows of the CRM (times in its zone)\n',
    table(columns, crm.rows.map(rowCells)),
    '\ncall events (seconds since the call began)\n',
    ...events.map(since),
    '\ncallbacks\n',
    ...sent,
    '',
  ].join('\n');
}
