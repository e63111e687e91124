import { localTimeIn } from '../../src/crm/local-time.ts';
import { type CallRow, secondsBetween } from '../../src/tools/demo/pbxmanager-row.ts';
import { table } from './aligned.ts';
import type { ImpliedRow } from './implied.ts';
import { timeZone } from './play.ts';

const local = localTimeIn(timeZone);

const columns = ['user', 'direction', 'customer', 'status', 'start', 'end', 'total', 'billed', 'recording'];
const timeColumns = new Set([4, 5]);
const numberColumns = new Set([6, 7]);

/** Rows of the CRM beside those that the truth implies: times that are right within a second are shown as the truth's. */
export function compared(
  rows: readonly CallRow[],
  implied: readonly ImpliedRow[],
): { actual: string; expected: string } {
  const wanted = implied.map(impliedCells).sort(byWho);
  const found = rows.map(rowCells).sort(byWho);
  const rounded = found.map((cells, n) => cells.map((cell, column) => closest(cell, wanted[n]?.[column], column)));
  const shown = (cells: readonly (readonly string[])[]) => `\n${table(columns, cells)}\n`;
  return { actual: shown(rounded), expected: shown(wanted) };
}

function impliedCells({ user, direction, customer, status, start, end, talked, recording }: ImpliedRow): string[] {
  const total = Math.floor(end / 1000) - Math.floor(start / 1000);
  const times = [local(start), local(end), String(total), String(Math.round(talked))];
  return [user, direction, customer, status, ...times, recording ?? '-'];
}

function rowCells(row: CallRow): string[] {
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
  if (timeColumns.has(column)) return Math.abs(secondsBetween(cell, wanted)) <= 1 ? wanted : cell;
  if (numberColumns.has(column)) return Math.abs(Number(cell) - Number(wanted)) <= 1 ? wanted : cell;
  return cell;
}
