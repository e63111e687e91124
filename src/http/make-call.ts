import type { Context } from 'koa';
import { admit, type Desk, deskOfExtension } from './desk.ts';
import { type FormBody, maximumBodyBytes, readFormBody } from './form-body.ts';
import { readCallRequest } from './make-call-request.ts';
import { type Parameters, readParameters } from './parameters.ts';
import type { CallRequest } from './ports.ts';
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
  /** One of them is asked: the first with the secret whose phone `from` is. */
  readonly desks: readonly Desk[];
  readonly secretCheck: SecretCheck;
  readonly refusals: RefusalLog;
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
  { desks, refusals }: MakeCallParts,
): void {
  const fault = bodyFaults[body.kind];
  desks[0]?.ports.meters.clicked('refused');
  refusals.refused(`click-to-call refused: ${fault.text}`, address);
  // The rest of the body is not waited for.
  context.set('Connection', 'close');
  answer(context, fault.status, refused(fault.text));
}

function answer(context: Context, status: number, outcome: MakeCallOutcome): void {
  context.status = status;
  // Only who names it is told in JSON: PBXManager sends no Accept, and would take JSON for success.
  if (/\bapplication\/json\b/i.test(context.get('Accept'))) context.body = outcome;
  else {
    // As Koa (3.3) would find it out by a list of all types that there are.
    context.set('Content-Type', 'text/plain; charset=utf-8');
    context.body = outcome.result;
  }
}

function refused(why: string): MakeCallOutcome {
  return { result: 'Error', reason: 'refused', why };
}

function decide(parameters: Parameters, context: Context, address: string, parts: MakeCallParts): MakeCallOutcome {
  const given = givenSecret(parameters, context.headers.authorization);
  const admitted = admit(given, address, parts);
  if ('verdict' in admitted) {
    const { verdict } = admitted;
    parts.desks[0]?.ports.meters.clicked('unauthorized');
    parts.refusals.refused(`click-to-call refused: secret ${verdict}`, address);
    return { result: 'Authentication Failure', reason: 'secret', why: `the secret is ${verdict}` };
  }
  const desk = deskOfExtension((parameters.values.get('from') ?? '').trim(), admitted.desks);
  const outcome = readCallRequest(parameters, desk.settings.call);
  if (outcome.kind === 'refused') {
    const { parameter, got, expected } = outcome;
    const why = `parameter ${parameter}: ${got}: expected ${expected}`;
    desk.log.warn(`click-to-call refused: ${why}`);
    desk.ports.meters.clicked('refused');
    return refused(why);
  }
  for (const text of outcome.ignored) desk.log.warn(`click-to-call: parameter ${text}: left out`);
  return place(outcome.request, desk);
}

function place(request: CallRequest, { ports, doubleClick, clickRate, log }: Desk): MakeCallOutcome {
  const { from, to } = request;
  const repeated = doubleClick.repeated(from, to);
  if (repeated !== null) {
    log.info(`click-to-call ${from} -> ${to}: clicked again, the first click's call stands`, { linkedid: repeated });
    ports.meters.clicked('repeated');
    return { result: 'Success', click: repeated };
  }
  const excess = clickRate.excess(from);
  if (excess !== null) {
    log.warn(`click-to-call ${from} -> ${to}: not placed: ${excess}`);
    ports.meters.clicked('refused');
    return refused(excess);
  }
  const result = ports.placeCall(request);
  if (!result.placed) {
    log.warn(`click-to-call ${from} -> ${to}: not placed: ${result.why}`);
    ports.meters.clicked('unreachable');
    return { result: 'Error', reason: 'unreachable', why: result.why };
  }
  doubleClick.remember(from, to, result.click);
  clickRate.remember(from);
  ports.meters.clicked('placed');
  return { result: 'Success', click: result.click };
}
