import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type OriginateRequest, originate } from '../../src/ami/originate.ts';
import type { Uniqueid } from '../../src/call/ids.ts';
import { FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { type Linked, linkTo } from './linked.ts';

let fake: FakeAsterisk;
let linked: Linked;

beforeEach(async () => {
  fake = await FakeAsterisk.start();
  linked = linkTo(fake.port, { actionTimeoutMs: 50, probeRights: false });
  await linked.up();
});

afterEach(async () => {
  await linked.link.stop();
  await fake.stop();
});

const request: OriginateRequest = {
  actionId: 'click-1',
  channelId: 'vtc-1.1' as Uniqueid,
  technology: 'PJSIP',
  extension: '101',
  context: 'vtiger',
  exten: '+79211001011',
  callerName: 'Ivan "the <x>" \\ Petrov',
  callerNumber: '+79211001011',
  ringMs: 30_000,
  variables: { CRM_RECORD: '12x345', NOTE: 'a,B=1 "q" \\' },
};

describe('originate', () => {
  test('places a call: what Asterisk is asked for', async () => {
    expect(await originate(linked.link, request)).toEqual({ kind: 'placed' });
    expect(fake.actions('Originate').map((action) => Object.fromEntries(action))).toEqual([
      {
        action: 'Originate',
        actionid: 'click-1',
        async: 'true',
        callerid: '"Ivan  the  x     Petrov" <+79211001011>',
        channel: 'PJSIP/101',
        channelid: 'vtc-1.1',
        context: 'vtiger',
        exten: '+79211001011',
        priority: '1',
        timeout: '30000',
        variable: ['CRM_RECORD=12x345', String.raw`NOTE=a\,B=1 \"q\" \\`].join('\n'),
      },
    ]);
  });

  test('without variables', async () => {
    await originate(linked.link, { ...request, variables: {} });
    expect(fake.actions('Originate')[0]?.has('variable')).toBe(false);
  });

  test("Asterisk's refusal, in its words", async () => {
    fake.server.onOriginate = () => ({ accept: false, message: 'Extension does not exist.' });
    expect(await originate(linked.link, request)).toEqual({ kind: 'rejected', message: 'Extension does not exist.' });
  });

  test('no answer', async () => {
    fake.neverAnswer('Originate');
    expect(await originate(linked.link, request)).toEqual({ kind: 'timedOut' });
  });

  test('no link', async () => {
    await linked.link.stop();
    expect(await originate(linked.link, request)).toEqual({ kind: 'down' });
  });

  test.each<[Partial<OriginateRequest>, string]>([
    [{ extension: '101@evil' }, 'extension: expected letters, digits, _ . + -'],
    [{ extension: '101/sip:x@y' }, 'extension: expected letters, digits, _ . + -'],
    [{ extension: '101&PJSIP/102' }, 'extension: expected letters, digits, _ . + -'],
    [{ extension: '' }, 'extension: expected letters, digits, _ . + -'],
    [{ technology: 'Local/1@x' }, 'technology: expected letters and digits'],
    [{ context: 'a,1,2' }, 'context: expected letters, digits, _ . -'],
    [{ exten: '1\r\nAction: Command' }, 'exten: expected letters, digits, _ . + * # -'],
    [{ callerNumber: '1> <2' }, 'callerNumber: expected letters, digits, _ . + * # -'],
    [{ channelId: 'x'.repeat(33) as Uniqueid }, 'channelId: expected at most 32 letters, digits, _ . -'],
    [{ actionId: '' }, 'actionId: expected at most 64 letters, digits, _ . -'],
    [{ variables: { 'SHELL(id)': 'x' } }, 'variable "SHELL(id)": expected letters, digits, _'],
    [{ variables: { 'A=1,B': 'x' } }, 'variable "A=1,B": expected letters, digits, _'],
    [{ variables: { A: 'x\r\nB: y' } }, 'Variable: a line break or NUL in the value'],
    [{ callerName: 'x\ny' }, 'CallerID: a line break or NUL in the value'],
  ])('refused before it is sent: %j', async (change, fault) => {
    const result = await originate(linked.link, { ...request, ...change });
    expect(result).toEqual({ kind: 'rejected', message: `not sent: ${fault}` });
    expect(fake.actions('Originate')).toEqual([]);
  });
});
