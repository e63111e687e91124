import { expect, test } from 'vitest';
import { describeCallback, describeEvent } from '../../../src/tools/demo/wire-line.ts';

const packet = (...lines: string[]) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8').toString('latin1');

test('an event that makes a call is told with the headers that say why', () => {
  const text = packet('Event: Hangup', 'Privilege: call,all', 'Channel: PJSIP/101-1', 'Cause: 21', 'Cause-txt: Busy');
  expect(describeEvent(text)).toBe('Hangup Channel=PJSIP/101-1 Cause=21 Cause-txt=Busy');
});

test('a name in any script, also one that looks like headers, stays in its line; the unknown is left out', () => {
  const name = 'ООО «Ромашка», Event: Hangup; Linkedid: 1 <Ёж>';
  const text = packet('Event: Newchannel', 'Channel: PJSIP/a-1', 'CallerIDNum: <unknown>', `CallerIDName: ${name}`);
  expect(describeEvent(text)).toBe(`Newchannel Channel=PJSIP/a-1 CallerIDName=${name}`);
});

test('events that tell a reader nothing are passed over', () => {
  for (const event of ['VarSet', 'RTCPSent', 'constructor', 'toString'])
    expect(describeEvent(packet(`Event: ${event}`, 'Channel: PJSIP/a-1'))).toBeNull();
  expect(describeEvent('')).toBeNull();
});

test('a callback is told without the secret', () => {
  const line = describeCallback({ callstatus: 'Hangup', callUUID: '1.2', vtigersignature: 'abracadabra' });
  expect(line).toBe('Hangup callUUID=1.2');
});
