import { CdrRefused } from '../cdr/cdr-source.ts';
import { type CdrSettings, openCdr } from '../cdr/open.ts';
import { zoneError } from '../cdr/zone-check.ts';
import type { CdrSeen } from './cdr-source.ts';

const dayMs = 86_400_000;

/** Reads a day of Asterisk's own records, as `reconcile` would. */
export async function askCdr(settings: CdrSettings, now: number): Promise<CdrSeen> {
  try {
    const source = await openCdr(settings);
    if (source === null) return { kind: 'none' };
    try {
      // Read wrongly by hours, the last day's may lie in tomorrow.
      const rows = await source.read(now - dayMs, now + dayMs);
      return { kind: 'read', title: source.title, rows: rows.length, zoneErrorMs: zoneError(rows) };
    } finally {
      await source.close();
    }
  } catch (fault) {
    if (fault instanceof CdrRefused) return { kind: 'refused', why: fault.message };
    throw fault;
  }
}
