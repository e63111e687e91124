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
  answer(context, fault.status, 'Error');
}

function answer(context: Context, status: number, word: MakeCallAnswer): void {
  context.status = status;
  context.body = word;
}

function decide(parameters: Parameters, context: Context, address: string, parts: MakeCallParts): MakeCallAnswer {
  const given = givenSecret(parameters, context.headers.authorization);
  const verdict = parts.secretCheck.judge(address, given);
  if (verdict !== 'right') {
    parts.refusals.refused(`click-to-call refused: secret ${verdict}`, address);
    return 'Authentication Failure';
  }
  const outcome = readCallRequest(parameters, parts.rules);
  if (outcome.kind === 'refused') {
    const { parameter, got, expected } = outcome;
    parts.log.warn(`click-to-call refused: parameter ${parameter}: ${got}: expected ${expected}`);
    return 'Error';
  }
  for (const text of outcome.ignored) parts.log.warn(`click-to-call: parameter ${text}: left out`);
  return place(outcome.request, parts);
}

function place(request: CallRequest, { ports, doubleClick, log }: MakeCallParts): MakeCallAnswer {
  const { from, to } = request;
  if (doubleClick.isRepeat(from, to)) {
    log.info(`click-to-call ${from} -> ${to}: clicked again, the first click's call stands`);
    return 'Success';
  }
  const result = ports.placeCall(request);
  if (!result.placed) {
    log.warn(`click-to-call ${from} -> ${to}: not placed: ${result.why}`);
    return 'Error';
  }
  doubleClick.remember(from, to);
  return 'Success';
}
