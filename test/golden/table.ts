import type { CallEvent } from '../../src/call/call-event.ts';
import { localTimeIn } from '../../src/crm/local-time.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { secondsBetween } from '../../src/tools/demo/pbxmanager-row.ts';
import { line } from '../call/office.ts';
import type { ImpliedRow } from './implied.ts';
import { type Played, timeZone } from './play.ts';

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

const local = localTimeIn(timeZone);

/** Rows of the CRM beside those that the truth implies: times that are right within a second are shown as the truth's. */
export function compared(
  rows: readonly CallRow[],
  implied: readonly ImpliedRow[],
): { actual: string; expected: string } {
  const wanted = implied.map(impliedCells).sort(byWho);
  const found = rows.map(comparedCells).sort(byWho);
  const rounded = found.map((cells, n) => cells.map((cell, column) => closest(cell, wanted[n]?.[column], column)));
  const shown = (cells: readonly (readonly string[])[]) => `\n${table(comparedColumns, cells)}\n`;
  return { actual: shown(rounded), expected: shown(wanted) };
}

const comparedColumns = ['user', 'direction', 'customer', 'status', 'start', 'end', 'total', 'billed', 'recording'];
const [timeColumns, numberColumns] = [
  [4, 5],
  [6, 7],
];

function impliedCells({ user, direction, customer, status, start, end, talked, recording }: ImpliedRow): string[] {
  const total = Math.floor(end / 1000) - Math.floor(start / 1000);
  const times = [local(start), local(end), String(total), String(Math.round(talked))];
  return [user, direction, customer, status, ...times, recording ?? '-'];
}

function comparedCells(row: CallRow): string[] {
  const times = [row.startTime ?? '-', row.endTime ?? '-', String(row.totalDuration), String(row.billDuration)];
  const recording = row.recordingUrl?.split('=').at(-1) ?? '-';
  return [row.user, row.direction, row.customerNumber, row.status, ...times, recording];
}

/** By customer, user and direction: the order of what happens at once is nobody's promise. */
function byWho(one: readonly string[], other: readonly string[]): number {
  const key = ([user, direction, customer, , start]: readonly string[]) => [customer, user, direction, start].join(' ');
  return key(one) < key(other) ? -1 : 1;
}

function closest(cell: string, wanted: string | undefined, column: number): string {
  if (wanted === undefined || cell === '-') return cell;
  if (timeColumns?.includes(column)) return Math.abs(secondsBetween(cell, wanted)) <= 1 ? wanted : cell;
  if (numberColumns?.includes(column)) return Math.abs(Number(cell) - Number(wanted)) <= 1 ? wanted : cell;
  return cell;
}
