import type { CallbackKind } from '../crm/callback.ts';
import type { KnownPart } from './compare.ts';

/** A callback as far as it says what the CRM was told. */
export interface CallbackFate {
  readonly call: string;
  readonly key: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly detail: string | null;
}

/** Whether the CRM knows of a part: all of its callbacks were taken, some wait, or one was given up. */
export type Told = { readonly kind: 'told' } | { readonly kind: 'pending' | 'given-up'; readonly why: string };

const kinds: Readonly<Record<CallbackKind, true>> = {
  StartApp: true,
  DialBegin: true,
  DialAnswer: true,
  EndCall: true,
  Record: true,
  Hangup: true,
};

/**
 * What became of a part's callbacks. A key begins with the call and goes on with the user, or, where a CRM keeps one record
 * for a call, with the kind. Those that were delivered long ago are no longer kept.
 */
export function toldOf(part: KnownPart, fates: readonly CallbackFate[], isHeld: boolean): Told {
  if (isHeld) return { kind: 'pending', why: 'it is not known yet which CRM it is' };
  const own = fates.filter(({ call, key }) => call === part.call && isOf(key, part));
  const lost = own.find(({ state }) => state === 'given_up');
  if (lost !== undefined) return { kind: 'given-up', why: whyOf(lost) };
  const waiting = own.find(({ state }) => state === 'pending');
  return waiting === undefined ? { kind: 'told' } : { kind: 'pending', why: whyOf(waiting) };
}

/** Whether the CRM was told how this user's part ended: of parts that ended before the connector kept them. */
export function isEndTold(part: Pick<KnownPart, 'call' | 'extension'>, fates: readonly CallbackFate[]): boolean {
  return fates.some(({ call, key }) => call === part.call && key.includes('|EndCall') && isOf(key, part));
}

function isOf(key: string, { call, extension }: Pick<KnownPart, 'call' | 'extension'>): boolean {
  const second = key.slice(call.length + 1).replace(/\|.*/s, '');
  return second === extension || Object.hasOwn(kinds, second);
}

function whyOf({ outcome, detail }: CallbackFate): string {
  return detail ?? outcome ?? 'not sent yet';
}
