/** `skipped`: it could not be looked at, and `seen` says why. */
export type Verdict = 'ok' | 'warning' | 'fault' | 'skipped';

/** What one check found. */
export interface Finding {
  /** `family.check`, the same from version to version: docs/troubleshooting.md and scripts name it. */
  readonly id: CheckId;
  readonly verdict: Verdict;
  readonly seen: string;
  /** What to do, in an admin's words; '' where there is nothing to do. */
  readonly cure: string;
}

/** In the order in which they are shown. */
export const families = {
  ami: 'Asterisk: the connector’s account',
  dialplan: 'Asterisk: records, dialplan and phones',
  crm: 'The CRM',
  recordings: 'Recordings',
  machine: 'The connector and its machine',
} as const;

export type Family = keyof typeof families;

export type CheckId = `${Family}.${string}`;

export function ok(id: CheckId, seen: string): Finding {
  return { id, verdict: 'ok', seen, cure: '' };
}

export function warning(id: CheckId, seen: string, cure: string): Finding {
  return { id, verdict: 'warning', seen, cure };
}

export function fault(id: CheckId, seen: string, cure: string): Finding {
  return { id, verdict: 'fault', seen, cure };
}

/** @param cure how it could be looked at */
export function skipped(id: CheckId, why: string, cure = ''): Finding {
  return { id, verdict: 'skipped', seen: why, cure };
}

export function familyOf({ id }: Finding): Family {
  return id.slice(0, id.indexOf('.')) as Family;
}

/** `1.5 s`, `3 min`, `2 h`: for people. */
export function span(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  if (seconds < 100) return `${Math.round(seconds * 10) / 10} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 360) / 10} h`;
}

/** A few of many, by name. */
export function some(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
