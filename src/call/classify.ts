import type { Outcome } from './call-event.ts';
import type { ChannelName, Extension } from './ids.ts';

/** How the rules tell phones from trunks, and how long they wait. */
export interface Rules {
  /** What an agent's endpoint name looks like; by default 2..6 digits. */
  readonly extensionPattern: RegExp;
  /** Endpoints that are trunks although their name looks like an extension. */
  readonly trunks: ReadonlySet<string>;
  /** How long after the last Hangup a call still takes late events (a Cdr may be the very last one). */
  readonly lateEventMs: number;
  /** How long a phone that was dropped may take to say why before the popup is closed without it. */
  readonly hangupGraceMs: number;
  /** Whose missed call it is when somebody called this line (DID) and no phone rang; null: nobody's. */
  readonly missedExtension: (line: string) => Extension | null;
  /** How long after the last conversation of ours a call that goes on without us counts as finished. */
  readonly idleMs: number;
  /** How long an Originate may stay unanswered before it is given up. */
  readonly clickLimitMs: number;
}

export type Endpoint =
  | { readonly kind: 'extension'; readonly extension: Extension }
  | { readonly kind: 'trunk'; readonly name: string }
  /** Half of a Local pair: never a phone, only a way to one. So are the channels by which Asterisk listens, announces and streams. */
  | { readonly kind: 'local' };

/** Technologies without anybody behind them. */
const innerTechnologies: ReadonlySet<string> = new Set([
  'Local',
  'Snoop',
  'UnicastRTP',
  'MulticastRTP',
  'Announcer',
  'Recorder',
  'CBAnn',
  'CBRec',
  'Surrogate',
  'Message',
]);

/**
 * Who is behind a channel: the text between the technology's slash and the last dash.
 * Names may themselves hold dashes (`PJSIP/my-trunk-0000002a`), and CallerIDNum may be overwritten by the
 * dialplan, so neither a first dash nor a number is asked.
 */
export function endpointOf(channel: ChannelName, rules: Rules): Endpoint {
  const slash = channel.indexOf('/');
  const technology = channel.slice(0, slash);
  if (innerTechnologies.has(technology)) return { kind: 'local' };
  const dash = channel.lastIndexOf('-');
  const name = channel.slice(slash + 1, dash > slash ? dash : undefined);
  if (isExtension(name, rules)) return { kind: 'extension', extension: name as Extension };
  return { kind: 'trunk', name };
}

/** Whether a text is the name of an agent's phone. */
export function isExtension(name: string, rules: Rules): boolean {
  return rules.extensionPattern.test(name) && !rules.trunks.has(name);
}

/** Q.850 causes 17 (user busy) and 21 (call rejected). */
const refusals: ReadonlySet<number> = new Set([17, 21]);

/** Q.850 cause 19, no answer from the user (also what a network's 480 becomes). */
const noAnswerFromUser = 19;

/** Cause 26: Asterisk cancels a phone's ring because another one took the call (16 and 22, chan_sip and chan_pjsip). */
const answeredElsewhere = 26;

/**
 * How an unanswered ring ended. A declined call (603) is DialStatus NOANSWER with chan_pjsip and BUSY with
 * chan_sip, a network's 480 is NOANSWER with the one and BUSY with the other (Asterisk 16 and 22, captured):
 * the cause of the phone's own Hangup agrees in all, so it decides where it speaks.
 */
export function unansweredOutcome(dialStatus: string | null, cause: number): Outcome {
  if (refusals.has(cause)) return 'busy';
  if (cause === answeredElsewhere) return 'answered-elsewhere';
  if (cause === noAnswerFromUser) return 'no-answer';
  return dialStatus === 'BUSY' ? 'busy' : 'no-answer';
}

/**
 * The number that a dial string asks for: `84951112233@provider`, `provider/84951112233`, `provider/sip:84951112233@host:5060`,
 * `user:secret@host/84951112233` (IAX2), `g1/84951112233` (DAHDI). Of one that is understood otherwise nothing is shown that may be a secret.
 */
export function dialledNumber(dialString: string): string {
  const parts = dialString.split('/').map((part) => part.replace(/^sips?:/, '').replace(/@.*$/, ''));
  const numbers = parts.filter((part) => /^\+?[0-9*#]+$/.test(part));
  return numbers.at(-1) ?? parts.filter((part) => !part.includes(':')).at(-1) ?? '';
}

/** Whether a dialled text is a telephone number of the outside rather than a feature code or an extension. */
export function isOutsideNumber(number: string, rules: Rules): boolean {
  return /^\+?[0-9]{7,}$/.test(number) && !isExtension(number, rules);
}
