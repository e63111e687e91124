import { readFile } from 'node:fs/promises';
import { createAmiLink, linkDefaults } from '../../src/ami/link.ts';
import type { Input } from '../../src/call/ami-event.ts';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Extension, Uniqueid } from '../../src/call/ids.ts';
import { createState, type TrackerState } from '../../src/call/state.ts';
import { systemClock } from '../../src/clock.ts';
import type { Callback } from '../../src/crm/callback.ts';
import { salesPlatform } from '../../src/crm/salesplatform.ts';
import { createFlow } from '../../src/flow.ts';
import { AmiServer } from '../../src/tools/demo/ami-server.ts';
import { type Capture, chunksOf, loadCapture } from '../../src/tools/demo/capture.ts';
import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import { rules } from '../call/office.ts';
import { officeUsers } from '../doubles/fake-crm.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import type { Truth } from './truth.ts';

export const timeZone = 'Europe/Moscow';
const token = 'abracadabra';

export interface Played {
  readonly state: TrackerState;
  readonly events: readonly CallEvent[];
  readonly callbacks: readonly Callback[];
  readonly crm: PbxManager;
}

export async function loadTruth(folder: string): Promise<Truth> {
  return JSON.parse(await readFile(`${folder}/truth.json`, 'utf8')) as Truth;
}

/** Plays a capture's bytes in odd pieces over a real socket, through the link, the core and the dialect, into a CRM. */
export async function playCapture(folder: string): Promise<Played> {
  const truth = await loadTruth(folder);
  const capture = await loadCapture(folder);
  const played = createOffice(truth);
  const server = await AmiServer.start({ port: 0, users: [{ name: 'vtiger', secret: 'secret' }] });
  let isUp = () => {};
  const up = new Promise<void>((resolve) => {
    isUp = resolve;
  });
  const link = createAmiLink(
    { ...linkDefaults, host: '127.0.0.1', port: server.port, username: 'vtiger', secret: 'secret' },
    {
      clock: { ...systemClock, after: systemClock.after, now: () => played.now },
      log: rememberingLog(),
      onInput: (event) => played.take(event, played.now),
      onUp: isUp,
      onDown: () => {},
    },
  );
  link.start();
  await up;
  played.click();
  for (const { atMs, packets } of moments(capture)) {
    played.moveTo(atMs);
    for (const chunk of chunksOf(packets, 'odd')) server.send(chunk.bytes);
    // Its answer comes behind the events: they have all been taken.
    await link.send({ Action: 'Ping' });
  }
  await link.stop();
  await server.stop();
  played.finish();
  return played;
}

function* moments(capture: Capture): Generator<{ atMs: number; packets: Capture }> {
  for (const atMs of new Set(capture.map((packet) => packet.atMs)))
    yield { atMs, packets: capture.filter((packet) => packet.atMs === atMs) };
}

/** The connector's middle and a CRM behind it, in the time of the capture. */
function createOffice(truth: Truth) {
  const connectedAt = (truth.ami_sent_by_vtiger_user[0]?.t ?? 0) * 1000;
  const state = createState(rules);
  const dialect = salesPlatform({ timeZone, isExtension: (text) => rules.extensionPattern.test(text) });
  const office = { now: connectedAt, events: [] as CallEvent[], callbacks: [] as Callback[] };
  const crm = new PbxManager({ users: officeUsers, customers: [], token, timeZone, now: () => office.now });
  const tell = (callbacks: readonly Callback[]) => {
    office.callbacks.push(...callbacks);
    for (const { params } of callbacks) crm.receive({ ...params, vtigersignature: token });
  };
  const commit = (change: { events: readonly CallEvent[]; callbacks: readonly Callback[] }) => {
    office.events.push(...change.events);
    tell(change.callbacks);
    for (const event of change.events)
      if (event.kind === 'closed') tell(recordings(office.events, event, truth, dialect));
  };
  const flow = createFlow(state, () => dialect, commit, rememberingLog());
  const take = (input: Input, at: number) => {
    flow(input, at);
    flow({ kind: 'tick' }, at);
  };
  return Object.assign(office, {
    state,
    crm,
    take,
    moveTo: (atMs: number) => {
      office.now = connectedAt + atMs;
    },
    click: () => clickOf(truth, (input, at) => take(input, at)),
    finish: () => take({ kind: 'tick' }, office.now + 120_000),
  });
}

/** The click that was placed on the capturing connection. Its channel had no id of ours. */
function clickOf(truth: Truth, take: (input: Input, at: number) => void): void {
  const sent = truth.ami_sent_by_vtiger_user.find(({ action }) => action[0] === 'Action: Originate');
  if (sent === undefined) return;
  const header = (name: string) =>
    sent.action.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
  const extension = header('Channel').split('/')[1] as Extension;
  const click = { kind: 'click', actionId: header('ActionID'), uniqueid: 'c2c-test' as Uniqueid } as const;
  take({ ...click, extension, number: header('Exten') }, sent.t * 1000);
}

/** What the recordings' part announces: files of the call that hold sound, as the truth knows them. */
function recordings(
  events: readonly CallEvent[],
  closed: Extract<CallEvent, { kind: 'closed' }>,
  truth: Truth,
  dialect: ReturnType<typeof salesPlatform>,
): Callback[] {
  const paths = events.flatMap((event) =>
    event.kind === 'recorded' && event.call === closed.call ? [event.path] : [],
  );
  const sounding = paths.filter((path) => truth.recordings.some((file) => file.path === path && file.bytes > 44));
  return sounding.flatMap((path) =>
    closed.talked.flatMap((leg) =>
      dialect.recording(leg, `http://pbx:5000/recording?id=${path.split('/').at(-1)}`, path),
    ),
  );
}
