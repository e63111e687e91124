import { stringify } from 'yaml';
import { variableOf } from './environment.ts';
import type { KeyShape } from './key-notes.ts';
import { type Section, type SettingKey, sections } from './setting-keys.ts';

const width = 110;

/** connector.example.yaml: the required keys to be filled in, all others as comments with their defaults. */
export function exampleYaml(): string {
  const head = comment(
    'Settings of the Asterisk-vTiger connector. Copy it to connector.yaml and fill in what is not a comment. Secrets may ' +
      'stay out of it: every key may be given in the environment, ami.secret as CONNECTOR_AMI_SECRET or, in a file, ' +
      'CONNECTOR_AMI_SECRET_FILE. `--check` shows what takes effect. See docs/configuration.md.',
    '',
  );
  return `${[head, ...sections.map(exampleSection)].join(`\n${rule}\n`)}\n`;
}

/** Between sections: the formatter would take blank lines away after a section that ends with a comment. */
export const rule = `# ${'-'.repeat(40)}`;

function exampleSection({ name, about, keys }: Section): string {
  const [alone] = keys;
  if (alone?.path.length === 1) return exampleLine(alone, '');
  return [comment(about, ''), `${name}:`, ...keys.map((key) => exampleLine(key, '  '))].join('\n');
}

/** A key with what is said of it above, the last line being the key itself. */
export function exampleLine(key: SettingKey, indent: string): string {
  const { about, required, otherwise, sample } = key.note;
  const absent = otherwise === undefined ? '' : ` Without it: ${otherwise}.`;
  const value = required ?? sample ?? key.preset;
  const written = `${key.path.at(-1)}: ${flow(value)}`;
  return `${comment(about + absent, indent)}\n${indent}${required === undefined ? '#' : ''}${written}`;
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();
}

/** A text as a comment of as many lines as it needs. */
export function comment(text: string, indent: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length >= width - indent.length) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `${indent}# ${line}`).join('\n');
}

/** The keys in docs/configuration.md; no tables, as the formatter would pad each to its longest text. */
export function referenceMarkdown(): string {
  return sections.map(markdownSection).join('\n\n');
}

function markdownSection({ name, about, keys }: Section): string {
  const intro = keys[0]?.path.length === 1 ? [] : [about];
  return [`### ${name}`, ...intro, ...keys.map(markdownKey)].join('\n\n');
}

function markdownKey(key: SettingKey): string {
  const { about, expected, secret, shape } = key.note;
  const variables = [variableOf(key), ...(secret ? [`${variableOf(key)}_FILE`] : [])];
  const environment = `${variables.map((one) => `\`${one}\``).join(' or ')}${variableForms[shape]}`;
  const list = [`Default: ${defaultText(key)}`, `Expected: ${expected}`, `Environment: ${environment}`];
  return [`**\`${key.name}\`** – ${about}`, '', ...list.map((item) => `- ${item}`)].join('\n');
}

const variableForms: Readonly<Record<KeyShape, string>> = {
  text: '',
  number: '',
  list: ', with commas between the items',
  paths: ', with commas or colons between the paths',
  pairs: ', as `from=to` with commas between the pairs',
  map: ', as `name=value` with commas between the pairs',
};

function defaultText({ note, preset }: SettingKey): string {
  if (note.required !== undefined) return 'none, it must be given';
  return note.otherwise ?? (preset === '' ? 'nothing' : `\`${flow(preset)}\``);
}
