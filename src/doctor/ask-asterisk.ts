import { once } from 'node:events';
import { connect } from 'node:net';
import type { ActionResult, AmiAction, SendOptions } from '../ami/action.ts';
import { Connection } from '../ami/connection.ts';
import type { Packet } from '../ami/packet.ts';
import { allowedActions, isShownCalls } from '../ami/rights.ts';
import type { Clock } from '../clock.ts';
import type { AmiSeen, AsteriskSeen, Device, DialplanStep, Greeting } from './asterisk-seen.ts';
import { mixMonitors, unknownVariables } from './mix-monitor.ts';
import { asked, classesOf } from './questions.ts';

export interface AsteriskQuestions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
  /** Of the settings: whether there are such contexts and numbers. */
  readonly variables: readonly string[];
}

const greetingMs = 3_000;
const loginTimeoutMs = 10_000;
const actionTimeoutMs = 5_000;
/** A large dialplan is some ten thousand steps. */
const listMs = 20_000;
const probeMs = 5_000;
/** More are not asked for one by one. */
const mostVariables = 20;

/**
 * Asks Asterisk, with a login of its own beside the connector's, what the checks need to know. Nothing is changed and no call is
 * touched. Never rejects.
 */
export async function askAsterisk(questions: AsteriskQuestions, clock: Clock): Promise<AmiSeen> {
  const greeting = await greetingOf(questions);
  if (greeting.kind !== 'greeted' || !greeting.line.startsWith('Asterisk Call Manager/'))
    return { greeting, login: null, asterisk: null };
  const connection = new Connection(
    { ...questions, loginTimeoutMs, actionTimeoutMs },
    { clock, onPacket: () => {}, onClosed: () => {} },
  );
  const login = await connection.open();
  if (login.kind !== 'in') return { greeting, login, asterisk: null };
  try {
    const asterisk = await askLoggedIn((...of) => connection.send(...of), questions, clock);
    return { greeting, login, asterisk };
  } finally {
    await connection.send({ Action: 'Logoff' }, { timeoutMs: 500 });
    connection.close('asked');
  }
}

/** The first line, which comes before anything is sent. */
async function greetingOf({ host, port }: AsteriskQuestions): Promise<Greeting> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(greetingMs) });
    const [first] = await once(socket, 'data', { signal: AbortSignal.timeout(greetingMs) });
    return { kind: 'greeted', line: String(first).split(/\r?\n/, 1)[0] ?? '' };
  } catch (fault) {
    if (!socket.connecting && isTimeout(fault)) return { kind: 'silent' };
    const { code = '', message } = fault as NodeJS.ErrnoException;
    const why = isTimeout(fault) ? `no connection within ${greetingMs / 1000} s` : message || code;
    return { kind: 'unreached', why, isAbsent: code === 'ECONNREFUSED' };
  } finally {
    socket.on('error', () => {});
    socket.destroy();
  }
}

const isTimeout = (fault: unknown) =>
  (fault as Error).name === 'AbortError' || (fault as Error).name === 'TimeoutError';

type Send = (action: AmiAction, options?: SendOptions) => Promise<ActionResult>;

async function askLoggedIn(send: Send, questions: AsteriskQuestions, clock: Clock): Promise<AsteriskSeen> {
  // What happens on the PBX is of no interest here. Lists come all the same, as answers do.
  await send({ Action: 'Events', EventMask: 'off' });
  const actions = (await allowedActions(send)) ?? new Set<string>();
  const may = (name: string) => actions.has(name.toLowerCase());
  const core = may('CoreSettings') ? answerOf(await send({ Action: 'CoreSettings' })) : null;
  const dialplan = may('ShowDialPlan') ? await dialplanOf(send) : null;
  const values = may('Getvar') ? await valuesOf(send, questions, dialplan) : new Map<string, string>();
  return {
    actions,
    core,
    values,
    dialplan,
    devices: await devicesOf(send, may),
    isShownCalls: await shownCalls(send, may, values, questions.username),
    aheadMs: may('Getvar') ? await aheadOf(send, clock) : null,
  };
}

const answerOf = (result: ActionResult): Packet | null => (result.kind === 'answered' ? result.response : null);

async function valuesOf(
  send: Send,
  { username, variables }: AsteriskQuestions,
  dialplan: readonly DialplanStep[] | null,
): Promise<Map<string, string>> {
  const classes = (['read', 'write'] as const).map((kind) => classesOf(username, kind)).filter((name) => name !== null);
  const values = new Map<string, string>();
  for (const name of [...Object.values(asked), ...classes, ...variables]) await askValue(send, name, values);
  // MixMonitor's folder may be a global variable, even one that holds another.
  for (let depth = 0; depth < 2; depth += 1) {
    const unknown = unknownVariables(mixMonitors(dialplan ?? [], values)).slice(0, mostVariables);
    for (const name of unknown) await askValue(send, name, values);
  }
  return values;
}

async function askValue(send: Send, name: string, values: Map<string, string>): Promise<void> {
  const answer = answerOf(await send({ Action: 'Getvar', Variable: name }));
  const value = answer?.get('value');
  if (value !== undefined) values.set(name, value);
}

/** Half of the way there and back is taken for the way there; EPOCH is in whole seconds. */
async function aheadOf(send: Send, clock: Clock): Promise<number | null> {
  const before = clock.now();
  const epoch = Number(answerOf(await send({ Action: 'Getvar', Variable: 'EPOCH' }))?.get('value') || Number.NaN);
  return Number.isNaN(epoch) ? null : Math.round(epoch * 1000 + 500 - (before + clock.now()) / 2);
}

async function listed(send: Send, action: AmiAction, event: string, end: string): Promise<readonly Packet[] | null> {
  const until = (packet: Packet) => packet.get('event')?.toLowerCase() === end.toLowerCase();
  const result = await send(action, { timeoutMs: listMs, until });
  if (result.kind !== 'answered') return null;
  return result.events.filter((packet) => packet.get('event')?.toLowerCase() === event.toLowerCase());
}

async function dialplanOf(send: Send): Promise<DialplanStep[] | null> {
  const steps = await listed(send, { Action: 'ShowDialPlan' }, 'ListDialplan', 'ShowDialPlanComplete');
  // Includes and switches are listed as well, without an application.
  return (
    (steps ?? null)?.flatMap((step) => {
      const application = step.get('application') ?? '';
      const [context = '', exten = ''] = [step.get('context'), step.get('extension')];
      return application === '' ? [] : [{ context, exten, application, arguments: step.get('appdata') ?? '' }];
    }) ?? null
  );
}

/** chan_sip's phones have a list of their own; the states of all drivers' are another, of those that were asked for before. */
async function devicesOf(send: Send, may: (name: string) => boolean): Promise<Device[] | null> {
  const states = may('DeviceStateList')
    ? await listed(send, { Action: 'DeviceStateList' }, 'DeviceStateChange', 'DeviceStateListComplete')
    : null;
  const peers = may('SIPpeers') ? await listed(send, { Action: 'SIPpeers' }, 'PeerEntry', 'PeerlistComplete') : null;
  if (states === null && peers === null) return null;
  return [...(states ?? []).flatMap(deviceOf), ...(peers ?? []).flatMap(peerOf)];
}

function deviceOf(event: Packet): Device[] {
  const [, technology, name] = /^(PJSIP|SIP|IAX2|DAHDI)\/([^/@]+)$/.exec(event.get('device') ?? '') ?? [];
  if (technology === undefined || name === undefined) return [];
  return [{ technology, name, isThere: event.get('state') !== 'UNAVAILABLE' && event.get('state') !== 'INVALID' }];
}

function peerOf(event: Packet): Device[] {
  const name = event.get('objectname') ?? '';
  return name === '' ? [] : [{ technology: 'SIP', name, isThere: event.get('ipaddress') !== '-none-' }];
}

/** Only where no file tells: it leaves a line in Asterisk's log. */
async function shownCalls(
  send: Send,
  may: (name: string) => boolean,
  values: ReadonlyMap<string, string>,
  username: string,
): Promise<boolean | null> {
  const question = classesOf(username, 'read');
  if (question !== null && (values.get(question) ?? '') !== '') return null;
  if (!may('Originate')) return null;
  await send({ Action: 'Events', EventMask: 'call' });
  return isShownCalls(send, probeMs);
}
