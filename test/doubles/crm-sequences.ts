/** `callstatus` and its parameters, as a query; `U` stands for the sequence's own callUUID, `NOW` for the CRM's time. */
export interface Sequence {
  readonly name: string;
  readonly callbacks: readonly string[];
  /** The CRM's own clock has its part in the outcome. */
  readonly timed?: true;
}

const begin = 'DialBegin callUUID=U&callerIdNumber=84951112277&dialString=101&StartTime=NOW&connectedLineName=Main';
const answer = 'DialAnswer callUUID=U&callerid1=84951112277&callerid2=101';
const end =
  'EndCall callUUID=U&callerNumber=101&starttime=2026-11-20 10:00:00&endtime=2026-11-20 10:01:00&duration=60&billableseconds=50';
const record = 'Record callUUID=U&callerNumber=101&recordinglink=http://pbx:5000/recording?id=U';
const hangup = 'Hangup callUUID=U&callerIdNum=101&causetxt=Normal Clearing';

const from = (number: string) => begin.replace('84951112277', number);
const to = (dialString: string) => begin.replace('dialString=101', `dialString=${dialString}`);
const at = (startTime: string) => begin.replace('NOW', startTime);
const line = (name: string) => begin.replace('Main', name);
const cause = (text: string) => hangup.replace('Normal Clearing', text);
const long = (length: number) => 'abcdefghij'.repeat(Math.ceil(length / 10)).slice(0, length);

const one = (name: string, ...callbacks: string[]): Sequence => ({ name, callbacks });
const timed = (name: string, ...callbacks: string[]): Sequence => ({ name, callbacks, timed: true });

const whole: Sequence[] = [
  one('inbound, answered, recorded', begin, answer, end, record, hangup),
  timed('inbound, missed', begin, cause('no-answer')),
  one(
    'rung at two, answered by the second',
    begin,
    to('102'),
    'DialAnswer callUUID=U&callerid1=84951112277&callerid2=102',
    `${cause('no-answer')}&EndTime=2026-11-20 10:00:20&Duration=20`,
    end.replace('=101', '=102'),
    record.replace('=101', '=102'),
    hangup.replace('=101', '=102'),
  ),
  one(
    'outbound',
    'DialBegin callUUID=U&callerIdNumber=101&dialString=84951112277&StartTime=NOW',
    'DialAnswer callUUID=U&callerid1=101&callerid2=84951112277',
    end,
    record,
    hangup,
  ),
  one('internal', from('102'), 'DialAnswer callUUID=U&callerid1=102&callerid2=101', end, end.replace('=101', '=102')),
  one('transfer within one callUUID', begin, answer, to('102'), end, hangup, end.replace('=101', '=102')),
  one('StartApp, outbound', 'StartApp callUUID=U&callerIdNumber=101&callerIdName=84951112277&channel=SIP/101-00000001'),
  one('StartApp by the channel', 'StartApp callUUID=U&callerIdNumber=84951112277&channel=SIP/102-1&StartTime=NOW'),
  one('StartApp, inbound', 'StartApp callUUID=U&callerIdNumber=84951112277&channel=SIP/trunk-00000001&StartTime=NOW'),
];

const odd: Sequence[] = [
  one('hangup before begin', hangup, begin),
  one('answer after hangup', begin, end, hangup, answer),
  one('begin again after the end', begin, answer, end, record, hangup, from('79035551234')),
  one('begin again from nobody known', begin, from('555')),
  timed('end after hangup', begin, hangup, end),
  one('record twice', begin, record, record.replace('id=U', 'id=other')),
  timed('hangup twice', begin, cause('busy'), cause('no-answer')),
  one('end without anything', begin, 'EndCall callUUID=U&callerNumber=101'),
  one('end of an unknown user is all rows', begin, to('102'), end.replace('=101', '=999')),
  one('end of no user is all rows', begin, to('102'), end.replace('callerNumber=101&', '')),
  one('record of an unknown user is all rows', begin, to('102'), record.replace('=101', '=999')),
  one('unknown callUUID', begin, hangup.replace('callUUID=U', 'callUUID=none')),
  one('unknown user', begin, to('999'), answer.replaceAll('=101', '=999'), hangup.replace('=101', '=999')),
  one('unknown callstatus', begin, hangup.replace('Hangup', 'hangup'), hangup.replace('Hangup', 'Bridge')),
  one(
    'names are case-sensitive',
    begin,
    hangup.replace('callerIdNum', 'calleridnum'),
    begin.replace('=U', '=U2').replace('StartTime', 'starttime'),
  ),
  one('callUUID in other letters', begin.replace('=U', '=U-abc'), answer.replace('=U', '=U-ABC')),
  one('callUUID of 101 characters', begin.replace('=U', `=U-${long(101)}`), hangup.replace('=U', `=U-${long(101)}`)),
  one('callUUID with an ampersand', ...[begin, begin, hangup].map((text) => text.replace('=U', '=U%26x'))),
  one('long link', begin, record.replace('id=U', `id=${long(250)}`)),
  one('long number', from(`9${'0'.repeat(120)}`)),
  one('long line', line(long(120))),
  one('line name of all that is allowed', line('Линия 1 (Sales), a.b:c;d %2b7*#/@-')),
  one('line name with an ampersand and quotes', line('A %26 B "C" O\'Neil')),
  one('line name beyond the basic plane', line('Main 😀')),
  one('bracket that is no JSON', line('[Sales]'), line('[').replace('=U', '=U2')),
  // More elements than one, or none, would leave a transaction open, and every later sequence hanging.
  one(
    'JSON of one element',
    from('["84951112277"]').replace('dialString=101', 'dialString=[101]'),
    line('{"a":"Main"}'),
  ),
  one('nobody’s number', from('anonymous'), from('anonymous').replace('101', '102')),
];

const values: Sequence[] = [
  ...['101', 'SIP/101', 'SIP/trunk/101', '101@vtiger', 'SIP/101@vtiger', 'Local/101@vtiger/n', 'SIP/101%26SIP/102'].map(
    (dialString) => one(`dialString ${dialString}`, to(dialString)),
  ),
  ...['101', '%2b101', '0101', ' 101', '101.0', '0', '', '102 '].map((number) =>
    one(`caller "${number}" to 101`, from(number)),
  ),
  one('caller is a user by his mobile', from('79031230103'), answer, hangup),
  one('inactive user', to('105'), hangup.replace('=101', '=105')),
  ...['74951112277', '4951112277', '%2b7 (495) 111-22-77', '0074951112277', '951112277', '223344', '89035551234'].map(
    (number) => one(`customer by ${number}`, from(number)),
  ),
  one('customer of the rung user is preferred', from('88123334455'), from('88123334455').replace('=101', '=102')),
  one('StartApp prefers nobody', 'StartApp callUUID=U&callerIdNumber=102&callerIdName=88123334455&channel=SIP/102-1'),
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
  one('hangup with its own end', begin, `${hangup}&EndTime=2026-11-20 10:02:00&Duration=7`),
  timed('hangup with its own end and no seconds', begin, `${hangup}&EndTime=2026-11-20 10:02:00&Duration=0`),
  timed('hangup with half an end', begin, `${hangup}&EndTime=2026-11-20 10:02:00`),
  one('hangup after an end of zero', begin, 'EndCall callUUID=U&callerNumber=101', hangup),
  timed('hangup of a row that began in the future', at('2037-01-01 00:00:00'), hangup),
  timed('hangup of a row whose start is zero', at('garbage'), hangup),
  one('hangup of a row without a start', at(''), hangup),
];

/** What PBXManager does with each, one after another, is in test/doubles/crm-parity.test.ts compared with a real one. */
export const sequences: readonly Sequence[] = [...whole, ...odd, ...values];

/** The form parameters of one callback of a sequence. */
export function paramsOf(callback: string, callUUID: string, now: string): Record<string, string> {
  const blank = callback.indexOf(' ');
  const query = callback.slice(blank + 1).replace(/\bNOW\b/, now);
  const params = Object.fromEntries(new URLSearchParams(query.replaceAll(' ', '%20')));
  for (const name of ['callUUID', 'recordinglink'])
    if (params[name] !== undefined) params[name] = params[name].replace(/\bU/, callUUID);
  return { callstatus: callback.slice(0, blank), ...params };
}
