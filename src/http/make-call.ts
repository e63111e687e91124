import type { Context } from 'koa';
import type { DoubleClick } from './double-click.ts';
import { type FormBody, maximumBodyBytes, readFormBody } from './form-body.ts';
import { readCallRequest } from './make-call-request.ts';
import { type Parameters, readParameters } from './parameters.ts';
import type { CallRequest, CallRules, HttpLog, HttpPorts } from './ports.ts';
import type { RefusalLog } from './refusal-log.ts';
import { givenSecret, type SecretCheck } from './secret.ts';

/**
 * PBXManager compares the trimmed body with the two failures and takes anything else for success, whatever the HTTP status.
 * So also answers of the HTTP side itself (too large, our own fault) must be exactly `Error`.
 */
export type MakeCallAnswer = 'Success' | 'Error' | 'Authentication Failure';

/** The same for who asks for JSON and so can be told more: a click's id in the live channel, or why there is none. */
export type MakeCallOutcome =
  | { readonly result: 'Success'; readonly click: string }
  | {
      readonly result: Exclude<MakeCallAnswer, 'Success'>;
      readonly reason: 'unreachable' | 'refused' | 'secret';
      readonly why: string;
    };

export interface MakeCallParts {
  readonly ports: Pick<HttpPorts, 'placeCall'>;
  readonly rules: CallRules;
  readonly secretCheck: SecretCheck;
  readonly doubleClick: DoubleClick;
  readonly refusals: RefusalLog;
  readonly log: HttpLog;
}

/** `GET|POST /makecall?event=OutgoingCall&secret=&from=&to=&context=`: click-to-call. Never waits for Asterisk. */
export async function makeCall(context: Context, parts: MakeCallParts): Promise<void> {
  // A socket that is gone when the body was waited for has no address.
  const address = context.ip;
  const body = await readFormBody(context.req);
  if (body.kind !== 'form') return refuseBody(context, address, body, parts);
  const parameters = readParameters(context.querystring, body.text);
  answer(context, 200, decide(parameters, context, address, parts));
}

const bodyFaults = {
  'not-a-form': { status: 415, text: 'the body is not application/x-www-form-urlencoded' },
  'too-large': { status: 413, text: `the body has more than ${maximumBodyBytes} bytes` },
  'broken-off': { status: 400, text: 'the body broke off' },
} as const;

function refuseBody(
  context: Context,
  address: string,
  body: Exclude<FormBody, { kind: 'form' }>,
  { refusals }: MakeCallParts,
): void {
  const fault = bodyFaults[body.kind];
  refusals.refused(`click-to-call refused: ${fault.text}`, address);
  // The rest of the body is not waited for.
  context.set('Connection', 'close');
  answer(context, fault.status, refused(fault.text));
}

function answer(context: Context, status: number, outcome: MakeCallOutcome): void {
  context.status = status;
  // Only who names it is told in JSON: PBXManager sends no Accept, and would take JSON for success.
  context.body = /\bapplication\/json\b/i.test(context.get('Accept')) ? outcome : outcome.result;
}

function refused(why: string): MakeCallOutcome {
  return { result: 'Error', reason: 'refused', why };
}

function decide(parameters: Parameters, context: Context, address: string, parts: MakeCallParts): MakeCallOutcome {
  const given = givenSecret(parameters, context.headers.authorization);
  const verdict = parts.secretCheck.judge(address, given);
  if (verdict !== 'right') {
    parts.refusals.refused(`click-to-call refused: secret ${verdict}`, address);
    return { result: 'Authentication Failure', reason: 'secret', why: `the secret is ${verdict}` };
  }
  const outcome = readCallRequest(parameters, parts.rules);
  if (outcome.kind === 'refused') {
    const { parameter, got, expected } = outcome;
    const why = `parameter ${parameter}: ${got}: expected ${expected}`;
    parts.log.warn(`click-to-call refused: ${why}`);
    return refused(why);
  }
  for (const text of outcome.ignored) parts.log.warn(`click-to-call: parameter ${text}: left out`);
  return place(outcome.request, parts);
}

function place(request: CallRequest, { ports, doubleClick, log }: MakeCallParts): MakeCallOutcome {
  const { from, to } = request;
  const repeated = doubleClick.repeated(from, to);
  if (repeated !== null) {
    log.info(`click-to-call ${from} -> ${to}: clicked again, the first click's call stands`);
    return { result: 'Success', click: repeated };
  }
  const result = ports.placeCall(request);
  if (!result.placed) {
    log.warn(`click-to-call ${from} -> ${to}: not placed: ${result.why}`);
    return { result: 'Error', reason: 'unreachable', why: result.why };
  }
  doubleClick.remember(from, to, result.click);
  return { result: 'Success', click: result.click };
}
