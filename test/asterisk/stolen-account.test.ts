import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Action, AmiSession } from './ami-session.ts';
import { describeOffice } from './describe-office.ts';
import { Office } from './office.ts';

/** What somebody can do who has the account of asterisk-conf/manager.conf, on a real Asterisk: docs/security.md says it. */
function stolen(variant: '22' | '16-sip'): void {
  let office: Office;
  let thief: AmiSession;
  beforeAll(async () => {
    office = await Office.start(variant);
    thief = await office.connect();
  }, 60_000);
  afterAll(async () => {
    thief.close();
    await office.stop();
  });

  const getvar = async (variable: string) => {
    const answer = await thief.act({ Action: 'Getvar', Variable: variable });
    return answer.get('Value') ?? answer.get('Message');
  };
  const originate = { Action: 'Originate', Channel: 'Local/101@internal', Async: 'true' };

  test.each<[string, Action, RegExp]>([
    ['a program of the PBX', { ...originate, Application: 'System', Data: 'id' }, /Access Forbidden/],
    ['another one', { ...originate, Application: 'EAGI', Data: 'x' }, /Access Forbidden/],
    ['a function in a text', { ...originate, Application: 'NoOp', Data: `$${'{SHELL(id)}'}` }, /Access Forbidden/],
    ['a CLI command', { Action: 'Command', Command: 'core show version' }, /Permission denied/],
    ['a file of settings', { Action: 'GetConfig', Filename: 'manager.conf' }, /Permission denied/],
    ['another file', { Action: 'UpdateConfig', SrcFilename: 'x', DstFilename: 'x' }, /Permission denied/],
    ['a variable', { Action: 'Setvar', Variable: 'X', Value: '1' }, /Permission denied/],
    ['the end of a call', { Action: 'Hangup', Channel: 'x' }, /Permission denied/],
    ['another way for a call', { Action: 'Redirect', Channel: 'x', Context: 'x', Exten: '1' }, /Permission denied/],
    ['what is said', { Action: 'MixMonitor', Channel: 'x', File: '/tmp/x' }, /Permission denied/],
    ['another module', { Action: 'ModuleLoad', LoadType: 'reload' }, /Permission denied/],
    ['the end of Asterisk', { Action: 'Command', Command: 'core stop now' }, /Permission denied/],
  ])('is not given %s', async (_, action, expected) => {
    expect((await thief.act(action)).get('Message')).toMatch(expected);
  });

  test('is given calls, also to outside, by Originate', async () => {
    const answer = await thief.act({ ...originate, Application: 'Wait', Data: '1' });
    expect(answer.get('Response')).toBe('Success');
  });

  test('is not given functions that Asterisk calls dangerous', async () => {
    expect(await getvar('SHELL(id)')).toMatch(/Access Forbidden/);
  });

  test('reads the secrets of other accounts, unless Asterisk is run without func_config', async () => {
    expect(await getvar('AST_CONFIG(manager.conf,operator,secret)')).toBe(office.amiSecret);
    const operator = await office.operate();
    const unload = await operator.act({ Action: 'ModuleLoad', LoadType: 'unload', Module: 'func_config.so' });
    expect(unload.get('Response')).toBe('Success');
    expect(await getvar('AST_CONFIG(manager.conf,operator,secret)')).not.toBe(office.amiSecret);
    operator.close();
  });
}

for (const variant of ['22', '16-sip'] as const)
  await describeOffice('who has our account', variant, () => stolen(variant));
