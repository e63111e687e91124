import type { AmiClient, ReceivedAction } from './ami-client.ts';
import type { AmiServer } from './ami-server.ts';

export type ActionHandler = (action: ReceivedAction, client: AmiClient, server: AmiServer) => void;

/** The actions that the server understands, answered in the words of Asterisk 22. */
export const builtInAnswers: ReadonlyMap<string, ActionHandler> = new Map<string, ActionHandler>([
  ['login', logIn],
  ['logoff', logOff],
  ['ping', (action, client) => client.answer(action, { Ping: 'Pong', Timestamp: String(Date.now() / 1000) })],
  ['events', setMask],
  ['filter', addFilter],
  ['listcommands', listCommands],
  ['coreshowchannels', listChannels],
  ['getvar', getVariable],
  ['originate', originate],
]);

/** Asterisk lets a refused client wait for so long before it hangs up. */
const refusedMs = 1000;

function logIn(action: ReceivedAction, client: AmiClient, server: AmiServer): void {
  const user = server.users.find((one) => one.name === action.get('username') && one.secret === action.get('secret'));
  if (user === undefined) {
    client.refuse(action, 'Authentication failed');
    setTimeout(() => client.end(), refusedMs).unref();
    return;
  }
  client.user = user;
  client.answer(action, { Message: 'Authentication accepted' });
  if (user.read?.includes('system') ?? true)
    client.packet({ Event: 'FullyBooted', Privilege: 'system,all', Uptime: '60', Status: 'Fully Booted' });
}

function logOff(action: ReceivedAction, client: AmiClient): void {
  client.answer(action, { Response: 'Goodbye', Message: 'Thanks for all the fish.' });
  client.end();
}

function setMask(action: ReceivedAction, client: AmiClient): void {
  const mask = action.get('eventmask') ?? '';
  if (mask === 'on' || mask === 'all') client.mask = null;
  else client.mask = new Set(mask === 'off' ? [] : mask.split(','));
  client.answer(action, { Events: mask === 'off' ? 'Off' : 'On' });
}

function addFilter(action: ReceivedAction, client: AmiClient): void {
  client.filters.push(action.get('filter') ?? '');
  client.answer(action, { Message: 'Success' });
}

function listCommands(action: ReceivedAction, client: AmiClient): void {
  const names = [...builtInAnswers.keys()].filter((name) => mayUse(client, name));
  client.answer(action, Object.fromEntries(names.map((name) => [name, 'an action  (Priv: <none>)'])));
}

const mayUse = ({ user }: AmiClient, name: string) =>
  user?.actions === undefined || user.actions.some((one) => one.toLowerCase() === name);

function listChannels(action: ReceivedAction, client: AmiClient, server: AmiServer): void {
  client.answer(action, { EventList: 'start', Message: 'Channels will follow' });
  for (const channel of server.channels) client.listed(action, 'CoreShowChannel', channel);
  client.listed(action, 'CoreShowChannelsComplete', {
    EventList: 'Complete',
    ListItems: String(server.channels.length),
  });
}

/** Knows the state of PJSIP phones only, and takes each for one that is there. */
function getVariable(action: ReceivedAction, client: AmiClient): void {
  const variable = action.get('variable') ?? '';
  const state = variable.startsWith('DEVICE_STATE(PJSIP/') ? 'NOT_INUSE' : 'INVALID';
  client.answer(action, { Variable: variable, Value: variable.startsWith('DEVICE_STATE(') ? state : '' });
}

function originate(action: ReceivedAction, client: AmiClient, server: AmiServer): void {
  const channel = action.get('channel') ?? '';
  if (!/^(PJSIP|SIP|Local|IAX2|DAHDI)\//.test(channel)) return failOriginate(action, client, channel);
  const verdict = server.onOriginate(action);
  if (!verdict.accept) return client.refuse(action, verdict.message);
  client.answer(action, { Message: 'Originate successfully queued' });
  verdict.after?.();
}

/** As Asterisk does with a technology that it does not have: Success, and the failure as an event. */
function failOriginate(action: ReceivedAction, client: AmiClient, channel: string): void {
  client.answer(action, { Message: 'Originate successfully queued' });
  const event = { Event: 'OriginateResponse', Privilege: 'call,all', ActionID: action.get('actionid') ?? '' };
  if (!client.mayRead('Privilege: call,all')) return;
  client.packet({ ...event, Response: 'Failure', Channel: channel, Reason: '0', Uniqueid: '<unknown>' });
}
