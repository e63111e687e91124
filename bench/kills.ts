import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Load } from './load.ts';

/**
 * kill -9 of the connector again and again while calls go on: `npm run build && npm run bench:kills -- --times 20 --rate 20`.
 * What rang and ended while it was dead, `reconcile --repair` tells from Asterisk's CDR.
 */
const { values } = parseArgs({ options: { times: { type: 'string' }, rate: { type: 'string' } } });
const times = Number(values.times ?? 20);
const rate = Number(values.rate ?? 20);

const load = await Load.start();
const calling = load.callFor(times * 6, rate);
for (let time = 1; time <= times; time += 1) {
  await pause(3_000 + Math.random() * 2_000);
  await load.connector.kill();
  await pause(Math.random() * 1_000);
  load.connector.start();
  await load.untilUp();
  console.log(`killed ${time} times: ${load.expected.size} calls, ${load.crm.callbacks} callbacks`);
}
await calling;
await pause(30_000);
console.log(`before reconcile: ${JSON.stringify(load.verdict)}`);
const { code, output } = await load.connector.command('reconcile', '--repair');
console.log(
  `${output.split('\n').slice(0, 4).join('\n')}\n...\n${output.split('\n').slice(-4).join('\n')}\n(exit ${code})`,
);
await pause(20_000);
console.log(`after reconcile:  ${JSON.stringify(load.verdict)}`);
await load.connector.stop();
await load.asterisk.stop();
load.crm.stop();
