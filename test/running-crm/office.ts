import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { startService } from '../../src/service.ts';
import { conversation } from '../../src/tools/demo/conversation.ts';
import { Pbx } from '../../src/tools/demo/pbx.ts';
import type { ClickScenario, InboundScenario } from '../../src/tools/demo/scenarios.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import type { CrmSettings } from './settings.ts';

/** 8 kHz, 16 bit: 60 MB. */
const longSeconds = 3_900;

/** A connector before the CRM, and behind it a PBX that replays what a real Asterisk sent. */
export class Office {
  readonly #pbx: Pbx;
  readonly #monitor: string;
  readonly #stops: (() => unknown)[];
  /** Names of the files that were there before. */
  #known = new Set<string>();
  /** When Asterisk began to ring a phone, and when it hung up, epoch milliseconds; newest last. */
  readonly rang: number[] = [];
  readonly hungUp: number[] = [];

  private constructor(pbx: Pbx, monitor: string, stops: (() => unknown)[]) {
    this.#pbx = pbx;
    this.#monitor = monitor;
    this.#stops = stops;
  }

  /** @param speed 1: calls take as long as they took */
  static async open(crm: CrmSettings, speed: number): Promise<Office> {
    const folder = await mkdtemp(join(tmpdir(), 'crm-driver-'));
    const monitor = join(folder, 'monitor');
    await mkdir(monitor);
    const stops: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
    const user = { name: 'vtiger', secret: 'for-this-run' };
    let office: Office | null = null;
    const pbx = new Pbx({
      user,
      monitor,
      speed,
      onWire: ({ at, from, text }) => from === 'asterisk' && office?.note(at, text),
      onFault: (fault) => console.error(fault),
    });
    office = new Office(pbx, monitor, stops);
    const amiPort = await pbx.start();
    stops.push(() => pbx.stop());
    const settings = connectorSettings(crm, folder, monitor, { port: amiPort, ...user });
    const loaded = loadConfig({ file: 'driver.yaml', env: {}, read: () => JSON.stringify(settings) });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const onFatal = (fault: unknown) => console.error(fault);
    const service = await startService(loaded.config, { log: rememberingLog(), version: '0.0.0', onFatal });
    stops.push(() => service.stop());
    if (!(await pbx.followed(10_000))) throw new Error('the connector did not log in');
    return office;
  }

  call(scenario: InboundScenario, number: string, extension = '101'): void {
    this.#pbx.call(scenario, extension, [number, `${number.slice(0, -1)}${(Number(number.at(-1)) + 1) % 10}`]);
  }

  /** What becomes of the clicks of 101 from now on. */
  afterClick(scenario: ClickScenario): void {
    this.#pbx.clicks.set('101', scenario);
  }

  note(at: number, text: string): void {
    if (text.startsWith('DialBegin')) this.rang.push(at);
    if (text.startsWith('Hangup')) this.hungUp.push(at);
  }

  /** Makes the next recording one of 60 MB, before the connector takes it for whole. */
  async lengthenNext(): Promise<void> {
    this.#known = new Set(await readdir(this.#monitor));
    for (;;) {
      const fresh = (await readdir(this.#monitor)).find((name) => name.endsWith('.wav') && !this.#known.has(name));
      if (fresh !== undefined) return writeFile(join(this.#monitor, fresh), conversation(longSeconds));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(): Promise<void> {
    for (let last = this.#stops.pop(); last !== undefined; last = this.#stops.pop()) await last();
  }
}

interface Ami {
  readonly port: number;
  readonly name: string;
  readonly secret: string;
}

function connectorSettings(crm: CrmSettings, folder: string, monitor: string, ami: Ami): object {
  return {
    ami: { host: '127.0.0.1', port: ami.port, username: ami.name, secret: ami.secret },
    crm: { url: `${crm.url}modules/PBXManager/callbacks/PBXManager.php`, token: crm.token, time_zone: 'Europe/Moscow' },
    http: { bind: '127.0.0.1', port: crm.port },
    recordings: {
      roots: [monitor],
      public_url: `http://127.0.0.1:${crm.port}`,
      path_map: [{ from: '/var/spool/asterisk/monitor', to: monitor }],
      settle_seconds: 3,
    },
    database: { path: join(folder, 'connector.db') },
    calls: { late_event_seconds: 1 },
    click_to_call: { context: 'vtiger', ring_seconds: 30 },
  };
}
