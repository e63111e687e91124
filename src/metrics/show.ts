import type { Counter } from 'prom-client';
import type { MadeMetrics } from './metrics.ts';
import type { Reading } from './reading.ts';

const linkStates = ['stopped', 'connecting', 'up', 'waiting', 'refused'];
const alarmKinds = ['token', 'url', 'emptyServerError'];

/** Sets what is so now. */
export function show(reading: Reading, made: MadeMetrics): void {
  const { calls, channels, link, crm, outbox, database, recordingsWaiting } = reading;
  made.openCalls.reset();
  for (const [group, count] of calls) {
    const [direction = '', state = ''] = group.split(' ');
    made.openCalls.set({ direction, state }, count);
  }
  made.channels.set(channels);
  made.linkUp.set(flag(link.state === 'up'));
  for (const state of linkStates) made.linkState.set({ state }, flag(link.state === state));
  made.amiLastEvent.set((link.lastEventAt ?? 0) / 1000);
  made.crmUp.set(flag(!crm.isAway));
  for (const kind of alarmKinds) made.crmAlarm.set({ kind }, flag(crm.alarms.includes(kind)));
  made.crmInfo.reset();
  made.crmInfo.set({ dialect: crm.dialect }, 1);
  made.inFlight.set(reading.inFlight);
  made.outbox.set(known(outbox.depth));
  made.outboxOldest.set(known(outbox.oldestSeconds));
  made.givenUp.set(known(outbox.givenUp));
  made.recordingsWaiting.set(known(recordingsWaiting));
  made.databaseUp.set(flag(database.isWell));
  made.databaseWaiting.set(database.waiting);
  setCounter(made.databaseDropped, database.droppedCalls);
  made.listeners.set(reading.listeners);
}

const flag = (is: boolean) => (is ? 1 : 0);

const known = (value: number | null) => value ?? Number.NaN;

/** Somebody else counts. */
function setCounter(counter: Counter, count: number): void {
  counter.reset();
  counter.inc(count);
}
