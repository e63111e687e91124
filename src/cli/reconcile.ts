import { isDays, isTime, timeWanted } from './spans.ts';

export interface ReconcileCommand {
  readonly kind: 'reconcile';
  readonly config: string | null;
  /** `YYYY-MM-DD` with a time or without, in the CRM's zone; null: see `days`, and now. */
  readonly since: string | null;
  readonly until: string | null;
  readonly days: number;
  readonly repair: boolean;
  readonly json: boolean;
}

export interface MissedCommand {
  readonly kind: 'missed';
  readonly config: string | null;
  readonly days: number;
  readonly json: boolean;
}

type Given = ReadonlyMap<string, string | undefined>;

/** What the options of `missed` ask for; a text: what is wrong with them. */
export function parseMissed(given: Given): MissedCommand | string {
  const days = given.get('days') ?? '7';
  if (!isDays(days)) return '--days: expected 1 to 9999';
  return { kind: 'missed', config: given.get('config') ?? null, days: Number(days), json: given.has('json') };
}

/** What the options of `reconcile` ask for; a text: what is wrong with them. */
export function parseReconcile(given: Given): ReconcileCommand | string {
  const [since, until] = [given.get('since') ?? null, given.get('until') ?? null];
  for (const [name, text] of Object.entries({ since, until }))
    if (text !== null && !isTime(text)) return `--${name}: expected ${timeWanted}`;
  if (since !== null && given.has('days')) return '--since and --days: expected one of the two';
  const days = given.get('days') ?? '1';
  if (!isDays(days)) return '--days: expected 1 to 9999';
  const [repair, json] = [given.has('repair'), given.has('json')];
  return { kind: 'reconcile', config: given.get('config') ?? null, since, until, days: Number(days), repair, json };
}
