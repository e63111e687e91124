import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import { type CallRow, secondsBetween } from '../../src/tools/demo/pbxmanager-row.ts';
import { play } from '../golden/play.ts';
import { outOfBounds } from './bounds.ts';
import type { Seen } from './faults.ts';
import type { Plan } from './plan.ts';
import type { LivingCall } from './planned-call.ts';

/** A call, and when it began. */
export interface Told {
  readonly call: LivingCall;
  readonly at: number;
}

export interface Circumstances extends Seen {
  /** How late things happen on this machine. */
  readonly lagMs: number;
  readonly dialect: Plan['dialect'];
  /** Calls that died with their Asterisk. */
  readonly killed: ReadonlySet<LivingCall>;
  /** Calls that may have no record, since it is not known whether the callback that makes it arrived, and a second would make two. */
  readonly doubtful: ReadonlySet<string>;
}

export const crmSettings = {
  token: 'abracadabra',
  timeZone: 'Europe/Moscow',
  /** Extensions 101 to 104 of eight offices: 101.., 201.., to 801... */
  users: Array.from({ length: 32 }, (_, n) => {
    const extension = `${Math.floor(n / 4) + 1}0${(n % 4) + 1}`;
    return { id: n + 5, name: `User ${extension}`, extension };
  }),
} as const;

/** Times are told in whole seconds, and a busy machine is late. */
const toleranceSeconds = 2;
/** Asterisk's records have whole seconds, and what differs from them by two is let be. */
const recordSeconds = 2;

/** How the rows differ from those that the same calls give undisturbed; empty: not at all. */
export function judge(told: readonly Told[], rows: readonly CallRow[], seen: Circumstances): string[] {
  const open = rows.filter(({ status }) => /^(ringing|in-progress)$/.test(status));
  const twice = rows.filter((row, n) => rows.findIndex(({ sourceuuid }) => sourceuuid === row.sourceuuid) !== n);
  const expected = told.map((each) => ({ ...each, rows: undisturbed(each, seen.dialect) }));
  const known = new Set(expected.flatMap((each) => each.rows.map(({ sourceuuid }) => sourceuuid)));
  const strange = rows.filter(({ sourceuuid }) => !known.has(sourceuuid));
  return [
    ...open.map((row) => `left open: ${shown(row)}`),
    ...twice.map((row) => `doubled: ${shown(row)}`),
    ...strange.map((row) => `nobody's: ${shown(row)}`),
    ...expected.flatMap((each) => differences(each, rows, seen)),
  ];
}

type Dialect = Plan['dialect'];
const cache = new WeakMap<LivingCall, Map<Dialect, readonly CallRow[]>>();

function undisturbed({ call, at }: Told, dialect: Dialect): readonly CallRow[] {
  const known = cache.get(call) ?? new Map<Dialect, readonly CallRow[]>();
  cache.set(call, known);
  const before = known.get(dialect);
  if (before !== undefined) return before;
  const played = play(call.heard(at), { recordings: [] });
  const { callbacks } = dialect === 'vanilla' ? played.vanilla : played.salesPlatform;
  const crm = new PbxManager({ ...crmSettings, customers: [], mode: dialect, now: () => at });
  for (const { params } of callbacks) crm.receive({ ...params, vtigersignature: crmSettings.token });
  known.set(dialect, crm.rows);
  return crm.rows;
}

interface Expected extends Told {
  readonly rows: readonly CallRow[];
}

function differences({ rows: wanted, ...told }: Expected, rows: readonly CallRow[], seen: Circumstances): string[] {
  const { call, at } = told;
  const isHeard = seen.silences.every(
    ({ from, until }) => (until ?? Infinity) < at || from > at + call.lastsMs + seen.lagMs,
  );
  const compare = isHeard || canBeRepaired(call, seen) ? difference : outOfBounds;
  const late = Math.ceil((seen.pausedMs + seen.lagMs) / 1000) + (isHeard ? 0 : recordSeconds);
  return wanted.flatMap((row) => {
    const found = rows.find(({ sourceuuid }) => sourceuuid === row.sourceuuid);
    if (found === undefined)
      return mayBeMissing(call, row, seen) ? [] : [`${call.scenario} has no row like ${shown(row)}`];
    const why = compare(row, found, toleranceSeconds + late, undisturbed(told, 'salesplatform'));
    return why === null ? [] : [`${call.scenario} ${why}: wanted ${shown(row)}, found ${shown(found)}`];
  });
}

/**
 * What Asterisk's records tell wholly of a call that was heard in part. (Of one who answers within a second of the ring, as in
 * s32, they do not tell whether he or a menu answered.)
 */
const plain = new Set([
  's01',
  's02',
  's04',
  's06',
  's07',
  's08',
  's09',
  's14',
  's16',
  's22',
  's24',
  's28',
  's34',
  's35',
]);

function mayBeMissing(call: LivingCall, { sourceuuid, status }: CallRow, { doubtful, killed }: Circumstances): boolean {
  if (doubtful.has(sourceuuid) || killed.has(call)) return true;
  return status !== 'completed' && !plain.has(call.scenario);
}

function canBeRepaired(call: LivingCall, { killed }: Circumstances): boolean {
  return plain.has(call.scenario) && !killed.has(call);
}

function difference(wanted: CallRow, found: CallRow, tolerance: number): string | null {
  for (const key of ['user', 'direction', 'customerNumber', 'status'] as const)
    if (wanted[key] !== found[key]) return key;
  for (const key of ['startTime', 'endTime'] as const)
    if (Math.abs(secondsBetween(wanted[key] ?? '', found[key] ?? '')) > tolerance) return key;
  for (const key of ['totalDuration', 'billDuration'] as const)
    if (Math.abs(wanted[key] - found[key]) > tolerance) return key;
  return null;
}

function shown({ sourceuuid, user, direction, status, customerNumber, ...row }: CallRow): string {
  const times = `${row.startTime?.slice(11)}..${row.endTime?.slice(11)} ${row.totalDuration}/${row.billDuration} s`;
  return `${sourceuuid} ${user} ${direction} ${customerNumber} ${status} ${times}`;
}
