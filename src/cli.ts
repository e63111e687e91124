import { parseArgs } from 'node:util';
import { type DoctorCommand, parseDoctor } from './cli-doctor.ts';
import { type ImportCommand, parseImport } from './cli-import.ts';
import { type OutboxCommand, parseOutbox, statesText } from './cli-outbox.ts';
import {
  type CallCommand,
  type CallsCommand,
  type CaptureCommand,
  parseCall,
  parseCalls,
  parseCapture,
} from './cli-story.ts';
import { nearest } from './config/nearest.ts';

/**
 * From sysexits.h, so that a supervisor can tell what a restart would not mend; `different`: of `reconcile`, as diff has it;
 * `warnings` and `faults`: of `doctor`, as monitoring plugins have it.
 */
export const exitCodes = {
  different: 1,
  warnings: 1,
  faults: 2,
  usage: 64,
  content: 65,
  unreadable: 66,
  unwritten: 73,
  configuration: 78,
} as const;

export type Command =
  /** `config`: the file named, or null for the usual ones. */
  | { readonly kind: 'run' | 'check'; readonly config: string | null }
  /** `port`: where to show itself, or null for the usual one. */
  | { readonly kind: 'demo'; readonly port: number | null }
  | ReplayCommand
  | MissedCommand
  | ReconcileCommand
  | OutboxCommand
  | DoctorCommand
  | ImportCommand
  | CallsCommand
  | CallCommand
  | CaptureCommand
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

export { helpText } from './cli-help.ts';

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
  out: { type: 'string' },
  force: { type: 'boolean' },
  number: { type: 'string' },
  extension: { type: 'string' },
  open: { type: 'boolean' },
} as const;

type Option = keyof typeof options;

/** What an option that needs a value wants. */
const wanted: Readonly<Partial<Record<Option, string>>> = {
  config: 'a file',
  out: 'a file',
  port: 'a port',
  dialect: 'salesplatform or vanilla',
  call: 'a linkedid',
  days: 'a number of days',
  state: statesText,
  limit: 'how many at most',
  number: 'a telephone number',
  extension: 'an extension',
  since: 'a time such as 2026-11-21 or "2026-11-21 14:30"',
  until: 'a time such as 2026-11-21 or "2026-11-21 14:30"',
};

const callsOptions: readonly Option[] = [
  ...(['config', 'number', 'extension', 'call', 'open'] as const),
  ...(['since', 'until', 'days', 'limit', 'json', 'mask'] as const),
];

type Given = ReadonlyMap<string, string | undefined>;

const commands: Readonly<Record<string, { readonly options: readonly Option[]; readonly parse: Parse }>> = {
  demo: { options: ['port'], parse: demo },
  doctor: { options: ['config', 'json'], parse: doctor },
  missed: { options: ['config', 'days', 'json'], parse: missed },
  reconcile: { options: ['config', 'since', 'until', 'days', 'repair', 'json'], parse: reconcile },
  replay: { options: ['config', 'dialect', 'call', 'events', 'mask'], parse: replay },
  record: { options: ['config', 'mask'], parse: capture('record') },
  capture: { options: ['config', 'mask'], parse: capture('capture') },
  calls: { options: callsOptions, parse: (given, words) => orUsage(parseCalls(given, words, isTime)) },
  call: { options: ['config', 'json', 'mask'], parse: (given, words) => orUsage(parseCall(given, words)) },
  outbox: { options: ['config', 'call', 'all', 'state', 'limit', 'json', 'mask'], parse: outbox },
  import: { options: ['out', 'force', 'json', 'config'], parse: importFrom },
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

function doctor(given: Given, words: readonly string[]): Command {
  const parsed = parseDoctor(given, words);
  return typeof parsed === 'string' ? usage(parsed) : parsed;
}

function outbox(given: Given, words: readonly string[]): Command {
  return orUsage(parseOutbox(given, words));
}

function importFrom(given: Given, words: readonly string[]): Command {
  const parsed = parseImport(given, words);
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

function capture(word: string): Parse {
  return (given, words) => {
    const [, extra] = words;
    return extra === undefined ? orUsage(parseCapture(word, given, words)) : usage(strangeWord(extra));
  };
}

/** @param parsed a command, or what is wrong with it */
function orUsage(parsed: Command | string): Command {
  return typeof parsed === 'string' ? usage(parsed) : parsed;
}

function usage(problem: string): Command {
  return { kind: 'usage', problem };
}

function strangeWord(word: string): string {
  if (/\.(ya?ml|py|properties)$/i.test(word)) return `${word} is no command: did you mean --config ${word}?`;
  if (/\.(ami|pcap)$/i.test(word)) return `${word} is no command: did you mean replay ${word}?`;
  const meant = nearest(word, [...Object.keys(commands), ...Object.keys(options)]);
  if (meant === null) return `${word} is no command`;
  return `${word} is no command: did you mean ${Object.hasOwn(commands, meant) ? meant : `--${meant}`}?`;
}
