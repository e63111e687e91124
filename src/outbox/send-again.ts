import type { CallbackRow } from './callback-row.ts';

export interface Standing extends Pick<CallbackRow, 'id' | 'kind' | 'state' | 'sending'> {
  /** The callUUID of its record. */
  readonly record: string | null;
}

/**
 * Which callbacks of a call go out again when those that were given up shall, in order: of each record the first one given up and
 * all that follow it. The later ones were delivered to a CRM that did not have the first, most without any effect, and only
 * after them is its record as it should be: a DialBegin alone would leave it ringing for ever.
 *
 * @param ofCall all callbacks of one call, in the order of their making
 */
export function toSendAgain(ofCall: readonly Standing[]): number[] {
  const broken = new Set<string | null>();
  return ofCall
    .filter((standing) => {
      if (standing.state === 'given_up') broken.add(standing.record);
      return broken.has(standing.record) && mayGoAgain(standing);
    })
    .map(({ id }) => id);
}

/** A second StartApp would make a second record; what became of one that is just being sent is not known yet. */
function mayGoAgain({ kind, state, sending }: Standing): boolean {
  if (state === 'dropped') return false;
  return kind !== 'StartApp' || state === 'given_up' || (state === 'pending' && sending === 0);
}
