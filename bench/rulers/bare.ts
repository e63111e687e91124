import AsteriskManager from 'asterisk-manager';
import { Pool } from 'undici';

/**
 * The ruler: what asterisk-manager and undici take for the same load, in a loop that keeps nothing, repeats nothing, and knows
 * no transfers, queues or gaps. `node bare.js AMI_PORT CRM_URL CONNECTIONS`; it tells the CRM as many callbacks in as many words.
 */
const [port, address = '', connections] = process.argv.slice(2);
const url = new URL(address);
const pool = new Pool(url.origin, { connections: Number(connections) });
const token = 'abracadabra';

type Headers = Readonly<Record<string, string>>;

/** Users whose phones ring or call, by channel; and the calls that were answered. */
const users = new Map<
  string,
  { readonly id: string; readonly user: string; readonly party: string; readonly at: number }
>();
const answered = new Set<string>();

async function tell(params: Record<string, string>): Promise<void> {
  const body = new URLSearchParams({ ...params, vtigersignature: token }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await pool.request({ method: 'POST', path: url.pathname, headers, body });
  await response.body.text();
}

const userOf = (channel = '') => /^(?:PJSIP|SIP)\/(\d{2,6})-/.exec(channel)?.[1];
const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

async function dialled(event: Headers): Promise<void> {
  const { linkedid, channel, destchannel, calleridnum = '', destcalleridnum = '' } = event;
  const callee = userOf(destchannel);
  const user = callee ?? userOf(channel);
  if (user === undefined) return;
  const id = `${callee === undefined ? linkedid : event['destlinkedid']}-${user}`;
  const party = callee === undefined ? destcalleridnum : calleridnum;
  users.set((callee === undefined ? event['uniqueid'] : event['destuniqueid']) ?? '', {
    id,
    user,
    party,
    at: Date.now(),
  });
  const [callerIdNumber, dialString] = callee === undefined ? [user, party] : [party, user];
  const StartTime = time(Date.now());
  await tell({ callstatus: 'DialBegin', callUUID: id, callerIdNumber, dialString, StartTime, connectedLineName: '' });
}

async function entered(event: Headers): Promise<void> {
  const part = users.get(event['uniqueid'] ?? '');
  if (part === undefined || answered.has(part.id)) return;
  answered.add(part.id);
  await tell({ callstatus: 'DialAnswer', callUUID: part.id, callerid1: part.party, callerid2: part.user });
}

async function hungUp(event: Headers): Promise<void> {
  const part = users.get(event['uniqueid'] ?? '');
  if (part === undefined) return;
  users.delete(event['uniqueid'] ?? '');
  answered.delete(part.id);
  const duration = String(Math.round((Date.now() - part.at) / 1000));
  const EndTime = time(Date.now());
  for (const callerIdNum of [part.user, part.party])
    await tell({
      callstatus: 'Hangup',
      callUUID: part.id,
      callerIdNum,
      causetxt: 'Normal Clearing',
      EndTime,
      Duration: duration,
    });
  const times = { starttime: time(part.at), endtime: EndTime, duration, billableseconds: duration };
  await tell({ callstatus: 'EndCall', callUUID: part.id, ...times });
}

const handlers: Readonly<Record<string, (event: Headers) => Promise<void>>> = {
  DialBegin: dialled,
  BridgeEnter: entered,
  Hangup: hungUp,
};

const ami = new AsteriskManager(null, '127.0.0.1', 'vtiger', 'correct horse', true);
ami.on('managerevent', (event: unknown) => {
  const headers = event as Headers;
  void handlers[headers['event'] ?? '']?.(headers);
});
ami.connect(Number(port), '127.0.0.1', () => ami.login(() => {}));
