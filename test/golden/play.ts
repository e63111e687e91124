import type { CallEvent, Talk } from '../../src/call/call-event.ts';
import type { Rules } from '../../src/call/classify.ts';
import type { Linkedid } from '../../src/call/ids.ts';
import { createState, type TrackerState } from '../../src/call/state.ts';
import type { Callback } from '../../src/crm/callback.ts';
import type { Dialect } from '../../src/crm/dialect.ts';
import { salesPlatform } from '../../src/crm/salesplatform.ts';
import { createFlow } from '../../src/flow.ts';
import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import { rules } from '../call/office.ts';
import { officeUsers } from '../doubles/fake-crm.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type Heard, openEar } from './hear.ts';
import { loadTruth, type Truth } from './truth.ts';

export const timeZone = 'Europe/Moscow';
/** The office's, and those of its like with whom a stream is mixed. */
const crmUsers = officeUsers.flatMap((user) => [
  user,
  { id: user.id + 100, name: `${user.name} of the others`, extension: user.extension.replace(/^1/, '2') },
]);
const token = 'abracadabra';

export interface Played {
  readonly state: TrackerState;
  readonly events: readonly CallEvent[];
  readonly callbacks: readonly Callback[];
  readonly crm: PbxManager;
  readonly vanilla: PbxManager;
}

export async function playCapture(folder: string): Promise<Played> {
  const ear = await openEar();
  try {
    return play(await ear.hear(folder), await loadTruth(folder));
  } finally {
    await ear.close();
  }
}

/** What comes after a stream, before the calls are looked at: a click waits longest, and then its call for late events. */
const longAfterMs = [100_000, 105_000];

/** The connector's middle and a CRM behind it, in the time of the capture. */
export function play(heard: readonly Heard[], truth: Pick<Truth, 'recordings'>, more: Partial<Rules> = {}): Played {
  const state = createState({ ...rules, ...more });
  const side = crmSide(salesPlatform({ timeZone, isExtension: (text) => rules.extensionPattern.test(text) }));
  const events: CallEvent[] = [];
  const commit = (change: { events: readonly CallEvent[]; callbacks: readonly Callback[] }) => {
    events.push(...change.events);
    side.tell(change.callbacks);
  };
  const flow = createFlow(state, () => side.dialect, commit, rememberingLog());
  for (const { input, at } of heard) {
    side.now = at;
    flow(input, at);
    flow({ kind: 'tick' }, at);
  }
  const end = side.now;
  for (const later of longAfterMs) {
    side.now = end + later;
    flow({ kind: 'tick' }, side.now);
  }
  side.tell(announcements(events, truth).flatMap(({ talk, path }) => side.announce(talk, path)));
  const vanilla = new PbxManager({ users: crmUsers, customers: [], token, timeZone, now: () => side.now });
  return { state, events, callbacks: side.callbacks, crm: side.crm, vanilla };
}

/** A CRM, and the callbacks that it was told. */
function crmSide(dialect: Dialect) {
  const side = { now: 0, dialect, callbacks: [] as Callback[] };
  const crm = new PbxManager({ users: crmUsers, customers: [], token, timeZone, now: () => side.now });
  return Object.assign(side, {
    crm,
    tell(callbacks: readonly Callback[]) {
      side.callbacks.push(...callbacks);
      for (const { params } of callbacks) crm.receive({ ...params, vtigersignature: token });
    },
    announce: (talk: Talk, path: string) =>
      dialect.recording(talk, `http://pbx:5000/recording?id=${path.split('/').at(-1)}`, path),
  });
}

interface Announcement {
  readonly talk: Talk;
  readonly path: string;
}

/** A file that begins as somebody leaves holds nothing of him: what comes after a transfer is recorded into another one. */
const briefestMs = 500;

/**
 * What the recordings' part announces: to each who talked, the file with sound that was begun latest before his talk ended,
 * unless a later call wrote into it.
 */
function announcements(events: readonly CallEvent[], { recordings }: Pick<Truth, 'recordings'>): Announcement[] {
  const sounding = new Set(recordings.filter(({ bytes }) => (bytes ?? 0) > 44).map(({ path }) => path));
  const files = events.filter((event) => event.kind === 'recorded').filter(({ path }) => sounding.has(path));
  const lastCall = new Map<string, Linkedid>(files.map(({ path, call }) => [path, call]));
  const closed = events.filter((event) => event.kind === 'closed');
  return closed.flatMap(({ call, talked }) => {
    const own = files.filter((file) => file.call === call && lastCall.get(file.path) === call);
    return talked.flatMap((talk) => {
      const file = own.findLast(({ at }) => at < talk.until - briefestMs) ?? own[0];
      return file === undefined ? [] : [{ talk, path: file.path }];
    });
  });
}
