import { type Call, isEnded, type Leg, legFacts, legOf } from '../call/call.ts';
import type { Party } from '../call/call-event.ts';
import type { Extension } from '../call/ids.ts';
import { shieldText } from '../crm/shield.ts';
import type { LiveCall } from './snapshot.ts';
import type { Telling } from './telling.ts';

/** A user's part as his page shows it; null where the CRM has no open record of it either. */
export function liveCall(call: Call, extension: Extension, telling: Telling): LiveCall | null {
  const leg = legOf(call, extension);
  if (leg === undefined || leg.aside || isEnded(leg) || leg.phase === 'dialled') return null;
  const facts = legFacts(call, leg);
  const previous = holderBefore(call, leg);
  return {
    id: telling.id(facts),
    call: call.id,
    direction: leg.direction,
    phase: leg.phase,
    initiator: leg.role === 'dials',
    number: telling.number(facts),
    name: shownName(leg.party),
    line: shieldText(call.line, 50),
    ring: leg.ring,
    startedAt: telling.time(leg.startedAt),
    answeredAt: leg.phase === 'talking' ? telling.time(leg.answeredAt) : null,
    transferredBy: previous === null ? null : { extension: previous },
    click: leg.role === 'dials' && call.click?.extension === extension ? call.click.actionId : null,
  };
}

/** Many exchanges put the number where a caller has no name. */
function shownName({ number, name }: Party): string {
  return name === number ? '' : shieldText(name, 80);
}

/**
 * Who had the call when this user's part began: of those who had talked in it until then, the one who had it last. Whether
 * he sent it on blind, or after a consultation, or parked it, it is he who is asked. A call taken from a phone that only
 * rang (pick-up) was nobody's before.
 */
export function holderBefore(call: Call, leg: Leg): Extension | null {
  let holder: Extension | null = null;
  let latest = Number.NEGATIVE_INFINITY;
  for (const other of call.legs) {
    const talk = other.extension === leg.extension ? null : talkOf(other);
    if (talk === null || talk.from >= leg.startedAt || talk.until < latest) continue;
    holder = other.extension;
    latest = talk.until;
  }
  return holder;
}

/** Who is rung again has had it before. */
function talkOf(leg: Leg): { readonly from: number; readonly until: number } | null {
  if (leg.phase === 'talking')
    return { from: leg.previous?.answeredAt ?? leg.answeredAt, until: Number.POSITIVE_INFINITY };
  const ended = isEnded(leg) ? leg : leg.previous;
  if (ended === null || ended.answeredAt === null) return null;
  return { from: ended.answeredAt, until: ended.endedAt };
}
