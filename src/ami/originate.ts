import type { Uniqueid } from '../call/ids.ts';
import type { AmiAction } from './action.ts';
import type { AmiLink } from './link.ts';

export interface OriginateRequest {
  /** Comes back in OriginateResponse. */
  readonly actionId: string;
  /** The Uniqueid (and Linkedid) that the phone's channel shall have. Never used before: Asterisk refuses one that lives. */
  readonly channelId: Uniqueid;
  /** `PJSIP`, `SIP`. */
  readonly technology: string;
  /** The user's phone, rung first. */
  readonly extension: string;
  /** Where the phone's call goes when it is picked up. */
  readonly context: string;
  readonly exten: string;
  /** What the user's phone shows. */
  readonly callerName: string;
  readonly callerNumber: string;
  /** How long the phone may ring. */
  readonly ringMs: number;
  /** Channel variables, of the phone's channel. */
  readonly variables: Readonly<Record<string, string>>;
}

export type OriginateResult =
  /** Queued: what becomes of it shows in the call's own events and in OriginateResponse. */
  | { readonly kind: 'placed' }
  | { readonly kind: 'rejected'; readonly message: string }
  /** Asked, but not answered: it may yet be dialled. */
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'down' };

/** Click-to-call: rings the user's phone, and sends it to `exten` in `context` when he picks up. */
export async function originate(link: Pick<AmiLink, 'send'>, request: OriginateRequest): Promise<OriginateResult> {
  const fault = requestFault(request);
  if (fault !== null) return { kind: 'rejected', message: `not sent: ${fault}` };
  const result = await link.send(originateAction(request));
  return result.kind === 'answered' ? { kind: 'placed' } : result;
}

function originateAction(request: OriginateRequest): AmiAction {
  const { technology, extension, context, exten, callerName, callerNumber, variables } = request;
  const escaped = Object.entries(variables).map(([name, value]) => [name, escapedValue(value)]);
  return {
    Action: 'Originate',
    ActionID: request.actionId,
    Channel: `${technology}/${extension}`,
    ChannelId: request.channelId,
    Context: context,
    Exten: exten,
    Priority: '1',
    CallerID: `"${callerName.replace(/["<>\\]/g, ' ')}" <${callerNumber}>`,
    Timeout: String(request.ringMs),
    // Asterisk would not answer, nor read our next action, before the phone is picked up.
    Async: 'true',
    Variable: Object.fromEntries(escaped),
  };
}

/**
 * Asterisk 16 and 22 split a Variable header at commas, and take out quotes and backslashes: `a,B=1` would set B as well.
 * With a backslash before each of the three the value arrives as it is. Brackets nest only within their own header.
 */
const escapedValue = (value: string) => value.replace(/[\\,"]/g, '\\$&');

const shapes = [
  ['technology', /^[A-Za-z][A-Za-z0-9]{1,15}$/, 'letters and digits'],
  // A slash, an @ or an & would have the channel driver dial something else.
  ['extension', /^[A-Za-z0-9_.+-]{1,64}$/, 'letters, digits, _ . + -'],
  ['context', /^[A-Za-z0-9_.-]{1,79}$/, 'letters, digits, _ . -'],
  ['exten', /^[A-Za-z0-9_.+*#-]{1,79}$/, 'letters, digits, _ . + * # -'],
  ['callerNumber', /^[A-Za-z0-9_.+*#-]{0,79}$/, 'letters, digits, _ . + * # -'],
  ['channelId', /^[A-Za-z0-9_.-]{1,32}$/, 'at most 32 letters, digits, _ . -'],
  ['actionId', /^[A-Za-z0-9_.-]{1,64}$/, 'at most 64 letters, digits, _ . -'],
] as const satisfies readonly (readonly [keyof OriginateRequest, RegExp, string])[];

function requestFault(request: OriginateRequest): string | null {
  const misshapen = shapes.find(([key, shape]) => !shape.test(request[key]));
  if (misshapen !== undefined) return `${misshapen[0]}: expected ${misshapen[2]}`;
  // With a bracket it would be a dialplan function: `SHELL(...)`. Up to two underscores make it inherited.
  const name = Object.keys(request.variables).find((one) => !/^[A-Za-z_][A-Za-z0-9_]{0,79}$/.test(one));
  return name === undefined ? null : `variable ${JSON.stringify(name.slice(0, 40))}: expected letters, digits, _`;
}
