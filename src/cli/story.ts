import { program } from './program.ts';

export const storyUsage = [
  `${program} calls [--config FILE] [--number N] [--extension N] [--call ID] [--open]`,
  `${' '.repeat(program.length)}       [--since T] [--until T] [--days N] [--limit N] [--json] [--mask]`,
  `${program} call ID [--config FILE] [--json] [--mask]`,
];

export const storyHelp = `\
  calls          the last calls, the latest at the end; exits with 1 if there is none
  --number N     with this number at the other end, in any notation: the last ten digits count
  --extension N  in which this extension had a part
  --call ID      the one with this linkedid
  --open         those that go on
  --since T      in which a part began from then on: 2026-11-21 or "2026-11-21 14:30", in the CRM's time zone
  --until T      in which a part began before then
  --days N       in place of --since: of the last N days
  --limit N      no more than N calls (default: 20)
  --json         for a program to read
  --mask         with customers' numbers made unreadable, and without names
  call ID        all that is known of one call in the order of time: who rang, answered and passed it on, why it counts
                 as it does, its recordings, what the CRM was told and answered; exits with 1 if it is not known
`;

export const captureHelp = `\
  capture        writes what Asterisk sends to a new file, without secrets, for replay or for a bug report, until Ctrl+C; a
                 running connector is not disturbed (also under its older name: record)
  --mask         with numbers and names disguised, each always in the same way, so that it can still be replayed
`;

export interface CallsCommand {
  readonly kind: 'calls';
  readonly config: string | null;
  /** Of the other end, in any notation. */
  readonly number: string | null;
  readonly extension: string | null;
  /** A linkedid, or what the CRM knows a part of the call by. */
  readonly call: string | null;
  /** `YYYY-MM-DD` with a time or without, in the CRM's zone. */
  readonly since: string | null;
  readonly until: string | null;
  readonly days: number | null;
  /** Only those that go on. */
  readonly open: boolean;
  readonly limit: number;
  readonly json: boolean;
  readonly mask: boolean;
}

export interface CallCommand {
  readonly kind: 'call';
  readonly config: string | null;
  readonly call: string;
  readonly json: boolean;
  readonly mask: boolean;
}

export interface CaptureCommand {
  readonly kind: 'capture';
  /** Where to write what Asterisk sends. */
  readonly file: string;
  readonly config: string | null;
  /** With numbers and names disguised. */
  readonly mask: boolean;
}

type Given = ReadonlyMap<string, string | undefined>;

/** What the options after `calls` ask for; a text: what is wrong with them. @param isTime whether a time may be read */
export function parseCalls(
  given: Given,
  [extra]: readonly string[],
  isTime: (text: string) => boolean,
): CallsCommand | string {
  if (extra !== undefined) return `calls takes no ${extra}: expected --call ID, or call ${extra} for the story of one`;
  const value = (name: string) => given.get(name) ?? null;
  const [number, days, limit] = [value('number'), value('days'), value('limit') ?? '20'];
  if (number !== null && !/\d{2}/.test(number.replace(/\D/g, ''))) return '--number: expected a telephone number';
  for (const name of ['since', 'until']) {
    const text = value(name);
    if (text !== null && !isTime(text)) return `--${name}: expected a time such as 2026-11-21 or "2026-11-21 14:30"`;
  }
  if (value('since') !== null && days !== null) return '--since and --days: expected one of the two';
  if (days !== null && !/^[1-9][0-9]{0,3}$/.test(days)) return '--days: expected 1 to 9999';
  if (!/^[1-9][0-9]{0,3}$/.test(limit)) return '--limit: expected 1 to 9999';
  return {
    ...{ kind: 'calls', config: value('config'), number, extension: value('extension'), call: value('call') },
    ...{ since: value('since'), until: value('until'), days: days === null ? null : Number(days) },
    ...{ open: given.has('open'), limit: Number(limit), json: given.has('json'), mask: given.has('mask') },
  };
}

export function parseCall(given: Given, [call, extra]: readonly string[]): CallCommand | string {
  if (call === undefined) return 'call needs an id: a linkedid, as `calls` shows it';
  if (extra !== undefined) return `call takes one id: what is ${extra}?`;
  return { kind: 'call', config: given.get('config') ?? null, call, json: given.has('json'), mask: given.has('mask') };
}

/** @param word `capture`, or its older name `record` */
export function parseCapture(word: string, given: Given, [file]: readonly string[]): CaptureCommand | string {
  if (file === undefined) return `${word} needs a file: where to write to`;
  return { kind: 'capture', file, config: given.get('config') ?? null, mask: given.has('mask') };
}
