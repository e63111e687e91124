import { expect, test } from 'vitest';
import { blindTarget, replacingTarget, transferStatus } from './refer.ts';
import type { SipRequest } from './sip-message.ts';

const pbx = { host: '127.0.20.1', port: 5060 };

const notify = (event: string, body: string): SipRequest => ({
  kind: 'request',
  method: 'NOTIFY',
  uri: 'sip:101@127.0.20.101',
  headers: [['Event', event]],
  body,
});

test('a blind transfer names where to call', () => {
  expect(blindTarget('102', pbx)).toBe('<sip:102@127.0.20.1:5060>');
});

test('an attended transfer names the call whose place is to be taken, as its far end knows it', () => {
  const mine = { callId: 'a@b', localTag: 'mine', remoteTag: 'theirs' };
  const escaped = 'a%40b%3Bto-tag%3Dtheirs%3Bfrom-tag%3Dmine';
  expect(replacingTarget('102', pbx, mine)).toBe(`<sip:102@127.0.20.1:5060?Replaces=${escaped}>`);
});

test.each([
  ['refer', 'SIP/2.0 180 Ringing\r\n', 180],
  ['refer;id=3', 'SIP/2.0 200 OK', 200],
  ['refer', '', null],
  ['message-summary', 'SIP/2.0 200 OK', null],
])('a NOTIFY of %s with "%s" tells %s of a transfer', (event, body, status) => {
  expect(transferStatus(notify(event, body))).toBe(status);
});
