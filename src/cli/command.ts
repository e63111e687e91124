import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { type DoctorCommand, parseDoctor } from './doctor.ts';
import { type ImportCommand, parseImport } from './import.ts';
import { type OutboxCommand, parseOutbox, statesText } from './outbox.ts';
import { type MissedCommand, parseMissed, parseReconcile, type ReconcileCommand } from './reconcile.ts';
import { parseRecordings, type RecordingsCommand } from './recordings.ts';
import { dialectsText, parseReplay, type ReplayCommand } from './replay.ts';
import { isTime, timeWanted } from './spans.ts';
import {
  type CallCommand,
  type CallsCommand,
  type CaptureCommand,
  parseCall,
  parseCalls,
  parseCapture,
} from './story.ts';

/** `connection`: which of several, of a command with `config`. */
export type Command = AnyCommand & { readonly connection?: string };

type AnyCommand =
  /** `config`: the file named, or null for the usual ones. */
  | { readonly kind: 'run' | 'check'; readonly config: string | null }
  /** `port`: where to show itself, or null for the usual one. */
  | { readonly kind: 'demo'; readonly port: number | null }
  | ReplayCommand
  | MissedCommand
  | ReconcileCommand
  | OutboxCommand
  | RecordingsCommand
  | DoctorCommand
  | ImportCommand
  | CallsCommand
  | CallCommand
  | CaptureCommand
  | { readonly kind: 'example' | 'help' | 'version' }
  /** Nothing to do but to say `problem` and to exit with exitCodes.usage. */
  | { readonly kind: 'usage'; readonly problem: string };

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
  connection: { type: 'string' },
  'older-than': { type: 'string' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  reason: { type: 'string' },
} as const;

type Option = keyof typeof options;

/** What an option that needs a value wants. */
const wanted: Readonly<Partial<Record<Option, string>>> = {
  config: 'a file',
  connection: 'the name of a connection',
  'older-than': 'a number of days such as 90d',
  reason: 'a text',
  out: 'a file',
  port: 'a port',
  dialect: dialectsText,
  call: 'a linkedid',
  days: 'a number of days',
  state: statesText,
  limit: 'how many at most',
  number: 'a telephone number',
  extension: 'an extension',
  since: timeWanted,
  until: timeWanted,
};

const callsOptions: readonly Option[] = [
  ...(['config', 'number', 'extension', 'call', 'open'] as const),
  ...(['since', 'until', 'days', 'limit', 'json', 'mask'] as const),
];

type Given = ReadonlyMap<string, string | undefined>;

const commands: Readonly<Record<string, { readonly options: readonly Option[]; readonly parse: Parse }>> = {
  demo: { options: ['port'], parse: alone(demo) },
  doctor: { options: ['config', 'json'], parse: orUsage(parseDoctor) },
  missed: { options: ['config', 'days', 'json'], parse: alone(parseMissed) },
  reconcile: { options: ['config', 'since', 'until', 'days', 'repair', 'json'], parse: alone(parseReconcile) },
  replay: { options: ['config', 'dialect', 'call', 'events', 'mask'], parse: orUsage(parseReplay) },
  record: { options: ['config', 'mask'], parse: capture('record') },
  capture: { options: ['config', 'mask'], parse: capture('capture') },
  calls: { options: callsOptions, parse: orUsage((given, words) => parseCalls(given, words, isTime)) },
  call: { options: ['config', 'json', 'mask'], parse: orUsage(parseCall) },
  outbox: { options: ['config', 'call', 'all', 'state', 'limit', 'json', 'mask'], parse: orUsage(parseOutbox) },
  recordings: {
    options: ['config', 'older-than', 'dry-run', 'yes', 'reason', 'limit', 'json'],
    parse: orUsage(parseRecordings),
  },
  import: { options: ['out', 'force', 'json', 'config'], parse: orUsage(parseImport) },
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
  const known = (name: string) => command.options.some((option) => option === ownerOf(name));
  const foreign = [...given.keys()].find((name) => !known(name));
  return foreign === undefined ? of(given, command.parse(given, more)) : usage(`${word} has no --${foreign}`);
}

/** Wherever settings are read one of their connections may be named. */
function ownerOf(name: string): string {
  return name === 'connection' ? 'config' : name;
}

function of(given: Given, command: Command): Command {
  const connection = given.get('connection');
  return connection === undefined ? command : { ...command, connection };
}

function withoutCommand(given: Given): Command {
  if (given.has('port')) return usage('--port belongs to demo; the port to listen on is http.port');
  const foreign = [...given.keys()].find((name) => !['config', 'connection', 'check', 'example'].includes(name));
  const owner = Object.keys(commands).find((name) => commands[name]?.options.some((option) => option === foreign));
  if (owner !== undefined) return usage(`--${foreign} belongs to ${owner}`);
  if (given.has('example')) return { kind: 'example' };
  if (given.has('connection') && !given.has('check'))
    return usage('--connection belongs to a command or to --check: the connector itself runs all its connections');
  return of(given, { kind: given.has('check') ? 'check' : 'run', config: given.get('config') ?? null });
}

function demo(given: Given): Command | string {
  const port = given.get('port');
  if (port === undefined) return { kind: 'demo', port: null };
  const isPort = /^[0-9]{1,5}$/.test(port) && Number(port) <= 65_535;
  return isPort ? { kind: 'demo', port: Number(port) } : '--port: expected 0 to 65535';
}

function capture(word: string): Parse {
  return (given, words) => {
    const [, extra] = words;
    return extra === undefined
      ? orUsage((...of) => parseCapture(word, ...of))(given, words)
      : usage(strangeWord(extra));
  };
}

/** @param parse gives a command, or a text: what is wrong */
function orUsage(parse: (given: Given, words: readonly string[]) => Command | string): Parse {
  return (given, words) => {
    const parsed = parse(given, words);
    return typeof parsed === 'string' ? usage(parsed) : parsed;
  };
}

/** Of a command that takes no words. */
function alone(parse: (given: Given) => Command | string): Parse {
  return (given, words) => {
    const [extra] = words;
    return extra === undefined ? orUsage(parse)(given, words) : usage(strangeWord(extra));
  };
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
