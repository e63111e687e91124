import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { createMetricsLoader } from '../../src/metrics/load.ts';

interface Board {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const board = JSON.parse(readFileSync('docs/grafana-board.json', 'utf8')) as Board;
const rules = parse(readFileSync('docs/alert-rules.yml', 'utf8')) as Rules;
const table = readFileSync('docs/monitoring.md', 'utf8');

const ofBoard = board.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));
const ofVariables = board.templating.list.flatMap(({ definition }) =>
  definition === undefined ? [] : [['a variable', definition] as const],
);
const ofRules = rules.groups.flatMap((group) => group.rules.map(({ alert, expr }) => [alert, expr] as const));

/** Each name with the labels that are asked of it. */
function namesIn(expression: string) {
  const found = expression.matchAll(/\b((?:asterisk_vtiger|process|nodejs)_[a-z0-9_]+)\b(?:\{([^}]*)\})?/g);
  return [...found].map(([, name = '', matchers = '']) => ({
    name,
    labels: [...matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));
}

/** Every line's name on the page, and its labels. */
const shown = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  const { page } = await createMetricsLoader('1.2.3')();
  const { text } = await page();
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const own = Object.values(catalogue).find((note) => note.name === name);
    const labels = new Set([...(own?.labels ?? []), 'connection', 'instance', 'job']);
    const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const part of parts) shown.set(name + part, part === '_bucket' ? new Set([...labels, 'le']) : labels);
  }
});

describe('every metric that is asked for is there, with its labels', () => {
  test.each([...ofBoard, ...ofVariables, ...ofRules])('%s: %s', (_, expression) => {
    for (const { name, labels } of namesIn(expression)) {
      expect([...shown.keys()]).toContain(name);
      for (const label of labels) expect([name, ...(shown.get(name) ?? [])]).toContain(label);
    }
  });

  test('most of what there is, is on the board', () => {
    const asked = new Set(
      [...ofBoard, ...ofRules].flatMap(([, expression]) => namesIn(expression)).map(({ name }) => name),
    );
    const bare = new Set([...asked].map((name) => name.replace(/_(?:bucket|sum|count)$/, '')));
    const left = Object.values(catalogue).filter(({ name }) => !bare.has(name));
    expect(left.map(({ name }) => name)).toEqual([
      'asterisk_vtiger_calls_begun_total',
      'asterisk_vtiger_ami_link_ups_total',
    ]);
  });
});

test('docs/monitoring.md has each metric, with its type and its labels, and no other', () => {
  const rows = [...table.matchAll(/^\| `(asterisk_vtiger_[a-z_]+)` *\| (\w+) *\| ([^|]*?) *\|/gm)];
  const described = rows.map(([, name, type, labels]) => `${name} ${type} ${labels}`);
  const made = Object.values(catalogue).map(
    ({ name, type, labels }) => `${name} ${type} ${labels.map((label) => `\`${label}\``).join(', ')}`,
  );
  expect(described).toEqual(made);
});
