import type { Context } from 'koa';
import type { FindRecordingResult, HttpLog, RecordingProblem } from './ports.ts';

type Problem = Extract<FindRecordingResult, { readonly problem: RecordingProblem }>;

interface Fault {
  readonly status: number;
  readonly text: string;
  /** It is for the admin to put right: a warning. All else is how it is. */
  readonly isFixable?: true;
  /** In so many seconds it may be otherwise. */
  readonly retryAfter?: number;
}

const original = 'With &raw=1 the address gives the file as Asterisk has written it.\n';

/** Not ready is 409 (the resource's state forbids it for now), not 425, which is about replayed TLS data (RFC 8470). */
const faults: Record<RecordingProblem, Fault> = {
  unknown: { status: 404, text: 'There is no recording with this id.\n' },
  'not-ready': { status: 409, text: 'The recording is not finished yet: try again in a moment.\n', retryAfter: 5 },
  empty: { status: 404, text: 'The recording holds no sound: the call was not answered.\n' },
  overwritten: { status: 404, text: 'The recording is lost: another call was recorded into the same file.\n' },
  changed: {
    status: 404,
    text: "The recording's file has been written again since: the connector's log says more.\n",
    isFixable: true,
  },
  gone: { status: 404, text: "The recording's file is no longer where Asterisk put it.\n" },
  deleted: { status: 410, text: 'This recording was deleted by retention.\n' },
  unreadable: {
    status: 404,
    text: "The recording's file cannot be read: the connector's log says why.\n",
    isFixable: true,
  },
  unavailable: {
    status: 503,
    text: 'The connector cannot read its database for the moment: try again.\n',
    retryAfter: 5,
  },
  converting: {
    status: 409,
    text: 'The recording is being converted into something that browsers play: try again in a moment.\n',
    retryAfter: 3,
  },
  busy: {
    status: 503,
    text: 'Too many recordings are being converted for the moment: try again.\n',
    retryAfter: 10,
  },
  'no-transcoder': {
    status: 501,
    text: `Browsers do not play this recording's format, and the connector has nothing to convert it with: install ffmpeg on its machine (apt install ffmpeg). ${original}`,
    isFixable: true,
  },
  'not-converted': {
    status: 500,
    text: `The recording could not be converted into something that browsers play: the connector's log says why. ${original}`,
    isFixable: true,
  },
};

/** Says why nothing is played; to the log also of which file. */
export function refuseRecording(context: Context, { problem, why, call, said }: Problem, log: HttpLog): void {
  const { status, text, isFixable = false, retryAfter } = faults[problem];
  log[isFixable ? 'warn' : 'info'](`recording not played, ${problem}: ${why}`, {
    ...(call === undefined ? {} : { linkedid: call }),
    address: context.ip,
  });
  context.status = status;
  if (retryAfter !== undefined) context.set('Retry-After', String(retryAfter));
  context.body = said === undefined ? text : `${said}\n`;
}
