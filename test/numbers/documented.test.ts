import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Form } from '../../src/numbers/form.ts';
import { createNumbers } from '../../src/numbers/numbers.ts';
import { type Country, plans } from '../../src/numbers/plans.ts';

const forms = ['e164', 'digits', 'national', 'trunk'] as const satisfies readonly Form[];
const text = readFileSync(new URL('../../docs/numbers.md', import.meta.url), 'utf8');

interface Row {
  readonly country: Country;
  readonly written: readonly string[];
  readonly expected: readonly string[];
}

/** The tables below `### RU, KZ` and the like. */
const rows: readonly Row[] = [...text.matchAll(/^### ([A-Z]{2}(?:, [A-Z]{2})*)\n([\s\S]*?)(?=^##)/gm)].flatMap(
  ([, countries = '', section = '']) =>
    [...section.matchAll(/^\| (`.*?) *\|(.*)\|$/gm)].flatMap(([, written = '', cells = '']) =>
      countries.split(', ').map((country) => ({
        country: country as Country,
        written: [...written.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one),
        expected: cells.split('|').map((cell) => cell.trim()),
      })),
    ),
);

describe('docs/numbers.md is true', () => {
  test.each(rows)('$country: $written', ({ country, written, expected }) => {
    for (const raw of written) {
      const made = forms.map((toCrm) => {
        const settings = { country, areaCode: '', toCrm, toDialplan: toCrm, dialPrefix: '', ofUsers: [] };
        const numbers = createNumbers({ ...settings, isExtension: () => false });
        expect(numbers.toDialplan(raw)).toBe(numbers.toCrm(raw));
        return numbers.toCrm(raw);
      });
      expect([raw, ...made]).toEqual([raw, ...expected]);
    }
  });

  test('of every country', () => {
    expect(new Set(rows.map(({ country }) => country))).toEqual(new Set(Object.keys(plans)));
  });
});
