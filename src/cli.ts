import { parseArgs } from 'node:util';
import { type OutboxCommand, parseOutbox, statesText } from './cli-outbox.ts';
import { nearest } from './config/nearest.ts';

/** From sysexits.h, so that a supervisor can tell what a restart would not mend; `different`: of `reconcile`, as diff has it. */
export const exitCodes = { different: 1, usage: 64, content: 65, unreadable: 66, configuration: 78 } as const;

export type Command =
  /** `config`: the file named, or null for the usual ones. */
  | { readonly kind: 'run' | 'check'; readonly config: string | null }
  /** `port`: where to show itself, or null for the usual one. */
  | { readonly kind: 'demo'; readonly port: number | null }
  | ReplayCommand
  | MissedCommand
  | ReconcileCommand
  | OutboxCommand
  /** `file`: where to write what Asterisk sends. */
  | { readonly kind: 'record'; readonly file: string; readonly config: string | null }
  | { readonly kind: 'example' | 'help' | 'version' }
  /** Nothing to do but to say `problem` and to exit with exitCodes.usage. */
  | { readonly kind: 'usage'; readonly problem: string };

export interface ReplayCommand {
  readonly kind: 'replay';
  readonly files: readonly string[];
  /** null: as shipped. */
  readonly config: string | null;
  /** null: the settings'. */
  readonly dialect: 'salesplatform' | 'vanilla' | null;
  /** The linkedid of the one call to tell; null: all. */
  readonly call: string | null;
  readonly events: boolean;
  readonly mask: boolean;
}

export interface MissedCommand {
  readonly kind: 'missed';
  readonly config: string | null;
  readonly days: number;
  readonly json: boolean;
}

export interface ReconcileCommand {
  readonly kind: 'reconcile';
  readonly config: string | null;
  /** `YYYY-MM-DD` with a time or without, in the CRM's zone; null: see `days`, and now. */
  readonly since: string | null;
  readonly until: string | null;
  readonly days: number;
  readonly repair: boolean;
  readonly json: boolean;
}

export const helpText = `Usage: asterisk-vtiger-connector [--config FILE] [--check]
       asterisk-vtiger-connector missed [--config FILE] [--days N] [--json]
       asterisk-vtiger-connector reconcile [--config FILE] [--since T] [--until T] [--days N] [--repair] [--json]
       asterisk-vtiger-connector outbox [list] [--config FILE] [--call ID] [--state S] [--limit N] [--json] [--mask]
       asterisk-vtiger-connector outbox retry|drop [--config FILE] --call ID|--all
       asterisk-vtiger-connector replay FILE... [--config FILE] [--dialect NAME] [--call ID] [--events] [--mask]
       asterisk-vtiger-connector record FILE [--config FILE]
       asterisk-vtiger-connector demo [--port N]

Connects Asterisk to vTiger or SalesPlatform CRM.

  --config FILE  settings: a YAML file, or the config.py of the Python connector
                 (default: connector.yaml, else config.py, in the working directory)
  --check        show the settings as they take effect, or all that is wrong with them, and exit with 0 or 78
  --example      write a connector.yaml with every setting explained, and exit
  --version      write the version, and exit
  --help         write this, and exit

  missed         callers who were gone before any phone rang, and whose missed call it therefore is not
  --days N       of the last N days (default: 7)
  --json         for a program to read

  reconcile      compares Asterisk's CDR with what the connector knows and what the CRM was told; exits with 0 if all
                 agree, or have been made to, and with 1 if not
  --since T      calls from then on: 2026-11-21 or "2026-11-21 14:30", in the CRM's time zone
  --until T      calls up to then (default: now)
  --days N       in place of --since: of the last N days (default: 1)
  --repair       have the CRM told of what is missing, once
  --json         for a program to read

  outbox         what waits for the CRM and what was given up, the oldest first
  --call ID      only of the call with this linkedid
  --state S      waiting, given_up, delivered, dropped or all (default: waiting and given_up)
  --limit N      no more than N callbacks (default: 100)
  --json         for a program to read
  --mask         with customers' numbers made unreadable
  outbox retry   sends again what was given up, and what follows it in its call, in order
  outbox drop    lets what was given up go for good; of one call also what waits
  --call ID      of the call with this linkedid
  --all          of all calls

  replay         tells the calls in a recording of Asterisk's AMI: what it said, what was made of it, what the CRM is told
  --config FILE  with these settings (default: those that are shipped)
  --dialect NAME as this CRM is told: salesplatform or vanilla
  --call ID      only the call with this linkedid
  --events       with every event of the calls, not only those that changed something
  --mask         with customers' numbers made unreadable, for sending it to somebody

  record         writes what Asterisk sends to a new file, for replay, until Ctrl+C; a running connector is not disturbed

  demo           the whole connector between an Asterisk and a CRM that are played, to look at in a browser
  --port N       the demo's port

Every setting may also be given in the environment: CONNECTOR_AMI_HOST for ami.host, and so on.
Exit codes: 64 for a mistake on the command line, 65 for a recording without AMI events, 66 for a file that cannot be
read, 78 for a mistake in the settings.
`;

const options = {
  config: { type: 'string', short: 'c' },
  check: { type: 'boolean' },
  example: { type: 'boolean' },
  version: { type: 'boolean', short: 'V' },
  help: { type: 'boolean', short: 'h' },
  port: { type: 'string' },
  dialect: { type: 'string' },
  call: { type: 'string' },
  events: { type: 'boolean' },
  mask: { type: 'boolean' },
  days: { type: 'string' },
  json: { type: 'boolean' },
  since: { type: 'string' },
  until: { type: 'string' },
  repair: { type: 'boolean' },
  all: { type: 'boolean' },
  state: { type: 'string' },
  limit: { type: 'string' },
} as const;

type Option = keyof typeof options;

/** What an option that needs a value wants. */
const wanted: Readonly<Partial<Record<Option, string>>> = {
  config: 'a file',
  port: 'a port',
  dialect: 'salesplatform or vanilla',
  call: 'a linkedid',
  days: 'a number of days',
  state: statesText,
  limit: 'a number of callbacks',
  since: 'a time such as 2026-11-21 or "2026-11-21 14:30"',
  until: 'a time such as 2026-11-21 or "2026-11-21 14:30"',
};

type Given = ReadonlyMap<string, string | undefined>;

const commands: Readonly<Record<string, { readonly options: readonly Option[]; readonly parse: Parse }>> = {
  demo: { options: ['port'], parse: demo },
  missed: { options: ['config', 'days', 'json'], parse: missed },
  reconcile: { options: ['config', 'since', 'until', 'days', 'repair', 'json'], parse: reconcile },
  replay: { options: ['config', 'dialect', 'call', 'events', 'mask'], parse: replay },
  record: { options: ['config'], parse: record },
  outbox: { options: ['config', 'call', 'all', 'state', 'limit', 'json', 'mask'], parse: outbox },
};

/** @param words what stands on the command line beside the command and the options */
type Parse = (given: Given, words: readonly string[]) => Command;

/** What the arguments (without node and script) ask for. */
export function parseCommand(argv: readonly string[]): Command {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string | undefined>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const fault = optionFault(token, given);
    if (fault !== null) return usage(fault);
    given.set(token.name, token.value);
  }
  return commandOf(given, words);
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function optionFault({ name, rawName, value, inlineValue }: OptionToken, given: Given): string | null {
  if (!isOption(name)) {
    const meant = nearest(name, Object.keys(options));
    return `${rawName} is no option${meant === null ? '' : `: did you mean --${meant}?`}`;
  }
  if (given.has(name)) return `${rawName} is given twice`;
  if (options[name].type === 'boolean') return value === undefined ? null : `${rawName} takes no value`;
  // parseArgs would take the option after it for its value.
  const isMissing = value === undefined || value === '' || (!inlineValue && value.startsWith('-'));
  return isMissing ? `${rawName} needs a value: ${wanted[name]}` : null;
}

function isOption(name: string): name is Option {
  return Object.hasOwn(options, name);
}

function commandOf(given: Given, [word, ...more]: readonly string[]): Command {
  if (given.has('help')) return { kind: 'help' };
  if (given.has('version')) return { kind: 'version' };
  if (word === undefined) return withoutCommand(given);
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command === undefined) return usage(strangeWord(word));
  const foreign = [...given.keys()].find((name) => !command.options.some((option) => option === name));
  return foreign === undefined ? command.parse(given, more) : usage(`${word} has no --${foreign}`);
}

function withoutCommand(given: Given): Command {
  if (given.has('port')) return usage('--port belongs to demo; the port to listen on is http.port');
  const foreign = [...given.keys()].find((name) => !['config', 'check', 'example'].includes(name));
  const owner = Object.keys(commands).find((name) => commands[name]?.options.some((option) => option === foreign));
  if (owner !== undefined) return usage(`--${foreign} belongs to ${owner}`);
  if (given.has('example')) return { kind: 'example' };
  return { kind: given.has('check') ? 'check' : 'run', config: given.get('config') ?? null };
}

function demo(given: Given, [extra]: readonly string[]): Command {
  if (extra !== undefined) return usage(strangeWord(extra));
  const port = given.get('port');
  if (port === undefined) return { kind: 'demo', port: null };
  const isPort = /^[0-9]{1,5}$/.test(port) && Number(port) <= 65_535;
  return isPort ? { kind: 'demo', port: Number(port) } : usage('--port: expected 0 to 65535');
}

function missed(given: Given, [extra]: readonly string[]): Command {
  if (extra !== undefined) return usage(strangeWord(extra));
  const days = given.get('days') ?? '7';
  if (!isDays(days)) return usage('--days: expected 1 to 9999');
  return { kind: 'missed', config: given.get('config') ?? null, days: Number(days), json: given.has('json') };
}

function isDays(text: string): boolean {
  return /^[0-9]{1,4}$/.test(text) && Number(text) > 0;
}

function reconcile(given: Given, [extra]: readonly string[]): Command {
  if (extra !== undefined) return usage(strangeWord(extra));
  const [since, until] = [given.get('since') ?? null, given.get('until') ?? null];
  for (const [name, text] of Object.entries({ since, until }))
    if (text !== null && !isTime(text)) return usage(`--${name}: expected ${wanted.since}`);
  if (since !== null && given.has('days')) return usage('--since and --days: expected one of the two');
  const days = given.get('days') ?? '1';
  if (!isDays(days)) return usage('--days: expected 1 to 9999');
  const [repair, json] = [given.has('repair'), given.has('json')];
  return { kind: 'reconcile', config: given.get('config') ?? null, since, until, days: Number(days), repair, json };
}

function isTime(text: string): boolean {
  const found = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?$/.exec(text);
  return found !== null && !Number.isNaN(Date.parse(`${found[1]}T${found[2] ?? '00:00'}Z`));
}

function outbox(given: Given, words: readonly string[]): Command {
  const parsed = parseOutbox(given, words);
  return typeof parsed === 'string' ? usage(parsed) : parsed;
}

function replay(given: Given, files: readonly string[]): Command {
  if (files.length === 0) return usage('replay needs a file: a recording of what Asterisk sent');
  const dialect = given.get('dialect') ?? null;
  if (dialect !== null && dialect !== 'salesplatform' && dialect !== 'vanilla')
    return usage(`--dialect: expected ${wanted.dialect}`);
  return {
    kind: 'replay',
    files,
    dialect,
    config: given.get('config') ?? null,
    call: given.get('call') ?? null,
    events: given.has('events'),
    mask: given.has('mask'),
  };
}

function record(given: Given, [file, extra]: readonly string[]): Command {
  if (file === undefined) return usage('record needs a file: where to write to');
  if (extra !== undefined) return usage(strangeWord(extra));
  return { kind: 'record', file, config: given.get('config') ?? null };
}

function usage(problem: string): Command {
  return { kind: 'usage', problem };
}

function strangeWord(word: string): string {
  if (/\.(ya?ml|py)$/i.test(word)) return `${word} is no command: did you mean --config ${word}?`;
  if (/\.(ami|pcap)$/i.test(word)) return `${word} is no command: did you mean replay ${word}?`;
  const meant = nearest(word, [...Object.keys(commands), ...Object.keys(options)]);
  if (meant === null) return `${word} is no command`;
  return `${word} is no command: did you mean ${Object.hasOwn(commands, meant) ? meant : `--${meant}`}?`;
}
