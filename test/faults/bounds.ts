import { type CallRow, secondsBetween } from '../../src/tools/demo/pbxmanager-row.ts';

/**
 * What a record must not say even of a call of which a part was neither heard nor written down: that somebody talked who did
 * not, or that it began earlier or went on for longer than it did.
 *
 * @param parts the users' parts in the call: vTiger's one record has the direction of the first part that was heard
 * @returns the first thing that is wrong; null: nothing
 */
export function outOfBounds(
  wanted: CallRow,
  found: CallRow,
  tolerance: number,
  parts: readonly CallRow[],
): string | null {
  const isLater = (one: string | null, other: string | null) => secondsBetween(other ?? '', one ?? '') > tolerance;
  const isOfCall = [wanted, ...parts].some(({ direction }) => direction === found.direction);
  if (!isOfCall || found.customerNumber !== wanted.customerNumber) return 'party';
  if (found.status === 'completed' && wanted.status !== 'completed') return 'nobody talked';
  if (isLater(wanted.startTime, found.startTime)) return 'begins too early';
  if (isLater(found.endTime, wanted.endTime)) return 'ends too late';
  if (found.billDuration > wanted.totalDuration + tolerance) return 'talked for too long';
  return null;
}
