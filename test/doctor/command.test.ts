import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseCommand } from '../../src/cli/command.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { helpText } from '../../src/cli/help.ts';
import { systemClock } from '../../src/clock.ts';
import { type Finding, families, fault, ok, skipped, span, warning } from '../../src/doctor/finding.ts';
import { asText, doctor } from '../../src/tools/doctor-command.ts';
import { type Patient, wellPatient } from './patient.ts';

describe('the command line', () => {
  test.each([
    [['doctor'], { kind: 'doctor', config: null, json: false }],
    [['doctor', '--json', '-c', 'a.yaml'], { kind: 'doctor', config: 'a.yaml', json: true }],
    [['doctor', 'crm'], { kind: 'usage', problem: 'doctor takes no crm: it looks at everything' }],
    [['doctor', '--all'], { kind: 'usage', problem: 'doctor has no --all' }],
    [['docter'], { kind: 'usage', problem: 'docter is no command: did you mean doctor?' }],
  ])('%j', (argv, command) => {
    expect(parseCommand(argv)).toEqual(command);
  });

  test('its exit codes are those of monitoring plugins, and in the help', () => {
    expect([exitCodes.warnings, exitCodes.faults]).toEqual([1, 2]);
    expect(helpText).toMatch(/doctor +looks at [\s\S]*with 1 if there are\s+warnings, with 2 if there are faults/);
  });
});

describe('as text', () => {
  const findings: Finding[] = [
    ok('ami.reach', 'a connection is taken'),
    skipped('ami.clock', 'it does not tell', 'Give it the right.'),
    skipped('ami.login', 'nobody is there'),
    skipped('ami.version', 'nobody is there'),
    fault('crm.secret', 'refused\u001b[2J', 'Make it equal.'),
    ok('machine.node', 'Node.js v20.20.2'),
    warning('machine.bind', 'every address', 'Set http.bind.'),
  ];

  test('by family, what is wrong first, and at the end once more and together', () => {
    const empty = (['dialplan', 'recordings'] as const).map((family) => families[family]);
    expect(asText(findings)).toBe(`${families.ami}
  not seen  ami.clock               it does not tell
            Give it the right.
  not seen  ami.login, ami.version: nobody is there
  ok        ami.reach               a connection is taken

${empty[0]}

${families.crm}
  FAULT     crm.secret              refused?[2J
            Make it equal.

${empty[1]}

${families.machine}
  WARNING   machine.bind            every address
            Set http.bind.
  ok        machine.node            Node.js v20.20.2

1 fault, 1 warning, 2 ok, 3 could not be looked at
  FAULT    crm.secret: refused?[2J
  WARNING  machine.bind: every address
`);
  });

  test.each([
    [0, '0 s'],
    [1_540, '1.5 s'],
    [-125_000, '2 min'],
    [3 * 3_600_000, '3 h'],
  ])('%i ms is %s', (ms, text) => {
    expect(span(ms)).toBe(text);
  });
});

describe('of an installation', () => {
  let patient: Patient;
  beforeEach(async () => {
    patient = await wellPatient();
  });
  afterEach(() => patient.close());

  const parts = { clock: systemClock, version: '1.2.3', node: 'v20.20.2', file: null, notes: [] };

  test('that is well', async () => {
    const { text, worst } = await doctor(patient.config(), false, parts);
    expect(worst).toBe('ok');
    expect(text).toMatch(/\n0 faults, 0 warnings, \d+ ok, \d+ could not be looked at\n$/);
  });

  test('for a program to read', async () => {
    patient.settings = { crm: { token: 'wrong, but of many letters' }, http: { bind: '0.0.0.0' } };
    const { text, worst } = await doctor(patient.config(), true, parts);
    const report = JSON.parse(text) as { checks: Record<string, string>[]; counts: Record<string, number> };
    expect(worst).toBe('fault');
    expect(report).toMatchObject({ version: '1.2.3', verdict: 'fault', counts: { fault: 1, warning: 1 } });
    expect(report.checks.find(({ id }) => id === 'crm.secret')).toEqual({
      id: 'crm.secret',
      family: 'crm',
      verdict: 'fault',
      seen: expect.stringContaining('refuses the secret'),
      cure: expect.stringContaining('crm.token'),
    });
    expect(Object.values(report.counts).reduce((sum, count) => sum + count)).toBe(report.checks.length);
  });

  test('with a warning and no fault', async () => {
    patient.settings = { http: { bind: '0.0.0.0' } };
    expect((await doctor(patient.config(), false, parts)).worst).toBe('warning');
  });
});
