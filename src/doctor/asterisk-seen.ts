/** What Asterisk's AMI port says to whoever connects. */
export type Greeting =
  | { readonly kind: 'greeted'; readonly line: string }
  | { readonly kind: 'silent' }
  /** `isAbsent`: the machine answers that nobody listens there. */
  | { readonly kind: 'unreached'; readonly why: string; readonly isAbsent: boolean };

export type Login =
  | { readonly kind: 'in' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface AmiSeen {
  readonly greeting: Greeting;
  /** null: there was nobody to log in to. */
  readonly login: Login | null;
  /** null: not logged in. */
  readonly asterisk: AsteriskSeen | null;
}

/** One step of the dialplan. */
export interface DialplanStep {
  readonly context: string;
  readonly exten: string;
  readonly application: string;
  readonly arguments: string;
}

/** A phone or a trunk, as a channel driver knows it. */
export interface Device {
  readonly technology: string;
  readonly name: string;
  /** false: it is known to be out of reach. */
  readonly isThere: boolean;
}

/** What an Asterisk answers to a client that is logged in; null: it was not let know. */
export interface AsteriskSeen {
  /** The actions that the account may use, in lower case. */
  readonly actions: ReadonlySet<string>;
  /** Of CoreSettings, with lower-case names. */
  readonly core: ReadonlyMap<string, string> | null;
  /** By the variable or function that was asked for; what was not answered is missing. */
  readonly values: ReadonlyMap<string, string>;
  readonly devices: readonly Device[] | null;
  readonly dialplan: readonly DialplanStep[] | null;
  /** Whether an event of class `call` came through; null: it was not tried. */
  readonly isShownCalls: boolean | null;
  /** By how much its clock is ahead of ours, in milliseconds. */
  readonly aheadMs: number | null;
}
