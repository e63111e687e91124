import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { AmiTarget } from '../test/fuzz/ami-target.ts';
import { HttpTarget } from '../test/fuzz/http-target.ts';
import type { FuzzTarget } from '../test/fuzz/target.ts';
import { liveMegabytes } from '../test/memory.ts';

/**
 * Feeds one side of the connector with what nobody in his right mind would send, for as long as wanted:
 * `npm run fuzz -- --target ami --minutes 60 --from 1`. Tells each seed that found something, and once a minute the figures.
 *
 * The event loop also stands still where the machine has no time for this process, so the longest delay is told together
 * with how much of it this process was computing: only that is the connector's (and the fuzzer's) own.
 */
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { target: text, minutes: text, from: text } });
const targets: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  ami: () => AmiTarget.start(),
  http: () => HttpTarget.start(),
};
const start = targets[values.target ?? ''];
if (start === undefined) throw new Error(`--target: one of ${Object.keys(targets).join(', ')}`);
const minutes = Number(values.minutes ?? 1);
const from = Number(values.from ?? 1);

/** Worst stalls, in milliseconds of wall clock and of this process's own computing. */
const worst = { wall: 0, own: 0, ownSeed: 0 };
let seed = from;

const lookMs = 5;
let lastWall = performance.now();
let lastUsage = process.cpuUsage();
setInterval(() => {
  const wall = performance.now();
  const usage = process.cpuUsage();
  const stalled = wall - lastWall - lookMs;
  const computed = (usage.user + usage.system - lastUsage.user - lastUsage.system) / 1000;
  lastWall = wall;
  lastUsage = usage;
  worst.wall = Math.max(worst.wall, stalled);
  const own = Math.min(stalled, computed);
  if (own <= worst.own) return;
  worst.own = own;
  worst.ownSeed = seed;
}, lookMs).unref();

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

const target = await start();
const found: string[] = [];
const end = performance.now() + minutes * 60_000;
const memory: number[] = [];
let tellAt = performance.now() + 10_000;

function figures(): string {
  // What the collector is made to do here is nobody's stall.
  delay.disable();
  memory.push(liveMegabytes());
  delay.enable();
  lastWall = performance.now();
  lastUsage = process.cpuUsage();
  const counts = [...target.counts].map(([what, count]) => `${count} ${what}`).join(', ');
  return [
    `${new Date().toISOString().slice(11, 19)} seeds ${from} to ${seed - 1}: ${found.length} faults; ${counts}`,
    `  event loop: longest delay ${(delay.max / 1e6).toFixed(0)} ms, 99.9 of 100 at most ${(delay.percentile(99.9) / 1e6).toFixed(0)} ms;`,
    `  longest of own computing ${worst.own.toFixed(0)} ms (seed ${worst.ownSeed}), of wall clock ${worst.wall.toFixed(0)} ms`,
    ...(target.longestTurnMs === null
      ? []
      : [`  longest that the connector computed of one read: ${target.longestTurnMs.toFixed(0)} ms`]),
    `  heap after collection: first ${memory[0]?.toFixed(1)} MB, now ${memory.at(-1)?.toFixed(1)} MB, most ${Math.max(...memory).toFixed(1)} MB; resident ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB`,
  ].join('\n');
}

while (performance.now() < end) {
  for (const fault of await target.run(seed)) {
    found.push(`seed ${seed}`);
    console.log(`seed ${seed}: ${fault}`);
  }
  seed += 1;
  if (performance.now() < tellAt) continue;
  tellAt = performance.now() + 60_000;
  console.log(figures());
}
console.log(`done\n${figures()}`);
await target.close();
process.exitCode = found.length === 0 ? 0 : 1;
