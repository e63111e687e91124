import type { Context } from 'koa';
import { readRange } from '../recordings/range.ts';
import { audioType } from './audio-type.ts';
import { type Desk, type Desks, desksWith } from './desk.ts';
import { FileBody } from './file-body.ts';
import { type Parameters, readParameters } from './parameters.ts';
import type { FindRecordingResult, FoundRecording, HttpLog, RecordingAsk } from './ports.ts';
import { refuseRecording } from './recording-problem.ts';
import type { RefusalLog } from './refusal-log.ts';
import { givenSecret, isRightKey, type SecretCheck, type SecretVerdict } from './secret.ts';

export interface RecordingParts {
  /** One of them is asked: of those that the secret or the key fits, the one that has the recording. */
  readonly desks: readonly Desk[];
  readonly secretCheck: SecretCheck;
  readonly refusals: RefusalLog;
}

/**
 * `GET|HEAD /recording?id=&secret=`, or `&key=` from a link: a finished recording, whole or by Range. In a format that browsers play,
 * unless `&raw=1` asks for the file itself.
 */
export async function recording(context: Context, parts: RecordingParts): Promise<void> {
  const parameters = readParameters(context.querystring);
  const id = parameters.values.get('id') ?? '';
  const admitted = admit(id, parameters, context, parts);
  if ('verdict' in admitted) return refuse(context, admitted.verdict, parts);
  const ask = { asIs: parameters.values.get('raw') === '1', signal: whenLeft(context) };
  const { desk, found } = await find(id, ask, admitted.desks);
  if ('problem' in found) return refuseRecording(context, found, desk.log);
  await serve(context, found.file, desk.log);
}

/** The client no longer waits. */
function whenLeft(context: Context): AbortSignal {
  const left = new AbortController();
  context.res.once('close', () => left.abort());
  return left.signal;
}

/** Who may be asked, or why nobody. */
function admit(
  id: string,
  parameters: Parameters,
  context: Context,
  parts: RecordingParts,
): { readonly desks: Desks } | { readonly verdict: Exclude<Verdict, 'right'> } {
  const isInAddress = parameters.values.has('secret') || parameters.values.has('key');
  const open = parts.desks.filter(({ settings }) => !isInAddress || settings.players !== 'module');
  if (open.length === 0) return { verdict: 'for the module' };
  const secret = givenSecret(parameters, context.headers.authorization);
  const key = parameters.values.get('key') ?? '';
  if (secret === null && key !== '')
    return some(
      open.filter(({ keyOf }) => isRightKey(key, keyOf(id))),
      'wrong key',
    );
  const verdict = parts.secretCheck.judge(context.ip, secret);
  return verdict === 'right' ? some(desksWith(secret, open), 'for the module') : { verdict };
}

function some(desks: readonly Desk[], verdict: Exclude<Verdict, 'right'>) {
  const [first, ...more] = desks;
  return first === undefined ? { verdict } : { desks: [first, ...more] as const };
}

/** A file of anyone goes before a problem, and a problem of whose recording it is before that others do not know it. */
async function find(
  id: string,
  ask: RecordingAsk,
  [first, ...more]: Desks,
): Promise<{ readonly desk: Desk; readonly found: FindRecordingResult }> {
  let best = { desk: first, found: await first.ports.findRecording(id, ask) };
  for (const desk of more) {
    if (!('problem' in best.found)) break;
    const found = await desk.ports.findRecording(id, ask);
    if (!('problem' in found) || best.found.problem === 'unknown') best = { desk, found };
  }
  return best;
}

type Verdict = SecretVerdict | 'wrong key' | 'for the module';

const secretFaults = {
  missing: { status: 401, text: 'The secret is missing: send it as parameter secret or as a bearer token.\n' },
  wrong: { status: 403, text: 'The secret is wrong.\n' },
  'wrong key': {
    status: 403,
    text: 'This link is not valid, or no longer: crm.token has changed since it was made.\n',
  },
  'for the module': {
    status: 403,
    text: 'Recordings are played by the CRM module alone, which asks with a bearer token (recordings.players: module).\n',
  },
  locked: { status: 429, text: 'Too many wrong secrets from this address: try again in a minute.\n' },
} as const;

function refuse(context: Context, verdict: Exclude<Verdict, 'right'>, { refusals }: RecordingParts): void {
  const what = verdict === 'wrong key' || verdict === 'for the module' ? verdict : `secret ${verdict}`;
  refusals.refused(`recording refused: ${what}`, context.ip);
  const fault = secretFaults[verdict];
  context.status = fault.status;
  if (verdict === 'missing') context.set('WWW-Authenticate', 'Bearer');
  if (verdict === 'locked') context.set('Retry-After', '60');
  context.body = fault.text;
}

async function serve(context: Context, file: FoundRecording, log: HttpLog): Promise<void> {
  let handedOver = false;
  try {
    describe(context, file);
    if (context.fresh) context.status = 304;
    else handedOver = await sendContent(context, file, log);
  } finally {
    if (!handedOver) await file.handle.close();
  }
}

function describe(context: Context, file: FoundRecording): void {
  context.status = 200;
  context.type = audioType(file.name);
  context.attachment(file.name, { type: 'inline' });
  context.set('Accept-Ranges', 'bytes');
  context.set('ETag', etag(file));
  context.set('Last-Modified', new Date(file.mtimeMs).toUTCString());
  context.set('Cache-Control', 'private');
}

function etag(file: FoundRecording): string {
  return `"${file.size.toString(16)}-${Math.trunc(file.mtimeMs).toString(16)}"`;
}

/** Sets the body; true when a stream has taken the handle and will close it. */
function sendContent(context: Context, file: FoundRecording, log: HttpLog): boolean {
  const outcome = readRange(applicableRange(context, file), file.size);
  if (outcome.kind === 'unsatisfiable') return refuseRange(context, file);
  const whole = { start: 0, end: file.size - 1 };
  const range = outcome.kind === 'part' ? outcome.range : whole;
  if (outcome.kind === 'part') {
    context.status = 206;
    context.set('Content-Range', `bytes ${range.start}-${range.end}/${file.size}`);
  }
  context.length = range.end - range.start + 1;
  if (context.method === 'HEAD') return false;
  if (file.size === 0) context.body = '';
  else
    context.body = new FileBody(file.handle, range, () =>
      log.warn(`recording ${file.name} became shorter while it was read`),
    );
  return file.size > 0;
}

function refuseRange(context: Context, file: FoundRecording): false {
  context.status = 416;
  context.set('Content-Range', `bytes */${file.size}`);
  context.remove('Content-Disposition');
  context.type = 'text/plain';
  context.body = `The recording has ${file.size} bytes.\n`;
  return false;
}

/** Range is defined for GET alone (RFC 9110, 14.2); If-Range makes it depend on the file being the one the client knows. */
function applicableRange(context: Context, file: FoundRecording): string | undefined {
  if (context.method !== 'GET') return undefined;
  const condition = context.get('If-Range');
  const same = condition === '' || condition === etag(file) || condition === new Date(file.mtimeMs).toUTCString();
  return same ? context.get('Range') : undefined;
}
