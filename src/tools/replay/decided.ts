import type { CallEvent, LegFacts } from '../../call/call-event.ts';
import { shieldId } from '../../crm/shield.ts';
import type { Effect, Told } from './crm-side.ts';

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export const numberOf = ({ party }: Pick<LegFacts, 'party'>) => party.number || 'withheld';

/**
 * What the connector made of it, in words; null: nothing that a reader need know.
 *
 * @param taker who took the call from those who were rung beside him; null: nobody
 */
export function decided(event: CallEvent, taker: string | null): string | null {
  switch (event.kind) {
    case 'rang':
      return rang(event.leg);
    case 'answered':
      return event.leg.direction !== 'inbound'
        ? `${numberOf(event.leg)} answers ${event.leg.extension}`
        : `${event.leg.extension} answers`;
    case 'ended':
      return `${event.leg.extension}: ${outcome(event, taker)}`;
    case 'recorded':
      return 'the call is recorded';
    case 'finished':
      return `all over: ${event.owner.extension}'s, ${outcome(event, taker).replace('over, ', '')}`;
    case 'unrung':
      return 'nobody was rung: kept for the command missed';
    case 'surprise':
      return `surprise: ${event.text}`;
    case 'closed':
      return null;
  }
}

type Ended = Pick<Extract<CallEvent, { kind: 'ended' }>, 'outcome' | 'talkedMs'>;

function outcome({ outcome: how, talkedMs }: Ended, taker: string | null): string {
  switch (how) {
    case 'completed':
      return `over, talked ${seconds(talkedMs)}`;
    case 'no-answer':
      return 'not answered';
    case 'busy':
      return 'busy or refused';
    case 'answered-elsewhere':
      return `not missed, ${taker ?? 'somebody else'} took it`;
  }
}

function rang(leg: LegFacts): string {
  if (leg.direction === 'outbound') return `${leg.extension} calls ${numberOf(leg)}`;
  if (leg.direction === 'internal') return `${leg.extension} calls colleague ${numberOf(leg)}`;
  const again = leg.ring > 1 ? ` again (${leg.ring})` : '';
  return `${leg.extension} rings${again} for ${numberOf(leg)}`;
}

/** Parameters that tell something, by their own names; times are in the table's first column, ids in its head. */
const telling = [
  'callerIdNumber',
  'dialString',
  'callerid1',
  'callerid2',
  'callerNumber',
  'callerIdName',
  'callerIdNum',
  'causetxt',
  'HangupCause',
  'duration',
  'billableseconds',
] as const;

/**
 * A callback as it goes out, with the parameters that count.
 *
 * @param fileOf how the recording of a link is named
 */
export function callbackLine({ callback, effects, refusal }: Told, fileOf: (link: string) => string): string | null {
  if (callback === null) return null;
  const { kind, params, call } = callback;
  // Behind the call's own id, which may have a prefix (crm.call_id_prefix).
  const [, ...behind] = (params['callUUID'] ?? '').split(shieldId(call));
  const suffix = behind.join('');
  const head = suffix === '' ? kind : `${kind} …${suffix}`;
  if (kind === 'Record') return `${head} ${fileOf(params['recordinglink'] ?? '')}`;
  const shown = telling.flatMap((name) => (params[name] === undefined ? [] : [`${name}=${params[name]}`]));
  if (refusal !== null) return `${head} ${shown.join(' ')} (refused: ${refusal})`;
  // The second Hangup of a call is for records that the CRM has given to somebody else.
  if (kind === 'Hangup' && effects.length === 0) return `${head} ${shown[0] ?? ''} (no effect)`;
  return `${head} ${shown.join(' ')}`;
}

/** What it does in the CRM: the record's status, and whether a popup shows. */
export function effectLine(effects: readonly Effect[]): string | null {
  const words = effects.map((effect) =>
    effect.kind === 'row' ? `${effect.user || 'record of nobody yet'}: ${effect.status}` : popups[effect.now],
  );
  return words.length === 0 ? null : `= ${words.join(', ')}`;
}

const popups = { comes: 'popup opens', stays: 'popup stays', goes: 'popup closes' } as const;
