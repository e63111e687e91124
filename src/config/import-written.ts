import { stringify } from 'yaml';
import type { Origin } from './import-origin.ts';
import { comment, exampleLine, rule } from './reference.ts';
import { type Section, type SettingKey, sections } from './setting-keys.ts';
import { isRawMap, type RawMap, type RawValue, type Source } from './source.ts';

/** What a new connector.yaml says at its head: where it came from. */
export interface Written {
  /** `config.py (the Python connector's config.py)`. */
  readonly from: string;
  readonly source: Pick<Source, 'values' | 'origins'>;
}

/** A connector.yaml with every setting explained: those of another connector filled in, the others as comments. */
export function writtenYaml({ from, source }: Written): string {
  const head = comment(
    `Settings of the Asterisk-vTiger connector, made from ${oneLine(from)}. What is a comment has its default. Every key may ` +
      'also be given in the environment: ami.secret as CONNECTOR_AMI_SECRET or, in a file, CONNECTOR_AMI_SECRET_FILE. ' +
      '`--check` shows what takes effect.',
    '',
  );
  const origins = source.origins ?? [];
  const body = sections.map((section) => writtenSection(section, source.values, origins));
  return `${[head, ...body, ...leftOut(origins)].join(`\n${rule}\n`)}\n`;
}

function writtenSection({ name, about, keys }: Section, values: RawMap, origins: readonly Origin[]): string {
  const [alone] = keys;
  if (alone?.path.length === 1) return writtenKey(alone, values[name], origins, '');
  const given = values[name];
  const inner = isRawMap(given) ? given : {};
  const lines = keys.map((key) => writtenKey(key, inner[key.path[1] ?? ''], origins, '  '));
  return [comment(about, ''), `${name}:`, ...lines].join('\n');
}

function writtenKey(key: SettingKey, value: RawValue | undefined, origins: readonly Origin[], indent: string): string {
  const lines = [exampleLine(key, indent)];
  if (value === undefined && key.note.required === undefined) return lines.join('\n');
  // Above it stands what the key is; its sample gives way to the value.
  const about = (lines[0] ?? '').split('\n').slice(0, -1);
  const remarks = remarksOn(key, value, origins).map((remark) => comment(remark, indent));
  const written = value === undefined ? '' : ` ${valueText(key, value)}`;
  return [...about, ...remarks, `${indent}${key.path.at(-1)}:${written}`].join('\n');
}

function remarksOn(key: SettingKey, value: RawValue | undefined, origins: readonly Origin[]): string[] {
  if (value === undefined) return ['TO BE FILLED IN: the connector does not start without it.'];
  return origins
    .filter(({ keys }) => keys.includes(key.name))
    .map(({ name, why }) => oneLine(`From ${sentence(`${name}${why === '' ? '' : `: ${why}`}`)}`));
}

/** A number stays one, a list stays in its line. What only a slip can have put there must not begin a line of its own. */
function valueText(key: SettingKey, value: RawValue): string {
  if (typeof value === 'string' && key.note.shape === 'number' && /^\d{1,15}$/.test(value)) return value;
  const written = stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 });
  // Not trimmed: a text may begin with a blank that is none to YAML.
  const text = written.replace(/\n$/, '');
  return text.includes('\n') ? JSON.stringify(value) : text;
}

function leftOut(origins: readonly Origin[]): string[] {
  const ignored = origins.filter(({ fate }) => fate === 'ignored');
  if (ignored.length === 0) return [];
  const lines = ignored.map(
    ({ name, where, why }) => `- ${name}${where === '' ? '' : ` (${where})`}: ${sentence(why)}`,
  );
  return [['Not taken over:', ...lines].map((line) => comment(oneLine(line), '')).join('\n')];
}

function sentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`;
}

/** Names are another file's text: none of it may end a comment. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
