import { describe, expect, test } from 'vitest';
import { answer, begin, createCrm, done, end, hangup } from './crm-office.ts';

describe('popups', () => {
  test('are of the viewer alone, of inbound calls that ring or are talked', () => {
    const { manager, send } = createCrm();
    send(begin());
    send(begin('102'));
    send('DialBegin callUUID=V&callerIdNumber=101&dialString=84951112277&StartTime=NOW');
    send(answer);
    expect(manager.pollIncoming('101').map(({ sourceuuid, status }) => [sourceuuid, status])).toEqual([
      ['U', 'in-progress'],
    ]);
    send(hangup('101', 'Normal Clearing'));
    expect(manager.pollIncoming('101')).toEqual([]);
  });

  test('a ring of more than 300 s is shown once more, and anybody’s poll ends it', () => {
    const { manager, send, clock, statuses } = createCrm();
    send(begin());
    clock.now += 300_999;
    expect(manager.pollIncoming('101')).toHaveLength(1);
    expect(statuses()).toEqual(['101 ringing']);
    clock.now += 1;
    expect(manager.pollIncoming('101')).toMatchObject([{ status: 'ringing' }]);
    expect(statuses()).toEqual(['101 no-response']);
    expect(manager.pollIncoming('101')).toEqual([]);
    send(begin('102'));
    manager.pollIncoming('103');
    expect(statuses()).toEqual(['101 no-response', '102 no-response']);
  });

  test.each(['', 'garbage'])('a ring that began at "%s" is too long', (time) => {
    const { manager, send, statuses } = createCrm();
    send(begin().replace('NOW', time));
    manager.pollIncoming('101');
    expect(statuses()).toEqual(['101 no-response']);
  });

  test('a conversation may take as long as it likes', () => {
    const { manager, send, clock } = createCrm();
    send(begin());
    send(answer);
    clock.now += 86_400_000;
    expect(manager.pollIncoming('101')).toMatchObject([{ status: 'in-progress' }]);
  });
});

describe('as its installer leaves it', () => {
  test('what touches a row is applied and answered 500 without a word', () => {
    const { send, statuses } = createCrm('salesplatform-as-installed');
    const died = { ...done, status: 500 };
    for (const query of [begin(), answer, end(), hangup('101', 'busy')]) expect(send(query)).toEqual(died);
    for (const query of ['ConnectorProbe callUUID=U', begin('999')]) expect(send(query)).toEqual(done);
    expect(statuses()).toEqual(['101 busy']);
  });

  test('but a further ring is not', () => {
    const { send, statuses } = createCrm('salesplatform-as-installed');
    for (const query of [begin(), end(), hangup('101', 'no-answer')]) send(query);
    expect(send(begin())).toMatchObject({ status: 500 });
    expect(statuses()).toEqual(['101 no-answer']);
  });
});
