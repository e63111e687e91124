import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { KeptConnection } from './kept-connection.ts';
import { OriginateSink } from './originate-sink.ts';
import type { Figure, Part } from './part.ts';
import { crmToken, ServedConnector } from './served-connector.ts';
import { spreadOf } from './spread.ts';
import { cpuSeconds } from './subject.ts';

const clicks = { warmUp: 500, single: 2_000 };
const rate = { connections: 16, seconds: 5 };
/** As many as the connector keeps in mind. Each may be rung six times in ten seconds, so no more clicks than that are made, and then a pause. */
const phones = 10_000;
const most = 4 * phones;
const phonesRestMs = 10_000;

export const click: Part = {
  name: 'click',
  about: 'Click-to-call: from the request to the Originate, and how many clicks a second.',
  async measure() {
    const [own, ruler] = [await measureConnector(), await measureRuler()];
    const of = 'asterisk-manager + undici';
    const figure = (name: string, unit: string, pick: (measured: Measured) => number): Figure => ({
      ...{ name, unit, connector: pick(own), rulers: { [of]: pick(ruler) } },
    });
    return [
      { ...figure('click to Originate, p50', 'ms', ({ p50 }) => p50), target: { is: 'most', value: 1 } },
      figure('click to Originate, p95', 'ms', ({ p95 }) => p95),
      figure('click to Originate, p99', 'ms', ({ p99 }) => p99),
      {
        ...figure(`clicks of ${rate.connections} connections`, '1/s', ({ perSecond }) => perSecond),
        target: { is: 'least', value: 4_000 },
      },
      figure('processor time of a click', 'µs', ({ processorMicros }) => processorMicros),
    ];
  },
};

interface Measured {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly perSecond: number;
  readonly processorMicros: number;
}

async function measureConnector(): Promise<Measured> {
  const asterisk = await OriginateSink.start();
  const settings = { click_to_call: 'clicks_per_second: 10000' };
  const connector = await ServedConnector.start({ asterisk, settings });
  try {
    return await measureBoth(asterisk, { port: connector.port, processor: () => connector.processor });
  } finally {
    asterisk.stop();
    await connector.stop();
  }
}

async function measureRuler(): Promise<Measured> {
  const asterisk = await OriginateSink.start();
  const words = [String(asterisk.port), asterisk.account.name, asterisk.account.secret, crmToken];
  const ruler = fork(new URL('rulers/koa-click.js', import.meta.url), words);
  try {
    const [port] = (await once(ruler, 'message')) as [number];
    return await measureBoth(asterisk, { port, processor: () => cpuSeconds(ruler.pid ?? 0) });
  } finally {
    asterisk.stop();
    ruler.kill();
  }
}

let serial = 0;

/** As PBXManager of SalesPlatform 7 sends it: a POST with everything in the address. Each click is another customer's. */
function request(): string {
  serial += 1;
  const query = `event=OutgoingCall&secret=${crmToken}&from=${10_000 + (serial % phones)}&to=%2B7495${1_000_000 + serial}&context=vtiger`;
  return `POST /makecall?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`;
}

/** Who is clicked at, and what processor time he has taken so far, in seconds. */
interface Subject {
  readonly port: number;
  readonly processor: () => number;
}

async function measureBoth(asterisk: OriginateSink, { port, processor }: Subject): Promise<Measured> {
  // Every phone once, so that the connector knows whose it is, as it does after a phone's first call.
  await clickAll(asterisk, port, { connections: 4, clicks: phones, until: Number.POSITIVE_INFINITY });
  // And until V8, which optimises after some busy seconds, is done with that.
  await clickAll(asterisk, port, { ...rate, clicks: most, until: performance.now() + rate.seconds * 1_000 });
  await pause(phonesRestMs);
  const at = spreadOf(await clickOneByOne(asterisk, port));
  const [begun, before] = [performance.now(), processor()];
  const done = await clickAll(asterisk, port, { ...rate, clicks: most, until: begun + rate.seconds * 1_000 });
  const seconds = (performance.now() - begun) / 1_000;
  const processorMicros = ((processor() - before) / done) * 1_000_000;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), perSecond: done / seconds, processorMicros };
}

async function clickOneByOne(asterisk: OriginateSink, port: number): Promise<number[]> {
  const connection = await KeptConnection.open(port);
  const took: number[] = [];
  for (let n = 0; n < clicks.warmUp + clicks.single; n += 1) {
    const bytes = request();
    const begun = performance.now();
    const arrived = new Promise<number>((resolve) => {
      asterisk.onOriginate = () => resolve(performance.now());
    });
    const [at, answer] = await Promise.all([arrived, connection.ask(bytes)]);
    check(answer);
    if (n >= clicks.warmUp) took.push(at - begun);
  }
  asterisk.onOriginate = () => {};
  connection.close();
  return took;
}

interface Order {
  readonly connections: number;
  readonly clicks: number;
  readonly until: number;
}

/** @returns how many were answered with Success, of which each has reached Asterisk */
async function clickAll(asterisk: OriginateSink, port: number, order: Order): Promise<number> {
  const before = asterisk.originates;
  let left = order.clicks;
  const connections = await Promise.all(Array.from({ length: order.connections }, () => KeptConnection.open(port)));
  const clickOn = async (connection: KeptConnection) => {
    while (left > 0 && performance.now() < order.until) {
      left -= 1;
      check(await connection.ask(request()));
    }
  };
  await Promise.all(connections.map(clickOn));
  const answered = order.clicks - left;
  for (const connection of connections) connection.close();
  while (asterisk.originates - before < answered) await new Promise((resolve) => setTimeout(resolve, 5));
  return answered;
}

function check(answer: string): void {
  if (answer !== 'Success') throw new Error(`/makecall answered ${JSON.stringify(answer)}`);
}
