import { localTimeIn } from '../../src/crm/local-time.ts';
import type { CustomerCall, Part } from './parts.ts';
import type { Truth } from './truth.ts';

/** What a WAV file is without sound. */
const headerBytes = 44;

/**
 * The file with sound that belongs to a user's part in a call: where the records name his phone, the file of the latest of
 * them that had begun when he left; else the one that is named after the customer.
 */
export function recordingOf(truth: Truth, call: CustomerCall, part: Part): string | null {
  if (part.answered === null) return null;
  const sounding = new Set(truth.recordings.filter(({ bytes }) => (bytes ?? 0) > headerBytes).map(({ path }) => path));
  const rows = truth.cdr_rows.filter((row) => isOf(row, call));
  const own = rows
    .filter(({ channel, dstchannel }) => [channel, dstchannel].some((name) => name.includes(`/${part.user}-`)))
    .sort((one, other) => one.start.localeCompare(other.start));
  const named = [...own, ...rows].map(({ recordingpath }) => recordingpath).filter((path) => sounding.has(path));
  const path = own.map(({ recordingpath }) => recordingpath).findLast((each) => sounding.has(each)) ?? named[0];
  if (path === undefined || isOverwritten(truth, path, call)) return null;
  return path.split('/').at(-1) ?? null;
}

const isOf = (
  row: { readonly src: string; readonly dst: string; readonly recordingpath: string },
  call: CustomerCall,
) => row.src === call.number || row.dst === call.number || row.recordingpath.includes(call.number || 'anonymous');

/** A later call wrote into the same file. */
function isOverwritten(truth: Truth, path: string, call: CustomerCall): boolean {
  const ended = localTimeIn(truth.pbx_time_zone)(call.end);
  return truth.cdr_rows.some(({ recordingpath, start }) => recordingpath === path && start > ended);
}
