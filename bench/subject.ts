import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account } from '../test/doubles/fake-asterisk.ts';
import { copyProgram, removeProgram } from '../test/faults/program.ts';

/** A process that is measured: the connector, or a ruler that it is held against. */
export interface Subject {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface Surroundings {
  readonly amiPort: number;
  readonly crmUrl: string;
  /** Where Asterisk records. */
  readonly recordings: string;
}

/** Callbacks on their way at once: as many as the connector takes where the CRM has time for them. */
const connections = 64;

/** Options of Node for the connector, as `--cpu-prof`. */
export const connectorOptions: string[] = [];

/** As an admin installs it, on a database of its own. `more`: further settings, as YAML. */
export async function startConnector({ amiPort, crmUrl, recordings }: Surroundings, more = ''): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const program = await copyProgram(`bench-${amiPort}`);
  const file = join(folder, 'connector.yaml');
  await writeFile(
    file,
    `
ami: { host: 127.0.0.1, port: ${amiPort}, username: ${account.name}, secret: '${account.secret}' }
crm: { url: '${crmUrl}', token: abracadabra, time_zone: Europe/Moscow, dialect: salesplatform }
http: { bind: 127.0.0.1, port: 0 }
recordings: { roots: ['${recordings}'] }
database: { path: '${join(folder, 'connector.db')}' }
cdr: { source: none }
${more}`,
  );
  const log = await open(join(folder, 'connector.log'), 'w');
  const connector = await startProcess([...connectorOptions, program, '--config', file], log.fd);
  await log.close();
  return {
    ...connector,
    async stop() {
      await connector.stop();
      await removeProgram(program);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function startBare({ amiPort, crmUrl }: Surroundings): Promise<Subject> {
  return startScript('bare', String(amiPort), crmUrl, String(connections));
}

export function startRawSocket({ amiPort }: Surroundings): Promise<Subject> {
  return startScript('raw-socket', String(amiPort));
}

function startScript(name: string, ...words: string[]): Promise<Subject> {
  return startProcess([join(import.meta.dirname, `rulers/${name}.js`), ...words], 'ignore');
}

async function startProcess(words: readonly string[], output: number | 'ignore'): Promise<Subject> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', output, 'inherit'] });
  await once(child, 'spawn');
  return {
    pid: child.pid ?? 0,
    async stop() {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    },
  };
}

/** Clock ticks of Linux, in which /proc counts: 100 a second on every platform that Node runs on. */
const ticksPerSecond = 100;

/** CPU seconds that a process has taken, its threads included. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / ticksPerSecond;
}

/** Resident memory of a process, in MiB. */
export function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
