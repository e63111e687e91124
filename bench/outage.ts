import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Load } from './load.ts';

/**
 * A CRM that is away while calls go on: `npm run build && npm run bench:outage -- --minutes 30 --rate 20`.
 * Tells what was lost, doubled or out of order, and the connector's memory before, during and after.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string' }, rate: { type: 'string' } } });
const minutes = Number(values.minutes ?? 30);
const rate = Number(values.rate ?? 20);

const load = await Load.start();
const begun = Date.now();
const show = (what: string) => {
  const { size } = load.expected;
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(
    `${String(seconds).padStart(5)} s  ${what.padEnd(24)} ${size} calls, ${load.crm.callbacks} callbacks, ${load.memory} MB`,
  );
};

await load.callFor(60, rate);
await pause(30_000);
const idle = load.memory;
show('idle, after a minute');
load.crm.isAway = true;
let most = 0;
for (let minute = 1; minute <= minutes; minute += 1) {
  await load.callFor(60, rate);
  most = Math.max(most, load.memory);
  show(`CRM away for ${minute} min`);
}
load.crm.isAway = false;
const back = Date.now();
const calling = load.callFor(60, rate);
const isCaughtUp = () =>
  [...load.expected.keys()].slice(0, -rate * 15).every((id) => load.crm.records.get(id)?.told.includes('EndCall'));
while (!isCaughtUp()) {
  await pause(5_000);
  most = Math.max(most, load.memory);
  show('catching up');
}
const caughtUp = Math.round((Date.now() - back) / 1000);
await calling;
await pause(20_000);
show('all calls over');
console.log(`caught up after ${caughtUp} s; memory: idle ${idle} MB, at most ${most} MB (+${most - idle})`);
console.log(JSON.stringify(load.verdict));
console.log(load.connector.log.slice(-20).join('\n'));
await load.connector.stop();
await load.asterisk.stop();
load.crm.stop();
