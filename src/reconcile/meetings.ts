import { type Endpoint, endpointOf, type Rules } from '../call/classify.ts';
import type { ChannelName, Extension } from '../call/ids.ts';
import type { CdrRecord } from '../cdr/cdr-record.ts';

/** A user's phone and somebody from outside: it rang for him, or they talked. */
export interface Meeting {
  readonly phone: string;
  readonly extension: Extension;
  /** The outsider's channel. */
  readonly outsider: string;
  readonly record: CdrRecord;
  readonly start: number;
  /** When the phone answered, as far as the CDR tells; null: it did not. */
  readonly answer: number | null;
  readonly end: number;
}

/** A colleague rang a phone, and had to do with it until then. */
export interface Asking {
  readonly phone: string;
  readonly until: number;
}

/** A user's phone called somebody. */
export interface Dial {
  readonly phone: string;
  readonly extension: Extension;
  readonly record: CdrRecord;
  /** Whom it reached, seen through Local pairs. */
  readonly reached: readonly Reached[];
}

/** A channel at the far end of a row, seen through Local pairs. */
export interface Reached {
  readonly channel: string;
  readonly endpoint: Exclude<Endpoint, { kind: 'local' }>;
  readonly start: number;
  readonly end: number;
  /** Whether all rows on the way there were answered. */
  readonly isAnswered: boolean;
}

export interface Relations {
  readonly meetings: readonly Meeting[];
  readonly askings: readonly Asking[];
  readonly dials: readonly Dial[];
}

/** Asterisk writes this where party A was itself dialled, rather than having called. */
const dialledApp = 'AppDial';

/** Who had to do with whom in one call. */
export function relationsOf(records: readonly CdrRecord[], rules: Rules): Relations {
  const view: View = { records, endpoint: (channel) => endpointOf(channel as ChannelName, rules) };
  const relations = { meetings: [] as Meeting[], askings: [] as Asking[], dials: [] as Dial[] };
  for (const record of records) {
    lookFrom(record, record.channel, record.dstchannel, view, relations);
    lookFrom(record, record.dstchannel, record.channel, view, relations);
  }
  return relations;
}

interface View {
  readonly records: readonly CdrRecord[];
  readonly endpoint: (channel: string) => Endpoint;
}

type Writable<T> = { readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : never };

function lookFrom(record: CdrRecord, phone: string, far: string, view: View, found: Writable<Relations>): void {
  const own = view.endpoint(phone);
  if (phone === '' || own.kind !== 'extension') return;
  const { extension } = own;
  const reached = behind(record, phone, far, view, new Set());
  const isDialling = phone === record.channel && record.lastapp !== dialledApp;
  if (isDialling) {
    found.dials.push({ phone, extension, record, reached });
    return;
  }
  for (const { channel, endpoint, start, end, isAnswered } of reached) {
    if (endpoint.kind === 'trunk') {
      const answer = isAnswered ? Math.max(record.answer ?? start, start) : null;
      found.meetings.push({ phone, extension, outsider: channel, record, start, answer, end: record.end });
    } else if (phone === record.dstchannel && record.lastapp !== dialledApp && endpoint.extension !== extension) {
      found.askings.push({ phone, until: end });
    }
  }
}

/** Who is at the far end of a row. What goes into one half of a Local pair comes out of the other. */
function behind(record: CdrRecord, near: string, far: string, view: View, seen: ReadonlySet<string>): Reached[] {
  if (far === '' || far === near || seen.has(far)) return [];
  const { start, end } = record;
  const isAnswered = record.disposition === 'answered';
  const endpoint = view.endpoint(far);
  if (endpoint.kind !== 'local') return [{ channel: far, endpoint, start, end, isAnswered }];
  const half = otherHalf(far);
  return view.records
    .filter((next) => next !== record && (next.channel === half || next.dstchannel === half))
    .flatMap((next) => {
      const beyond = next.channel === half ? next.dstchannel : next.channel;
      return behind(next, near, beyond, view, new Set([...seen, far, half]));
    })
    .map((found) => ({ ...found, start: Math.max(start, found.start), isAnswered: isAnswered && found.isAnswered }));
}

function otherHalf(channel: string): string {
  return `${channel.slice(0, -1)}${channel.endsWith(';1') ? '2' : '1'}`;
}
