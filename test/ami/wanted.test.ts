import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodedEvents } from '../../src/ami/decode.ts';
import { eventFilters } from '../../src/ami/wanted.ts';

/** As Asterisk compiles them: extended, a dot being any character, no line mode. */
const compiled = (variables: readonly string[]) =>
  eventFilters(variables).map((filter) => new RegExp(filter.replaceAll('[[:cntrl:]]', '[\\x00-\\x1f\\x7f]'), 's'));
const patterns = compiled([]);
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
  for (const event of ['Pickup', 'OriginateResponse', 'FullyBooted', 'Shutdown'])
    expect(passes(`Event: ${event}\r\nPrivilege: x\r\n\r\n`)).toBe(true);
});

const isKept = (name: string) => decodedEvents.has(name.toLowerCase()) || name === 'FullyBooted';

test('of the variables only the recordings pass', () => {
  const kept = named('VarSet').filter(passes);
  expect(kept.length).toBeGreaterThan(0);
  for (const event of kept) expect(event).toMatch(/^Variable: MIXMONITOR_FILENAME\r$/m);
  expect(named('VarSet').length).toBeGreaterThan(kept.length);
});

test('variables that are asked for pass as well, also where they are inherited', () => {
  const asked = compiled(['CONTRACT', 'VIP']);
  const varSet = (variable: string) =>
    `Event: VarSet\r\nPrivilege: x\r\nCallerIDName: Ivan\r\nVariable: ${variable}\r\nValue: 1\r\n\r\n`;
  const kept = ['CONTRACT', '_VIP', '__VIP', 'MIXMONITOR_FILENAME', 'recordingpath', 'CONTRACTS', 'XVIP', 'DIALSTATUS'];
  expect(kept.filter((name) => asked.some((pattern) => pattern.test(varSet(name))))).toEqual(kept.slice(0, 5));
});

test('a caller cannot name himself past the filters', () => {
  const named = 'Event: VarSet\r\nCallerIDName: Variable: recordingpath \r\nVariable: x\r\nValue: \r\n\r\n';
  expect(passes(named)).toBe(false);
  expect(passes('Event: TestEvent\r\nCallerIDName: Event: Hangup \r\n\r\n')).toBe(false);
});

test('each fits into a line of an action', () => {
  const longest = Array.from({ length: 20 }, (_, n) => `X${n}`.padEnd(32, 'X'));
  for (const filter of eventFilters(longest)) expect(filter.length).toBeLessThan(900);
});
