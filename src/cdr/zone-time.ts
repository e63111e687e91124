const quarterHourMs = 900_000;
const dayMs = 86_400_000;

const writtenTime = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/;

/**
 * Reads times as a CDR has them: `YYYY-MM-DD HH:MM:SS` in a time zone, the same with an offset, or epoch seconds. In the
 * hour that an autumn has twice, the one nearer to `near` (epoch milliseconds) is meant.
 *
 * @returns epoch milliseconds; null: no time
 */
export function timeIn(timeZone: string): (text: string, near: number | null) => number | null {
  const offsetAt = offsetsOf(timeZone);
  return (text, near) => {
    if (/^\d{9,10}(\.\d+)?$/.test(text)) return Math.floor(Number(text)) * 1000;
    const parts = writtenTime.exec(text);
    // MySQL writes a time that there is not as 0000-00-00.
    if (parts === null || Number(parts[1]) < 2000) return null;
    const [, year, month, day, hour, minute, second, offset] = parts;
    const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
    return offset === undefined ? inZone(wall, near, offsetAt) : wall - offsetMs(offset);
  };
}

function offsetMs(written: string): number {
  if (written === 'Z') return 0;
  const sign = written.startsWith('-') ? -1 : 1;
  return sign * (Number(written.slice(1, 3)) * 60 + Number(written.slice(3).replace(':', ''))) * 60_000;
}

/** The moments at which the zone's clocks showed `wall`, of which there are two in autumn and none in spring. */
function inZone(wall: number, near: number | null, offsetAt: (ms: number) => number): number {
  const before = wall - offsetAt(wall - dayMs);
  const after = wall - offsetAt(wall + dayMs);
  const shown = [before, after].filter((ms) => ms + offsetAt(ms) === wall);
  if (shown.length < 2 || near === null) return shown[0] ?? before;
  return Math.abs(after - near) < Math.abs(before - near) ? after : before;
}

/** Clocks are changed at quarter hours, so what one moment's offset is may be kept for the quarter. */
function offsetsOf(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  const known = new Map<number, number>();
  return (ms) => {
    const quarter = Math.floor(ms / quarterHourMs) * quarterHourMs;
    const kept = known.get(quarter);
    if (kept !== undefined) return kept;
    const offset = Date.parse(`${format.format(quarter).replace(' ', 'T')}Z`) - quarter;
    known.set(quarter, offset);
    return offset;
  };
}
