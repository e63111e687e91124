import type { Sequence } from './crm-sequences.ts';

const begin = 'StartApp callUUID=U&callerIdNumber=84951112277&channel=SIP/trunk-00000001&StartTime=NOW';
const out = 'StartApp callUUID=U&callerIdNumber=101&callerIdName=84951112277&channel=SIP/101-00000001&StartTime=NOW';
const answer = 'DialAnswer callUUID=U&callerid1=84951112277&callerid2=101';
const outAnswer = 'DialAnswer callUUID=U&callerid1=101&callerid2=84951112277';
const end =
  'EndCall callUUID=U&starttime=2026-11-20 10:00:00&endtime=2026-11-20 10:01:00&duration=60&billableseconds=50';
const record = 'Record callUUID=U&recordinglink=http://pbx:5000/recording?id=U';
const hangup = 'Hangup callUUID=U&causetxt=Normal Clearing';

const from = (number: string) => begin.replace('84951112277', number);
const to = (number: string) => out.replace('84951112277', number);
const by = (channel: string) => begin.replace('SIP/trunk-00000001', channel);
const at = (startTime: string) => begin.replace('NOW', startTime);
const cause = (text: string) => hangup.replace('Normal Clearing', text);
const by2 = (user: string) => answer.replace('=101', `=${user}`);
const long = (length: number) => 'abcdefghij'.repeat(Math.ceil(length / 10)).slice(0, length);
const one = (name: string, ...callbacks: string[]): Sequence => ({ name, callbacks });

const whole: Sequence[] = [
  one('inbound, answered, recorded', begin, answer, end, record, hangup),
  one('inbound, missed', begin, cause('no-answer')),
  one('inbound, missed, with its end', begin, `${cause('no-answer')}&EndTime=2026-11-20 10:00:20&Duration=20`),
  one('outbound', out, outAnswer, end, record, hangup),
  one('outbound, a short number', to('55555'), outAnswer),
  one('outbound, busy', out, end, cause('busy')),
  one('internal', to('102'), 'DialAnswer callUUID=U&callerid1=101&callerid2=102', end, hangup),
  one('transfer: the call goes to the next', begin, answer, by2('102'), end, hangup),
  one('DialBegin is not known', 'DialBegin callUUID=U&callerIdNumber=84951112277&dialString=101&StartTime=NOW', answer),
  one('rung again by DialBegin', begin, answer, 'DialBegin callUUID=U&callerIdNumber=5&dialString=102'),
];

const odd: Sequence[] = [
  one('StartApp twice is two rows, which all that follows changes', begin, begin, answer, end, record, hangup),
  one('two directions under one callUUID', begin, out, answer, outAnswer, hangup),
  one('two directions, the other way round', out, begin, answer, hangup),
  one('everything before StartApp', answer, end, record, hangup, begin),
  one('answer after hangup', begin, end, hangup, answer),
  one('answered again by nobody known', begin, answer, by2('999')),
  one('answered by nobody', begin, 'DialAnswer callUUID=U'),
  one('answered by a mobile', begin, by2('79031230103')),
  one('answered by an inactive user', begin, by2('105')),
  one('outbound answered by another caller', out, outAnswer.replace('=101', '=102')),
  one('outbound answered by nobody known', out, outAnswer.replace('=101', '=999')),
  one('end after hangup', begin, hangup, end),
  one('record twice', begin, record, record.replace('id=U', 'id=other')),
  one('record without a link', begin, record, 'Record callUUID=U'),
  one('hangup twice', begin, cause('busy'), cause('no-answer')),
  one('end without anything', begin, 'EndCall callUUID=U'),
  one('unknown callUUID', begin, hangup.replace('callUUID=U', 'callUUID=none')),
  one('users of the later callbacks do not matter', begin, `${end}&callerNumber=999`, `${hangup}&callerIdNum=102`),
  one('unknown callstatus', begin, hangup.replace('Hangup', 'hangup'), hangup.replace('Hangup', 'Bridge')),
  one('names are case-sensitive', begin.replace('StartTime', 'starttime'), hangup.replace('causetxt', 'causeTxt')),
  one('callUUID in other letters', begin.replace('=U', '=U-abc'), answer.replace('=U', '=U-ABC')),
  one('callUUID of 101 characters', begin.replace('=U', `=U-${long(101)}`), hangup.replace('=U', `=U-${long(101)}`)),
  one('long link', begin, record.replace('id=U', `id=${long(250)}`)),
  one('long number', from(`9${'0'.repeat(120)}`)),
  one('a line name is not kept', `${begin}&connectedLineName=Main`),
  one(
    'bracket that is no JSON',
    from('84951112277').replace('callUUID=U', 'callUUID=U&callerIdName=[Sales]'),
    cause('[x'),
  ),
  one('a caller that begins like JSON is none', from('[Sales]'), from('{x').replace('=U', '=U2')),
  one('JSON as a caller', from('["84951112277"]'), by('["SIP/101-1"]'), begin),
  one('JSON as a start', at('["2026-11-20 10:00:00"]')),
  one('other letters than ASCII', from('Иван'), from('84951112277 😀').replace('=U', '=U2'), cause('Занято')),
  one('an ampersand and quotes', from('A %26 B "C"'), cause('A %26 B')),
  one('a callUUID with an ampersand', begin.replace('=U', '=U%26x'), hangup.replace('=U', '=U%26x')),
  one('JSON of one element', begin, cause('["busy"]'), end.replace('duration=60', 'duration=[61]')),
];

const values: Sequence[] = [
  ...['SIP/101-1', 'PJSIP/102-00000001', 'SIP/trunk/101-1', 'SIP/0101-1', 'Local/101@from-1', 'SIP', '', 'SIP/101'].map(
    (channel) => one(`channel "${channel}"`, by(channel)),
  ),
  one('channel missing', begin.replace('&channel=SIP/trunk-00000001', '')),
  one('outbound without a channel', out.replace('channel=SIP/101-00000001', '')),
  one('outbound, channel of another', out.replace('SIP/101', 'SIP/102')),
  one('outbound, number in callerId', by('SIP/101-1').replace('callerIdNumber=84951112277', 'callerId=84951112277')),
  one('outbound, number nowhere', by('SIP/101-1').replace('callerIdNumber=84951112277&', '')),
  one('outbound, caller 0', by('SIP/101-1').replace('84951112277', '0&callerId=84951112277')),
  one('outbound to an address', to('84951112277@example'), to('sip:101')),
  ...['0', '', 'anonymous', '%2b101', '0101', ' 101', '102 '].map((number) => one(`caller "${number}"`, from(number))),
  one('caller missing', begin.replace('callerIdNumber=84951112277&', '')),
  one('caller is a user by his mobile', from('79031230103'), answer),
  one('caller is an inactive user', from('105')),
  ...[
    '74951112277',
    '4951112277',
    '7 (495) 111-22-77',
    '%2b7 (495) 111-22-77',
    '%2b79035551234',
    '89035551234',
    '9035551234',
    '223344',
    '8495',
    '7',
    '77',
    '8123334455',
    '499111227',
  ].map((number) => one(`customer by ${number}`, from(number))),
  one('nobody is preferred', to('78123334455'), out.replaceAll('101', '102').replace('84951112277', '78123334455')),
  ...['2026/11/20 10:00:00', '2026-11-20T10:00:00Z', '2026-11-20 10:00:00.999', '2026-11-20', '1795241771'].map(
    (time) => one(`StartTime ${time}`, at(time)),
  ),
  ...['', 'garbage', '2026-02-31 10:00:00', '2026-11-20 25:00:00'].map((time) => one(`StartTime "${time}"`, at(time))),
  one('StartTime missing', begin.replace('&StartTime=NOW', '')),
  ...['61.7', '-5', '00:01:00', '', '1e3', '99999999999', ' 7 '].map((duration) =>
    one(`duration "${duration}"`, begin, end.replace('duration=60', `duration=${duration}`)),
  ),
  ...['User busy', 'Call Rejected', 'no-answer', 'User alerting, no answer', 'Answered elsewhere', 'ringing'].map(
    (text) => one(`cause ${text}`, begin, end, cause(text)),
  ),
  ...['null', '', '0', 'normal clearing', 'Normal Clearing&HangupCause=NO ANSWER'].map((text) =>
    one(`cause "${text}"`, begin, end, cause(text)),
  ),
  one('cause missing', begin, 'Hangup callUUID=U'),
  one('hangup with its own end', begin, `${hangup}&EndTime=2026-11-20 10:02:00&Duration=7`),
  one('hangup with its own end and no seconds', begin, `${hangup}&EndTime=2026-11-20 10:02:00&Duration=0`),
  one('hangup with half an end', begin, `${hangup}&EndTime=2026-11-20 10:02:00`),
];

/** Calls as vTiger's own PBXManager is told of them, and what else it might be told. */
export const vanillaSequences: readonly Sequence[] = [...whole, ...odd, ...values];
