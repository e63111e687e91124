import { program } from '../cli/program.ts';
import type { Origin } from '../config/import-origin.ts';
import type { Problem } from '../config/problem.ts';
import { settingKeys } from '../config/setting-keys.ts';
import { isRawMap, type RawValue, type Source } from '../config/source.ts';
import { counted, plain, textTable } from './text-table.ts';

/** All that an import has to say. No value of a secret is in it. */
export interface ImportStory {
  readonly from: string;
  readonly out: string;
  readonly source: Source;
  /** What is missing in the new file, or cannot be used as it was. */
  readonly open: readonly Problem[];
  readonly notes: readonly string[];
}

export function importText({ from, out, source, open, notes }: ImportStory): string {
  const origins = source.origins ?? [];
  const rows = origins.map((origin) => [
    plain(origin.name),
    origin.where.replace('line ', ''),
    origin.fate,
    writtenAs(origin, source),
    plain(origin.why),
  ]);
  const heads = ['setting', 'line', 'what became of it', 'in connector.yaml', 'why'];
  const parts = [
    `${plain(from)}: ${counted(origins.length, 'setting')}.`,
    ...(rows.length === 0 ? [] : [textTable(heads, rows)]),
    ...listed('To be put right in the new file before the connector starts', open.map(openText)),
    ...listed('To know', notes),
    `${plain(out)} is written. It holds secrets, so its owner alone may read it: make that the user the connector runs as.\n` +
      `Try it: ${program} --config ${plain(out)} --check`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function listed(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${head}:\n${lines.map((line) => `  ${plain(line)}`).join('\n')}`];
}

function openText({ key, expected, got, hint }: Problem): string {
  const found = got === undefined ? '' : `, got ${got}`;
  return `${key}: expected ${expected}${found}${hint === undefined ? '' : ` (${hint})`}`;
}

export function importJson({ from, out, source, open, notes }: ImportStory): string {
  const settings = (source.origins ?? []).map(({ name, where, fate, keys, why }) => ({
    name,
    line: where === '' ? null : Number(where.replace('line ', '')),
    fate,
    keys,
    why,
  }));
  return `${JSON.stringify({ from, out, settings, open, notes }, null, 2)}\n`;
}

function writtenAs({ keys }: Origin, { values }: Source): string {
  return keys
    .map((name) => {
      const key = settingKeys.find((one) => one.name === name);
      const [section = '', inner = ''] = name.split('.');
      const group = values[section];
      const shown = shownValue(isRawMap(group) ? group[inner] : undefined, key?.note.secret === true);
      return `${name}${shown}`;
    })
    .join(', ');
}

/** A password inside an address is as secret as one of its own. */
function shownValue(value: RawValue | undefined, isSecret: boolean): string {
  if (value === undefined || isRawMap(value)) return '';
  if (isSecret) return ': ********';
  const text = typeof value === 'string' ? value : value.join(', ');
  return `: ${plain(text.replace(/\/\/[^/]*@/, '//...@').slice(0, 80))}`;
}
