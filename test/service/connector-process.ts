import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { account, FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';
import { freshCapture, token } from './office.ts';

const program = resolve('dist/main.js');
if (!existsSync(program)) throw new Error('dist/main.js is not there: npm run build');

/** Of /health what the tests look at. */
export interface Health {
  readonly code: number;
  readonly status: string;
  readonly database: {
    readonly state: string;
    readonly problem: string | null;
    readonly kept: number;
    readonly madeAnewAt: string | null;
  };
}

/** The connector as a process of its own, between a played Asterisk and a fake CRM of this one. */
export class ConnectorProcess {
  readonly asterisk: FakeAsterisk;
  readonly crm: FakeCrm;
  readonly folder: string;
  /** Where the database is: in the folder, or where the test wants it. */
  readonly database: string;
  readonly #port: number;
  #child: ChildProcess | null = null;
  #text = '';

  private constructor(parts: { asterisk: FakeAsterisk; crm: FakeCrm; folder: string; database: string; port: number }) {
    this.asterisk = parts.asterisk;
    this.crm = parts.crm;
    this.folder = parts.folder;
    this.database = parts.database;
    this.#port = parts.port;
  }

  static async prepare(database?: string): Promise<ConnectorProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'connector-'));
    const asterisk = await FakeAsterisk.start();
    const crm = await FakeCrm.start();
    const port = await freePort();
    const path = database ?? join(folder, 'connector.db');
    await mkdir(join(folder, 'monitor'));
    await writeFile(
      join(folder, 'connector.yaml'),
      `
ami: { host: 127.0.0.1, port: ${asterisk.port}, username: ${account.name}, secret: '${account.secret}' }
crm: { url: '${crm.url}', token: ${token}, time_zone: Europe/Moscow, dialect: salesplatform }
http: { bind: 127.0.0.1, port: ${port}, close_grace_seconds: 1 }
recordings: { roots: ['${join(folder, 'monitor')}'] }
database: { path: '${path}' }
calls: { late_event_seconds: 0.3 }
`,
    );
    return new ConnectorProcess({ asterisk, crm, folder, database: path, port });
  }

  /** @param wrapper a command that runs the connector, with its arguments */
  start(wrapper: readonly string[] = []): void {
    const [command = '', ...rest] = [...wrapper, process.execPath, program];
    const child = spawn(command, rest, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        this.#text += String(chunk);
      });
    this.#child = child;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get output(): string {
    return this.#text;
  }

  /** Lines of the log of this level. */
  lines(level: 'error' | 'warn'): string[] {
    return this.#text.split('\n').filter((line) => line.includes(` ${level} `));
  }

  async said(words: string, ms = 15_000): Promise<void> {
    await eventually(() => this.#text.includes(words), `saying ${words}: ${this.#text}`, ms);
  }

  async connected(): Promise<void> {
    await eventually(() => this.asterisk.actions('CoreShowChannels').length > 0, 'connecting');
  }

  async health(): Promise<Health | null> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/health`).catch(() => null);
    if (answer === null) return null;
    return { code: answer.status, ...((await answer.json()) as Omit<Health, 'code'>) };
  }

  async healthIs(isSo: (health: Health) => boolean, what: string, ms = 15_000): Promise<Health> {
    let last: Health | null = null;
    await eventually(
      async () => {
        last = await this.health();
        return last !== null && isSo(last);
      },
      `${what} of /health`,
      ms,
    );
    return last as unknown as Health;
  }

  /** Plays an answered call to its end, in a twentieth of its time. */
  async call(): Promise<void> {
    await this.asterisk.server.play(await freshCapture('22/s01'), { speed: 20 });
  }

  /** What the CRM was told of each call, in the order of its coming. */
  told(): string[] {
    const calls = new Map<string, string[]>();
    for (const params of this.crm.received) {
      const call = params['callUUID'];
      if (call !== undefined) calls.set(call, [...(calls.get(call) ?? []), params['callstatus'] ?? '?']);
    }
    return [...calls.values()].map((statuses) => statuses.join(' '));
  }

  async end(signal: NodeJS.Signals): Promise<number | string | null> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | string | null>((done) => child.on('close', (code, by) => done(code ?? by)));
    child.kill(signal);
    return ended;
  }

  /** The exit code of one that ends by itself. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return child?.exitCode ?? null;
    return new Promise((done) => child.on('close', (code) => done(code)));
  }

  async close(): Promise<void> {
    await this.end('SIGKILL');
    await Promise.all([this.asterisk.stop(), this.crm.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** All told of one answered call, in order and once; the second Hangup is in the party's name. */
export const wholeCall = 'DialBegin DialAnswer Hangup Hangup EndCall';

/** A call that was over before it could be told is as good as whole without its DialAnswer, which would bring a popup back. */
export function asWhole(told: string): string {
  return told === 'DialBegin Hangup Hangup EndCall' ? wholeCall : told;
}

export async function eventually(isSo: () => boolean | Promise<boolean>, what: string, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
