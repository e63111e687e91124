import { expect, test } from 'vitest';
import { copied, SharedTexts } from '../../src/ami/shared-texts.ts';
import { liveMegabytes } from '../memory.ts';

/** As the reader cuts it: out of a text of its own, so that no two are the same object. */
const cutOut = (text: string) => `: ${text}`.slice(2);

test('the same text is kept once', () => {
  const shared = new SharedTexts();
  const before = liveMegabytes();
  const kept = Array.from({ length: 100_000 }, () => shared.of(cutOut(`PJSIP/provider-${'0'.repeat(40)}`)));
  expect(liveMegabytes() - before).toBeLessThan(3);
  expect(new Set(kept).size).toBe(1);
});

test('what does not come again is forgotten', () => {
  const shared = new SharedTexts();
  const before = liveMegabytes();
  for (let serial = 0; serial < 100_000; serial += 1) shared.of(cutOut(`1795268000.${serial}`));
  expect(liveMegabytes() - before).toBeLessThan(2);
  expect(shared.of(cutOut('1795268000.99999'))).toBe('1795268000.99999');
});

test('a long text is given as it is, and not kept', () => {
  const shared = new SharedTexts();
  const before = liveMegabytes();
  for (let serial = 0; serial < 1_000; serial += 1) shared.of(cutOut(`${'x'.repeat(100_000)}${serial}`));
  expect(liveMegabytes() - before).toBeLessThan(2);
  expect(shared.of(`${'x'.repeat(65)}`)).toBe('x'.repeat(65));
});

test.each([
  '',
  'a',
  '17952680.499',
  '1795268000.499',
  'Иван Петров, отдел продаж',
  '👍'.repeat(10),
  `${'x'.repeat(70)}\u0000`,
])('a copy is the same text: %j', (text) => expect(copied(text)).toBe(text));
