import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodedEvents } from '../../src/ami/decode.ts';
import { eventFilters } from '../../src/ami/wanted.ts';

/** As Asterisk compiles them: extended, a dot being any character, no line mode. */
const patterns = eventFilters().map((filter) => new RegExp(filter.replaceAll('[[:space:]]', '\\s'), 's'));
const passes = (event: string) => patterns.some((pattern) => pattern.test(event));

const stream = await readFile(join(import.meta.dirname, '../captures/22/s01/stream.ami'), 'latin1');
const events = stream.split('\r\n\r\n').map((packet) => `${packet.trimStart()}\r\n\r\n`);
const named = (name: string) => events.filter((event) => event.startsWith(`Event: ${name}\r\n`));

test('every event that is decoded passes the filters', () => {
  const names = [...stream.matchAll(/^Event: (\w+)\r$/gm)].map((match) => String(match[1]));
  for (const name of new Set(names)) {
    if (name === 'VarSet') continue;
    for (const event of named(name)) expect({ [name]: passes(event) }).toEqual({ [name]: isKept(name) });
  }
  for (const event of ['OriginateResponse', 'FullyBooted', 'Shutdown', 'Reload'])
    expect(passes(`Event: ${event}\r\nPrivilege: x\r\n\r\n`)).toBe(true);
});

/** HangupRequest is not decoded yet. */
const isKept = (name: string) =>
  decodedEvents.has(name.toLowerCase()) || ['FullyBooted', 'HangupRequest'].includes(name);

test('of the variables only the recordings pass', () => {
  const kept = named('VarSet').filter(passes);
  expect(kept.length).toBeGreaterThan(0);
  for (const event of kept) expect(event).toMatch(/^Variable: MIXMONITOR_FILENAME\r$/m);
  expect(named('VarSet').length).toBeGreaterThan(kept.length);
});

test('a caller cannot name himself past the filters', () => {
  expect(passes('Event: TestEvent\r\nCallerIDName: Event: Hangup \r\n\r\n')).toBe(false);
});

test('each fits into a line of an action', () => {
  for (const filter of eventFilters()) expect(filter.length).toBeLessThan(900);
});
