import { type Chance, chanceOf } from './chance.ts';

export const crmFaults = [
  'crm slow',
  'crm refuses connections',
  'crm hangs',
  'crm answers 502',
  'crm answers 503',
  'crm answers a web page',
  'crm resets before',
  'crm resets after',
  'crm fails after',
  'crm refuses the token',
] as const;

export const otherFaults = [
  'connector killed',
  'connector killed twice',
  'connector stopped and started',
  'connector paused',
  'second connector',
  'link dropped',
  'link cut in mid-packet',
  'link dead',
  'asterisk refuses connections',
  'asterisk killed',
  'database locked',
  'disk full',
] as const;

export type FaultKind = (typeof crmFaults)[number] | (typeof otherFaults)[number];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Milliseconds since the beginning of the run. */
  readonly atMs: number;
  readonly forMs: number;
}

export interface PlannedCall {
  /** A folder of test/captures/22. */
  readonly scenario: string;
  readonly atMs: number;
}

export interface Plan {
  readonly seed: number;
  readonly dialect: 'salesplatform' | 'vanilla';
  readonly calls: readonly PlannedCall[];
  readonly faults: readonly PlannedFault[];
}

/** Kinds of calls that are over within ten seconds. */
const scenarios = [
  ...['s01', 's02', 's04', 's05', 's06', 's07', 's08', 's09', 's09b', 's10', 's14', 's16', 's18', 's19', 's21', 's22'],
  ...['s23', 's24', 's26', 's28', 's29', 's31', 's32', 's34', 's35', 's36', 's37', 's38', 's39', 's40', 's41', 's43'],
];

/** One of each is enough for a process, or for its database. */
const single: ReadonlySet<FaultKind> = new Set([
  'disk full',
  'database locked',
  'asterisk killed',
  'connector killed twice',
]);

/** What is to happen in the run with this seed. */
export function planOf(seed: number): Plan {
  const chance = chanceOf(seed);
  const dialect = seed % 3 === 0 ? 'vanilla' : 'salesplatform';
  const calls = Array.from({ length: chance.integer(3, 6) }, () => ({
    scenario: chance.pick(scenarios),
    atMs: chance.integer(0, 2_000),
  }));
  const faults: PlannedFault[] = [];
  // Those of the CRM follow one another; the rest fall as they like, but only one at a time.
  for (let at = chance.integer(0, 2_000), left = chance.integer(0, 2); left > 0; left -= 1) {
    const fault = { kind: chance.pick(crmFaults), atMs: at, forMs: chance.integer(200, 3_000) };
    faults.push(fault);
    at += fault.forMs + chance.integer(100, 2_000);
  }
  for (
    let at = chance.integer(200, 3_000), left = chance.integer(faults.length === 0 ? 1 : 0, 2);
    left > 0;
    left -= 1
  ) {
    const fault = otherFault(chance, at, faults);
    faults.push(fault);
    at += fault.forMs + chance.integer(1_500, 3_000);
  }
  return { seed, dialect, calls, faults };
}

function otherFault(chance: Chance, atMs: number, before: readonly PlannedFault[]): PlannedFault {
  const had = new Set(before.map(({ kind }) => kind).filter((kind) => single.has(kind)));
  const kind = chance.pick(otherFaults.filter((each) => !had.has(each)));
  return { kind, atMs, forMs: chance.integer(100, 2_500) };
}

/** As a person reads it. */
export function inWords({ seed, dialect, calls, faults }: Plan): string {
  const begun = calls.map(({ scenario, atMs }) => `  ${seconds(atMs)} call ${scenario}`);
  const failed = faults.map(({ kind, atMs, forMs }) => `  ${seconds(atMs)} ${kind} for ${seconds(forMs)}`);
  return [`seed ${seed}, ${dialect}`, ...[...begun, ...failed].sort()].join('\n');
}

const seconds = (ms: number) => (ms / 1000).toFixed(2).padStart(5);
