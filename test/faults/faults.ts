import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import knex from 'knex';
import { crmFaultOf } from './crm-fault.ts';
import type { Silence } from './living-asterisk.ts';
import type { FaultKind, PlannedFault } from './plan.ts';
import { type Scene, until } from './scene.ts';

/** What happened in a run, as far as the oracle must know. */
export interface Seen {
  /** When the connector could not hear Asterisk. */
  readonly silences: readonly Silence[];
  /** For how long it was paused, and told times later than they were. */
  readonly pausedMs: number;
}

/** Brings about what a plan has in store. */
export class Faults {
  readonly problems: string[] = [];
  readonly #silences: Silence[] = [];
  readonly #scene: Scene;
  #pausedMs = 0;
  /** The one before, of those that are not the CRM's. */
  #before: Promise<void> = Promise.resolve();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  get seen(): Seen {
    return { silences: this.#silences, pausedMs: this.#pausedMs };
  }

  async happen(fault: PlannedFault): Promise<void> {
    await pause(fault.atMs);
    const { crm } = this.#scene;
    const ofCrm = crmFaultOf(fault);
    if (ofCrm === undefined) return this.#inTurn(fault);
    crm.fault = () => ofCrm;
    await pause(fault.forMs);
    crm.fault = () => undefined;
  }

  /** A second connector takes 5 s to refuse, and would take over from one that is killed meanwhile. */
  #inTurn(fault: PlannedFault): Promise<void> {
    const happening = async () => this.#others[fault.kind]?.(fault);
    if (fault.kind === 'crm refuses connections') return happening();
    this.#before = this.#before.then(happening);
    return this.#before;
  }

  readonly #others: Partial<Record<FaultKind, (fault: PlannedFault) => Promise<void>>> = {
    'crm refuses connections': async ({ forMs }) => {
      await this.#scene.crm.stop();
      await pause(forMs);
      await this.#scene.crm.listen();
    },
    'connector killed': ({ forMs }) => this.#silence(() => this.#killed(forMs)),
    'connector killed twice': ({ forMs }) =>
      this.#silence(async () => {
        await this.#killed(100);
        await pause(forMs / 2);
        await this.#killed(200);
      }),
    'connector stopped and started': ({ forMs }) =>
      this.#silence(async () => {
        const { code, signal } = await this.#scene.connector.stop();
        // One that has only just been started may not have come to hear signals yet.
        if (code !== 0 && signal !== 'SIGTERM') this.problems.push(`SIGTERM ended it with ${code ?? signal}`);
        await pause(forMs);
        this.#scene.connector.start();
      }),
    'connector paused': async ({ forMs }) => {
      this.#pausedMs += forMs;
      this.#scene.connector.pause();
      await pause(forMs);
      this.#scene.connector.goOn();
    },
    'second connector': async () => {
      const { code } = await this.#scene.connector.second();
      if (code === 0 || code === null) this.problems.push(`a second connector ended with ${code}`);
    },
    'link dropped': () => this.#silence(async () => this.#scene.asterisk.drop()),
    'link cut in mid-packet': () => this.#silence(() => this.#scene.asterisk.cut()),
    'link dead': ({ forMs }) =>
      this.#silence(async () => {
        this.#scene.asterisk.mute(true);
        await pause(forMs);
        this.#scene.asterisk.mute(false);
      }),
    'asterisk refuses connections': ({ forMs }) =>
      this.#silence(async () => {
        await this.#scene.asterisk.refuse();
        await pause(forMs);
        await this.#scene.asterisk.listen();
      }),
    'asterisk killed': ({ forMs }) =>
      this.#silence(async () => {
        await this.#scene.asterisk.kill();
        await pause(forMs);
        await this.#scene.asterisk.listen();
      }),
    'database locked': async ({ forMs }) => {
      const other = knex({
        client: 'sqlite3',
        connection: { filename: join(this.#scene.folder, 'connector.db') },
        useNullAsDefault: true,
        pool: { min: 1, max: 1 },
      });
      try {
        await other.raw('PRAGMA busy_timeout = 2000');
        await other.raw('BEGIN IMMEDIATE');
        await pause(forMs);
        await other.raw('COMMIT');
      } finally {
        await other.destroy();
      }
    },
    'disk full': async ({ forMs }) => {
      await this.#scene.connector.limitFiles(4096);
      await pause(forMs);
      await this.#scene.connector.limitFiles(null);
    },
  };

  async #killed(downMs: number): Promise<void> {
    await this.#scene.connector.kill();
    await pause(downMs);
    this.#scene.connector.start();
  }

  /** Nothing is heard from before something happens until the link is up again, and the channels have been asked for. */
  async #silence(happen: () => Promise<void>): Promise<void> {
    const { asterisk } = this.#scene;
    const { listings } = asterisk;
    const silence: Silence = { from: Date.now() - 300, until: null };
    this.#silences.push(silence);
    await happen();
    await pause(100);
    if (!(await until(() => asterisk.isHeard, 20_000))) this.problems.push('the link did not come back within 20 s');
    await until(() => asterisk.listings > listings, 5_000);
    silence.until = Date.now() + 300;
  }
}
