import type { CallEvent, LegFacts } from '../call/call-event.ts';
import { callUuid } from './call-uuid.ts';
import type { Callback, CallbackKind } from './callback.ts';
import type { Dialect, DialectSettings } from './dialect.ts';
import { localTimeIn } from './local-time.ts';
import { partyNumber } from './party-number.ts';
import { isSafeExtension } from './shield.ts';
import { variableParams } from './variable-params.ts';

type Rang = Extract<CallEvent, { kind: 'rang' }>;
type Finished = Extract<CallEvent, { kind: 'finished' }>;

const statuses: Readonly<Record<Finished['outcome'], string>> = {
  completed: 'Normal Clearing',
  'no-answer': 'no-answer',
  busy: 'busy',
};

/** vTiger ends a row as `no-response` that has rung for 300 s, at anybody's next look at a page (7.5 and 8.0, measured). */
const staleMs = 240_000;

/**
 * vTiger's own PBXManager (7.x and 8.x): one record per call, found by its callUUID alone, begun by StartApp, which makes
 * another record each time that it is sent. The record is its user's who answered last; a missed one is nobody's.
 */
export function vanilla(settings: DialectSettings): Dialect {
  const callback = makingOf(settings);
  const wording: Wording = { settings, callback, localTime: localTimeIn(settings.timeZone) };
  return {
    name: 'vanilla',
    callbacks(event) {
      if (event.kind === 'finished') return finished(event, wording);
      if (event.kind === 'rang') return rang(event, wording);
      return event.kind === 'answered' ? answered(event.leg, wording) : [];
    },
    recording({ leg, last }, url, id) {
      return last ? [callback(leg, 'Record', { recordinglink: url }, id)] : [];
    },
  };
}

interface Wording {
  readonly settings: DialectSettings;
  readonly callback: MakeCallback;
  readonly localTime: (ms: number) => string;
}

function rang(event: Rang, wording: Wording): Callback[] {
  if (event.turn === 'first') return start(event.leg, wording);
  return event.turn === 'waiting' && event.waitedMs > staleMs ? revive(event, wording) : [];
}

/**
 * Who calls is found by callerIdNumber: a user, and the record is his outbound one, or anybody else, and it is inbound.
 * Whom a user calls is in callerIdName, provided that the channel bears the user's own number (measured).
 */
function start(leg: LegFacts, { settings, localTime, callback }: Wording): Callback[] {
  const StartTime = localTime(leg.startedAt);
  const number = partyNumber(leg, settings);
  if (leg.direction === 'inbound') return [callback(leg, 'StartApp', { callerIdNumber: number, StartTime })];
  if (!isSafeExtension(leg.extension)) return [];
  const channel = `SIP/${leg.extension}-00000000`;
  return [callback(leg, 'StartApp', { callerIdNumber: leg.extension, callerIdName: number, channel, StartTime })];
}

/** A caller who has waited for long is rung for again: without a fresh start, and `ringing` said anew, no popup would show. */
function revive({ leg, at }: Rang, { localTime, callback }: Wording): Callback[] {
  const now = localTime(at);
  const fresh = { starttime: now, endtime: now, duration: '0', billableseconds: '0' };
  return [
    callback(leg, 'EndCall', fresh, `waiting ${now}`),
    callback(leg, 'Hangup', { causetxt: 'ringing' }, `waiting ${now}`),
  ];
}

/** An inbound record becomes his whom callerid2 names, an outbound one his whom callerid1 names; the leg need not be of the record's direction. */
function answered(leg: LegFacts, { callback }: Wording): Callback[] {
  if (!isSafeExtension(leg.extension)) return [];
  const both = { callerid1: leg.extension, callerid2: leg.extension };
  return [callback(leg, 'DialAnswer', both, `${leg.extension} ${leg.ring}`)];
}

function finished(
  { owner, startedAt, at, outcome, talkedMs, round }: Finished,
  { localTime, callback }: Wording,
): Callback[] {
  // From whole seconds, so that the record's start, end and duration agree; nobody talks longer than that.
  const duration = Math.floor(at / 1000) - Math.floor(startedAt / 1000);
  const times = {
    starttime: localTime(startedAt),
    endtime: localTime(at),
    duration: String(duration),
    billableseconds: String(Math.min(Math.round(talkedMs / 1000), duration)),
  };
  // Hangup first, as it takes the popup away.
  return [
    callback(owner, 'Hangup', { causetxt: statuses[outcome] }, String(round)),
    callback(owner, 'EndCall', times, String(round)),
  ];
}

type MakeCallback = (leg: LegFacts, kind: CallbackKind, params: Record<string, string>, distinct?: string) => Callback;

function makingOf({ callIdPrefix }: DialectSettings): MakeCallback {
  return (leg, kind, params, distinct = '') => ({
    key: `${leg.call}|${kind}|${distinct}`,
    call: leg.call,
    kind,
    params: {
      ...variableParams(leg.variables),
      callstatus: kind,
      callUUID: callUuid.vanilla(leg, callIdPrefix),
      ...params,
    },
  });
}
