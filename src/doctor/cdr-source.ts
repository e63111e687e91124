import { type Finding, fault, ok, skipped, span } from './finding.ts';

/** Asterisk's own records, as `reconcile` would read them. */
export type CdrSeen =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly why: string }
  /** `zoneErrorMs`: by how much their times are read wrongly. */
  | { readonly kind: 'read'; readonly title: string; readonly rows: number; readonly zoneErrorMs: number };

/** Whether the connector can make good, from Asterisk's own records, what it did not hear. */
export function judgeCdrSource(seen: CdrSeen): Finding {
  const id = 'machine.cdr';
  if (seen.kind === 'none')
    return skipped(
      id,
      'it is not known where Asterisk keeps its CDR: `reconcile` has nothing to compare with, and what rings while the connector is down is not made good',
      'Set cdr.source and what belongs to it (docs/reconcile.md).',
    );
  if (seen.kind === 'refused') return fault(id, seen.why, 'See the section cdr of the settings (docs/reconcile.md).');
  if (seen.zoneErrorMs !== 0)
    return fault(
      id,
      `the times in ${seen.title} are read ${span(seen.zoneErrorMs)} wrongly`,
      'Set cdr.time_zone to the zone of Asterisk’s machine, or UTC with usegmtime=yes in cdr.conf.',
    );
  return ok(id, `${seen.title}: ${seen.rows} rows of the last day`);
}
