/** Why a number could not be reached, in words, by the hangup cause (Q.850) that Asterisk gives the party's channel. */
const words: ReadonlyMap<number, string> = new Map([
  [1, 'this number does not exist'],
  [2, 'there is no way to this number'],
  [3, 'there is no way to this number'],
  [20, 'the phone called is switched off or out of reach'],
  [22, 'the number has changed'],
  [27, 'the line called is out of order'],
  [28, 'the number is not complete, or not a number'],
  [29, 'the provider does not allow this call'],
  [34, 'all lines to the outside are in use'],
  [38, 'the provider’s network is out of order'],
  [41, 'the provider’s network failed for the moment'],
  [42, 'the provider’s network is overloaded'],
  [44, 'the line to the outside is not to be had'],
  [50, 'the provider does not allow this call'],
  [52, 'the provider does not allow this call'],
  [57, 'the provider does not allow this call'],
  [58, 'the line to the outside is not to be had'],
]);

/** DialStatus of a party that was not even rung. */
const failures: ReadonlyMap<string, string> = new Map([
  ['CHANUNAVAIL', 'the line to the outside is not to be had'],
  ['CONGESTION', 'the line to the outside did not take the call'],
]);

export interface DialFailure {
  readonly why: string;
  readonly cause: number | null;
}

/** null: nothing failed, it was only not answered. */
export function dialFailure(status: string | null, cause: number): DialFailure | null {
  const why = words.get(cause) ?? failures.get(status ?? '');
  return why === undefined ? null : { why, cause: cause === 0 ? null : cause };
}
