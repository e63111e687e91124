import type { CdrRecord } from './cdr-record.ts';
import { madeAt } from './to-record.ts';

const quarterHourMs = 900_000;

/**
 * By how much the CDR's times are read wrongly, in milliseconds; 0: they are right, or it cannot be told. A channel's id begins
 * with the time at which it was made, whatever the zone, and most rows begin just then.
 */
export function zoneError(records: readonly CdrRecord[]): number {
  const late = records.flatMap(({ uniqueid, start }) => {
    const made = madeAt(uniqueid);
    return made === null ? [] : [start - made];
  });
  late.sort((one, other) => one - other);
  const median = late[Math.floor(late.length / 2)] ?? 0;
  // Zones differ by quarter hours; half of one is no longer the channel's own delay.
  return Math.round(median / quarterHourMs) * quarterHourMs;
}
