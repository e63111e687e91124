import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Extension } from '../../src/call/ids.ts';
import { callsOf } from '../../src/reconcile/calls-of.ts';
import { compare } from '../../src/reconcile/compare.ts';
import { rules } from '../call/office.ts';
import { type Ear, openEar } from '../golden/hear.ts';
import { play } from '../golden/play.ts';
import { capturedRecords, folders, truthOf } from './captured.ts';
import { knownFrom } from './known.ts';

let ear: Ear;

beforeAll(async () => {
  ear = await openEar();
});

afterAll(() => ear.close());

const settings = [
  ['nobody misses what rang nobody', {}],
  ['104 misses what rang nobody', { missedExtension: () => '104' as Extension }],
] as const;

describe.each(['with linkedid', 'without linkedid'] as const)('a CDR %s of a call that we heard agrees', (kind) => {
  test.each(folders)('%s', async (folder) => {
    const truth = await truthOf(folder);
    const heard = await ear.hear(folder);
    for (const [, more] of settings) {
      const known = knownFrom(play(heard, truth, more).events);
      const calls = callsOf(capturedRecords(truth, kind), { ...rules, ...more });
      const compared = calls.map((call) => compare(call, known));
      expect(compared.flatMap(({ differences }) => differences)).toEqual([]);
      // A consultation that came to nothing is nobody's call.
      const told = compared.filter(({ call }) => call.parts.length > 0 || call.unrung !== null);
      expect(told.filter(({ isKnown }) => !isKnown)).toEqual([]);
      const talked = known.parts.filter(({ talkedMs }) => talkedMs > 0);
      expect(talked.filter((part) => !compared.some(({ matched }) => matched.includes(part)))).toEqual([]);
    }
  });
});
