import type { CallEvent } from '../../src/call/call-event.ts';
import type { Rules } from '../../src/call/classify.ts';
import { createState, type TrackerState } from '../../src/call/state.ts';
import type { Callback } from '../../src/crm/callback.ts';
import type { Dialect, DialectSettings } from '../../src/crm/dialect.ts';
import { salesPlatform } from '../../src/crm/salesplatform.ts';
import { shieldNumber } from '../../src/crm/shield.ts';
import { vanilla } from '../../src/crm/vanilla.ts';
import { createFlow } from '../../src/flow.ts';
import { createNumbers } from '../../src/numbers/numbers.ts';
import { type Mode, PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { rules } from '../call/office.ts';
import { officeUsers } from '../doubles/fake-crm.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { announcements } from './announced.ts';
import { type Heard, openEar } from './hear.ts';
import { type Span, watchPopups } from './popups.ts';
import { loadTruth, type Truth } from './truth.ts';

export const timeZone = 'Europe/Moscow';
const token = 'abracadabra';

/** The office's, and those of its like with whom a stream is mixed. */
const crmUsers = officeUsers.flatMap((user) => [
  user,
  { id: user.id + 100, name: `${user.name} of the others`, extension: user.extension.replace(/^1/, '2') },
]);

export interface Played {
  readonly state: TrackerState;
  readonly events: readonly CallEvent[];
  readonly salesPlatform: Side;
  readonly vanilla: Side;
}

/** A CRM, and the callbacks that it was told. */
export interface Side {
  readonly crm: PbxManager;
  readonly callbacks: readonly Callback[];
  /** When its users had popups. */
  readonly popups: readonly Span[];
}

export async function playCapture(folder: string): Promise<Played> {
  const ear = await openEar();
  try {
    return play(await ear.hear(folder), await loadTruth(folder));
  } finally {
    await ear.close();
  }
}

/** As the service does. */
const tickMs = 250;

/** What comes after a stream, before the calls are looked at: a click waits longest, and then its call for late events. */
const longAfterMs = [100_000, 105_000];

/** The connector's middle with a CRM of either kind behind it, in the time of the capture. */
export function play(heard: readonly Heard[], truth: Pick<Truth, 'recordings'>, more: Partial<Rules> = {}): Played {
  const clock = { now: 0 };
  const state = createState({ ...rules, ...more });
  const sides = {
    salesPlatform: sideOf(dialects.salesPlatform, 'salesplatform', clock),
    vanilla: sideOf(dialects.vanilla, 'vanilla', clock),
  };
  const both = Object.values(sides);
  const events: CallEvent[] = [];
  const commit = (change: { readonly events: readonly CallEvent[] }) => {
    events.push(...change.events);
    for (const side of both) side.tell(change.events.flatMap((event) => side.dialect.callbacks(event)));
  };
  const flow = createFlow(state, () => silent, commit, rememberingLog());
  const begin = heard[0]?.at ?? 0;
  const end = heard.at(-1)?.at ?? 0;
  const tick = (at: number) => {
    clock.now = at;
    flow({ kind: 'tick' }, at);
  };
  let nextTick = Math.ceil(begin / tickMs) * tickMs;
  for (const { input, at } of heard) {
    for (; nextTick < at; nextTick += tickMs) tick(nextTick);
    clock.now = at;
    flow(input, at);
  }
  for (; nextTick < end + 5000; nextTick += tickMs) tick(nextTick);
  for (const later of longAfterMs) tick(end + later);
  for (const side of both)
    side.tell(
      announcements(events, truth).flatMap(({ talk, path }) => side.dialect.recording(talk, linkOf(path), path)),
    );
  return { state, events, ...sides };
}

const linkOf = (path: string) => `http://pbx:5000/recording?id=${path.split('/').at(-1)}`;

const isExtension = (text: string) => rules.extensionPattern.test(text);

/** As in Russia, each CRM in the form in which it finds its customers. */
function settingsFor(toCrm: 'as-is' | 'national'): DialectSettings {
  const plain = { areaCode: '', toDialplan: 'as-is', dialPrefix: '', ofUsers: [], isExtension } as const;
  const numbers = createNumbers({ ...plain, country: 'RU', toCrm });
  return { timeZone, isExtension, number: (raw) => numbers.disguised(shieldNumber(numbers.toCrm(raw))) };
}

/** Says nothing: both sides are told of each event by their own dialects. */
const silent: Dialect = { name: 'vanilla', callbacks: () => [], recording: () => [] };

const dialects = { salesPlatform: salesPlatform(settingsFor('as-is')), vanilla: vanilla(settingsFor('national')) };

function sideOf(dialect: Dialect, mode: Mode, clock: { readonly now: number }) {
  const callbacks: Callback[] = [];
  const crm = new PbxManager({ users: crmUsers, customers: [], token, mode, timeZone, now: () => clock.now });
  const keyOf = (row: CallRow) => (mode === 'vanilla' ? row.customerNumber : `${row.user} ${row.customerNumber}`);
  const watch = watchPopups(crm.rows, keyOf);
  return {
    dialect,
    crm,
    callbacks,
    popups: watch.spans,
    tell(told: readonly Callback[]) {
      callbacks.push(...told);
      for (const { params } of told) crm.receive({ ...params, vtigersignature: token });
      watch.look(clock.now);
    },
  };
}
