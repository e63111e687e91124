import { parseArgs } from 'node:util';
import { nearest } from './config/nearest.ts';

/** From sysexits.h, so that a supervisor can tell what a restart would not mend. */
export const exitCodes = { usage: 64, configuration: 78 } as const;

export type Command =
  /** `config`: the file named, or null for the usual ones. */
  | { readonly kind: 'run' | 'check'; readonly config: string | null }
  /** `port`: where to show itself, or null for the usual one. */
  | { readonly kind: 'demo'; readonly port: number | null }
  | { readonly kind: 'example' | 'help' | 'version' }
  /** Nothing to do but to say `problem` and to exit with exitCodes.usage. */
  | { readonly kind: 'usage'; readonly problem: string };

export const helpText = `Usage: asterisk-vtiger-connector [--config FILE] [--check]
       asterisk-vtiger-connector demo [--port N]

Connects Asterisk to vTiger or SalesPlatform CRM.

  --config FILE  settings: a YAML file, or the config.py of the Python connector
                 (default: connector.yaml, else config.py, in the working directory)
  --check        show the settings as they take effect, or all that is wrong with them, and exit with 0 or 78
  --example      write a connector.yaml with every setting explained, and exit
  --version      write the version, and exit
  --help         write this, and exit

  demo           the whole connector between an Asterisk and a CRM that are played, to look at in a browser
  --port N       the demo's port

Every setting may also be given in the environment: CONNECTOR_AMI_HOST for ami.host, and so on.
Exit codes: 64 for a mistake on the command line, 78 for one in the settings.
`;

const options = {
  config: { type: 'string', short: 'c' },
  check: { type: 'boolean' },
  example: { type: 'boolean' },
  version: { type: 'boolean', short: 'V' },
  help: { type: 'boolean', short: 'h' },
  port: { type: 'string' },
} as const;

type Given = ReadonlyMap<string, string | undefined>;

/** What the arguments (without node and script) ask for. */
export function parseCommand(argv: readonly string[]): Command {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string | undefined>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const fault = optionFault(token, given);
    if (fault !== null) return { kind: 'usage', problem: fault };
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
  return isMissing ? `${rawName} needs a value: ${name === 'config' ? 'a file' : 'a port'}` : null;
}

function isOption(name: string): name is keyof typeof options {
  return Object.hasOwn(options, name);
}

function commandOf(given: Given, [word, ...more]: readonly string[]): Command {
  if (given.has('help')) return { kind: 'help' };
  if (given.has('version')) return { kind: 'version' };
  const extra = word === 'demo' ? more[0] : word;
  if (extra !== undefined) return { kind: 'usage', problem: strangeWord(extra) };
  if (word === 'demo') return demo(given);
  if (given.has('port'))
    return { kind: 'usage', problem: '--port belongs to demo; the port to listen on is http.port' };
  if (given.has('example')) return { kind: 'example' };
  return { kind: given.has('check') ? 'check' : 'run', config: given.get('config') ?? null };
}

function demo(given: Given): Command {
  const foreign = [...given.keys()].find((name) => name !== 'port');
  if (foreign !== undefined) return { kind: 'usage', problem: `demo has no --${foreign}` };
  const port = given.get('port');
  if (port === undefined) return { kind: 'demo', port: null };
  const isPort = /^[0-9]{1,5}$/.test(port) && Number(port) <= 65_535;
  return isPort ? { kind: 'demo', port: Number(port) } : { kind: 'usage', problem: '--port: expected 0 to 65535' };
}

function strangeWord(word: string): string {
  const isFile = /\.(ya?ml|py)$/i.test(word);
  if (isFile) return `${word} is no command: did you mean --config ${word}?`;
  const meant = nearest(word, ['demo', ...Object.keys(options)]);
  if (meant === null) return `${word} is no command`;
  return `${word} is no command: did you mean ${meant === 'demo' ? meant : `--${meant}`}?`;
}
