import type { CallEvent, LegFacts, Outcome } from '../call/call-event.ts';
import { callUuid } from './call-uuid.ts';
import type { Callback, CallbackKind } from './callback.ts';
import type { Dialect, DialectSettings } from './dialect.ts';
import { localTimeIn } from './local-time.ts';
import { partyNumber } from './party-number.ts';
import { isSafeExtension, shieldText } from './shield.ts';
import { variableParams } from './variable-params.ts';

type Ended = Extract<CallEvent, { kind: 'ended' }>;

/** Statuses that SalesPlatform knows and translates; it cuts at 20 characters and passes these through as they are. */
const statuses: Readonly<Record<Outcome, string>> = {
  completed: 'Normal Clearing',
  'no-answer': 'no-answer',
  busy: 'busy',
  'answered-elsewhere': 'Answered elsewhere',
};

/**
 * SalesPlatform 7.x: one record per call and user, begun by DialBegin.
 *
 * EndCall and Record that name no CRM user change every record of their callUUID (measured), and the connector cannot know
 * who has a CRM user. So each user's part has a callUUID of its own, `<linkedid>-<extension>`, and the two name nobody:
 * they reach the one record there is, even where the CRM has given it to another user (see `ended`).
 */
export function salesPlatform(settings: DialectSettings): Dialect {
  const callback = makingOf(settings);
  const wording: Wording = { settings, callback, localTime: localTimeIn(settings.timeZone) };
  return {
    name: 'salesplatform',
    callbacks(event) {
      if (!('leg' in event) || !isSafeExtension(event.leg.extension)) return [];
      if (event.kind === 'rang') return rang(event.leg, wording);
      return event.kind === 'answered' ? answered(event.leg, wording) : ended(event, wording);
    },
    recording({ leg }, url, id) {
      if (!isSafeExtension(leg.extension)) return [];
      return [callback(leg, 'Record', { recordinglink: url }, `|${id}`)];
    },
  };
}

interface Wording {
  readonly settings: DialectSettings;
  readonly callback: MakeCallback;
  readonly localTime: (ms: number) => string;
}

function rang(leg: LegFacts, { settings, localTime, callback }: Wording): Callback[] {
  const [callerIdNumber, dialString] = ends(leg, settings);
  const StartTime = localTime(leg.startedAt);
  const begin = { callerIdNumber, dialString, StartTime, connectedLineName: shieldText(leg.line, 50) };
  // A further ring keeps the record's first starttime, and the CRM takes a popup away that began 300 s ago.
  const fresh = {
    starttime: StartTime,
    endtime: StartTime,
    duration: '0',
    billableseconds: '0',
  };
  const again = leg.ring > 1 ? [callback(leg, 'EndCall', fresh, '|again')] : [];
  return [...again, callback(leg, 'DialBegin', begin)];
}

function answered(leg: LegFacts, { settings, callback }: Wording): Callback[] {
  const [callerid1, callerid2] = ends(leg, settings);
  return [callback(leg, 'DialAnswer', { callerid1, callerid2 })];
}

function ended({ leg, at, outcome, talkedMs }: Ended, { settings, localTime, callback }: Wording): Callback[] {
  const starttime = localTime(leg.startedAt);
  const endtime = localTime(at);
  // From whole seconds, so that the record's start, end and duration agree; nobody talks longer than that.
  const duration = Math.floor(at / 1000) - Math.floor(leg.startedAt / 1000);
  const billableseconds = String(Math.min(Math.round(talkedMs / 1000), duration));
  const times = { starttime, endtime, duration: String(duration), billableseconds };
  const hangup = (callerIdNum: string, distinct: string) => {
    const params = { callerIdNum, causetxt: statuses[outcome], EndTime: endtime, Duration: String(duration) };
    return callback(leg, 'Hangup', params, `|${outcome}${distinct}`);
  };
  const party = partyNumber(leg, settings);
  // The CRM may have made the record another user's: a customer's number can stand in somebody's profile (his own mobile),
  // and a call from a phone without a CRM user becomes one to the colleague. Then only a Hangup in the party's name ends
  // it; in all other cases that one does nothing.
  const turned = /^\+?[0-9]+$/.test(party) ? [hangup(party, '|party')] : [];
  // Hangup takes the popup away, so it goes first. EndCall goes last: Hangup computes an end from Duration where it is `0`,
  // which PHP takes for nothing said, and EndCall puts the true one in its place.
  return [hangup(leg.extension, ''), ...turned, callback(leg, 'EndCall', times, `|${outcome}`)];
}

type MakeCallback = (leg: LegFacts, kind: CallbackKind, params: Record<string, string>, distinct?: string) => Callback;

function makingOf({ callIdPrefix }: DialectSettings): MakeCallback {
  return (leg, kind, params, distinct = '') => ({
    key: `${leg.call}|${leg.extension}|${leg.ring}|${kind}${distinct}`,
    call: leg.call,
    kind,
    params: {
      ...variableParams(leg.variables),
      callstatus: kind,
      callUUID: callUuid.salesplatform(leg, callIdPrefix),
      ...params,
    },
  });
}

/** Who called whom, as DialBegin and DialAnswer name the two ends: the caller first. */
function ends(leg: LegFacts, settings: DialectSettings): [string, string] {
  const party = partyNumber(leg, settings);
  return leg.direction === 'inbound' ? [party, leg.extension] : [leg.extension, party];
}
