import { describe, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Callback, CallbackKind } from '../../src/crm/callback.ts';
import { catchUp } from '../../src/crm/late.ts';

/** `DialBegin 101 callerIdNumber=1` of user 101's record; the key is the text itself, numbered. */
function callbacks(...texts: string[]): Callback[] {
  return texts.map((text, index) => {
    const [kind, user, ...params] = text.split(' ');
    const given = Object.fromEntries(params.map((param) => param.split('=')));
    const call = '1.1' as Linkedid;
    return { key: `${index}`, call, kind: kind as CallbackKind, params: { callUUID: `1.1-${user}`, ...given } };
  });
}

/** What is sent at once, and what is left out. */
function told(...texts: string[]) {
  const { closing, unneeded } = catchUp(callbacks(...texts));
  const textsOf = (keys: readonly string[]) => keys.map((key) => texts[Number(key)]);
  return { closing: textsOf(closing), unneeded: textsOf(unneeded) };
}

const nothing = { closing: [], unneeded: [] };

describe('SalesPlatform', () => {
  const begin = 'DialBegin 101 callerIdNumber=7 dialString=101';
  const again = 'EndCall 101 duration=0';
  const end = ['Hangup 101 callerIdNum=101', 'Hangup 101 callerIdNum=7', 'EndCall 101'];

  test('an answered call that is over is begun and ended', () => {
    expect(told(begin, 'DialAnswer 101', ...end, 'Record 101')).toEqual({ closing: end, unneeded: ['DialAnswer 101'] });
  });

  test('of several rings only the last one’s end is told', () => {
    expect(told(begin, ...end, again, begin, 'DialAnswer 101', ...end)).toEqual({
      closing: end,
      unneeded: [...end, again, begin, 'DialAnswer 101'],
    });
  });

  test('a further ring by another party names him, and ends in his name too', () => {
    const other = 'DialBegin 101 callerIdNumber=8 dialString=101';
    const otherEnd = ['Hangup 101 callerIdNum=101', 'Hangup 101 callerIdNum=8', 'EndCall 101'];
    expect(told(begin, ...end, other, other, ...otherEnd)).toEqual({
      closing: ['Hangup 101 callerIdNum=7', other, ...otherEnd],
      unneeded: ['Hangup 101 callerIdNum=101', 'EndCall 101', other],
    });
  });

  test('other users of the call have records of their own', () => {
    const others = ['DialBegin 102', 'DialAnswer 102', 'Hangup 102', 'EndCall 102'];
    expect(told(begin, ...others, 'DialAnswer 101', ...end)).toEqual({ closing: end, unneeded: ['DialAnswer 101'] });
    expect(told(begin, ...others)).toEqual(nothing);
  });

  test.each([
    [[begin]],
    [[begin, 'DialAnswer 101']],
    [[begin, ...end, again, begin]],
    [[begin, ...end, again, begin, 'DialAnswer 101']],
    [[begin, ...end, 'DialAnswer 101']],
    // Only what is about to be sent can open it.
    [['DialAnswer 101', ...end]],
    [end],
    [[]],
  ])('%j is told as it is', (texts) => {
    expect(told(...texts)).toEqual(nothing);
  });
});

describe('vTiger', () => {
  const begin = 'StartApp x';
  const revived = ['EndCall x duration=0', 'Hangup x causetxt=ringing'];
  const end = ['Hangup x causetxt=busy', 'EndCall x'];
  const by = (extension: string) => `DialAnswer x callerid2=${extension}`;

  test('a call that is over is begun, given to whom it was, and ended', () => {
    expect(told(begin, ...revived, by('101'), by('102'), by('101'), ...end, 'Record x')).toEqual({
      closing: [by('102'), by('101'), ...end],
      unneeded: [...revived, by('101')],
    });
  });

  test('of several ends the last one', () => {
    expect(told(begin, ...end, by('101'), ...end)).toEqual({ closing: [by('101'), ...end], unneeded: end });
  });

  test.each([[[begin, by('101')]], [[begin, ...revived]], [[begin, ...end, ...revived]], [[begin, ...end, by('101')]]])(
    '%j is told as it is',
    (texts) => {
      expect(told(...texts)).toEqual(nothing);
    },
  );
});
