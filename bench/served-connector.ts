import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConnectorProcess } from '../test/faults/connector-process.ts';
import { copyProgram, removeProgram } from '../test/faults/program.ts';
import { LoadCrm } from './load-crm.ts';
import { cpuSeconds, residentMiB } from './subject.ts';

/** The CRM's secret in all of these benches. */
export const crmToken = 'bench-4f1d8a0c5e6b7d92';

export interface AmiPlace {
  readonly port: number;
  readonly account: { readonly name: string; readonly secret: string };
}

export interface Wanted {
  readonly asterisk: AmiPlace;
  /** Lines of connector.yaml, by section: `http: 'live_streams: 2000'`. All else is as shipped. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called before it starts, with the path of its database. */
  readonly prepare?: (database: string) => Promise<void>;
}

/** The built connector as a process of its own, with a CRM that is played, asked over HTTP. */
export class ServedConnector {
  readonly folder: string;
  readonly crm: LoadCrm;
  readonly #process: ConnectorProcess;
  readonly #program: string;
  #port = 0;

  private constructor(folder: string, crm: LoadCrm, program: string) {
    this.folder = folder;
    this.crm = crm;
    this.#program = program;
    this.#process = new ConnectorProcess(program, join(folder, 'connector.yaml'));
  }

  /** Resolves when it answers and is heard to be well: Asterisk, too, is there. */
  static async start(wanted: Wanted): Promise<ServedConnector> {
    const connector = await ServedConnector.prepare(wanted);
    await connector.#orNothing(async () => {
      await connector.spawn();
      await connector.untilReady();
    });
    return connector;
  }

  /** All but the process. */
  static async prepare({ asterisk, settings = {}, prepare }: Wanted): Promise<ServedConnector> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-http-'));
    const crm = await LoadCrm.start();
    const connector = new ServedConnector(folder, crm, await copyProgram('bench-http'));
    await connector.#orNothing(async () => {
      await prepare?.(join(folder, 'connector.db'));
      await writeFile(join(folder, 'connector.yaml'), yaml(folder, crm.url, asterisk, settings));
    });
    return connector;
  }

  async #orNothing(begin: () => Promise<void>): Promise<void> {
    try {
      await begin();
    } catch (fault) {
      await this.stop();
      throw fault;
    }
  }

  /** Resolves with its first word of where it listens. */
  async spawn(): Promise<void> {
    this.#process.log.length = 0;
    this.#port = 0;
    this.#process.start();
    while (!this.#hasPort()) {
      if (!this.#process.isRunning) throw new Error(this.#process.log.join('\n'));
      await pause(1);
    }
  }

  #hasPort(): boolean {
    for (const line of this.#process.log) this.#port = Number(/ listens on [\d.]+:(\d+)/.exec(line)?.[1] ?? this.#port);
    return this.#port > 0;
  }

  /** Resolves when it says that it is well: it hears Asterisk, and its database answers. */
  async untilReady(): Promise<void> {
    for (let isReady = false; !isReady; ) {
      const answer = await fetch(`http://127.0.0.1:${this.#port}/health/ready`).catch(() => null);
      await answer?.arrayBuffer();
      isReady = answer?.status === 200;
      if (!isReady) await pause(2);
    }
  }

  get port(): number {
    return this.#port;
  }

  get log(): readonly string[] {
    return this.#process.log;
  }

  /** Resident memory, in MiB. */
  get memory(): number {
    return residentMiB(this.#process.pid ?? 0);
  }

  /** Processor time that it has taken so far, in seconds. */
  get processor(): number {
    return cpuSeconds(this.#process.pid ?? 0);
  }

  /** All else stays, for another start. */
  async end(): Promise<void> {
    await this.#process.stop();
  }

  async stop(): Promise<void> {
    await this.end();
    this.crm.stop();
    await removeProgram(this.#program);
    await rm(this.folder, { recursive: true, force: true });
  }
}

function yaml(folder: string, crm: string, { port, account }: AmiPlace, own: NonNullable<Wanted['settings']>): string {
  const sections: Record<string, string> = {
    ami: `host: 127.0.0.1, port: ${port}, username: '${account.name}', secret: '${account.secret}'`,
    crm: `url: '${crm}', token: ${crmToken}, time_zone: Europe/Moscow, dialect: salesplatform`,
    http: 'bind: 127.0.0.1, port: 0',
    recordings: `roots: ['${folder}']`,
    database: `path: '${join(folder, 'connector.db')}'`,
    cdr: "after_outage: 'no'",
  };
  const all = new Set([...Object.keys(sections), ...Object.keys(own)]);
  const line = (name: string) => `${name}: { ${[sections[name], own[name]].filter(Boolean).join(', ')} }`;
  return `${[...all].map(line).join('\n')}\n`;
}
