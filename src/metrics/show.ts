import type { Counter } from 'prom-client';
import type { MadeMetrics, Own } from './made.ts';
import type { Reading } from './reading.ts';

const linkStates = ['stopped', 'connecting', 'up', 'waiting', 'refused'];
const alarmKinds = ['token', 'url', 'emptyServerError'];
const dialects = ['salesplatform', 'vanilla', 'unknown'];

/** Sets what is so now. */
export function show(reading: Reading, made: MadeMetrics, own: Own): void {
  const { calls, channels, link, outbox, database, recordingsWaiting } = reading;
  for (const [group, count] of calls) {
    const [direction = '', state = ''] = group.split(' ');
    made.openCalls.set({ ...own, direction, state }, count);
  }
  made.channels.set(own, channels);
  made.linkUp.set(own, flag(link.state === 'up'));
  for (const state of linkStates) made.linkState.set({ ...own, state }, flag(link.state === state));
  made.amiLastEvent.set(own, (link.lastEventAt ?? 0) / 1000);
  showCrm(reading, made, own);
  made.outbox.set(own, known(outbox.depth));
  made.outboxOldest.set(own, known(outbox.oldestSeconds));
  made.givenUp.set(own, known(outbox.givenUp));
  made.recordingsWaiting.set(own, known(recordingsWaiting));
  made.databaseUp.set(own, flag(database.isWell));
  made.databaseWaiting.set(own, database.waiting);
  setCounter(made.databaseDropped, own, database.droppedCalls);
  made.listeners.set(own, reading.listeners);
}

function showCrm({ crm, inFlight }: Reading, made: MadeMetrics, own: Own): void {
  made.crmUp.set(own, flag(!crm.isAway));
  for (const kind of alarmKinds) made.crmAlarm.set({ ...own, kind }, flag(crm.alarms.includes(kind)));
  for (const dialect of dialects) made.crmDialect.set({ ...own, dialect }, flag(crm.dialect === dialect));
  made.inFlight.set(own, inFlight);
}

const flag = (is: boolean) => (is ? 1 : 0);

const known = (value: number | null) => value ?? Number.NaN;

/** Somebody else counts. */
function setCounter(counter: Counter, own: Own, count: number): void {
  counter.remove(own);
  counter.inc(own, count);
}
