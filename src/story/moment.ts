/** One thing that happened, for the list in the order of time. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly at: number;
  /** An extension, `CRM`, or '' for the call as a whole. */
  readonly who: string;
  readonly what: MomentKind;
  /** In an admin's words. */
  readonly text: string;
}

export type MomentKind =
  | 'rang'
  | 'dialled'
  | 'answered'
  | 'ended'
  | 'called'
  | 'left'
  | 'recording'
  | 'linked'
  | 'sent'
  | 'failed'
  | 'waiting';

/** What is of the same millisecond stays as it was put in. */
export function inOrder(moments: readonly Moment[]): Moment[] {
  return [...moments].sort((one, other) => one.at - other.at);
}
