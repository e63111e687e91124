import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import knex, { type Knex } from 'knex';

const run = promisify(execFile);

/** A database server of this machine's, on loopback, in a folder and with a process of its own. */
export interface Server {
  readonly port: number;
  /** As its administrator, to furnish it. */
  readonly admin: Knex;
  stop(): Promise<void>;
}

async function has(...programs: string[]): Promise<boolean> {
  const found = await Promise.all(
    programs.map((program) =>
      run('which', [program]).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isReached(admin: Knex): Promise<boolean> {
  return admin.raw('SELECT 1').then(
    () => true,
    () => false,
  );
}

async function untilReached(admin: Knex, process: ChildProcess, name: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await isReached(admin)); ) {
    if (process.exitCode !== null || Date.now() > deadline) throw new Error(`${name} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function stopper(process: ChildProcess, admin: Knex, folder: string): () => Promise<void> {
  return async () => {
    await admin.destroy();
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
}

const pool = { min: 0, max: 1 };
const log = { warn() {}, error() {}, deprecate() {}, debug() {} };

export const hasMariaDb = await has('mariadbd', 'mariadb-install-db');

export async function startMariaDb(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'mariadb-'));
  const [files, port] = [`--datadir=${folder}/data`, await freePort()];
  const user = `--user=${userInfo().username}`;
  await run('mariadb-install-db', [
    '--no-defaults',
    user,
    files,
    '--skip-test-db',
    '--auth-root-authentication-method=normal',
  ]);
  const own = [`--socket=${folder}/socket`, `--pid-file=${folder}/pid`, `--port=${port}`, '--bind-address=127.0.0.1'];
  const process = spawn('mariadbd', ['--no-defaults', user, files, ...own], { stdio: 'ignore' });
  const connection = { socketPath: `${folder}/socket`, user: 'root' };
  const admin = knex({ client: 'mysql2', connection, pool, log });
  await untilReached(admin, process, 'mariadbd');
  return { port, admin, stop: stopper(process, admin, folder) };
}

export const hasPostgres = await has('postgres', 'initdb');

/** It refuses to run as root, and then runs as Debian's own user for it. */
export async function startPostgres(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const port = await freePort();
  const isRoot = globalThis.process.getuid?.() === 0;
  if (isRoot) await chown(folder, ...(await idsOf('postgres')));
  const as = (program: string, args: string[]): [string, string[]] =>
    isRoot
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args]]
      : [program, args];
  await run(
    ...as('initdb', [
      '-D',
      `${folder}/data`,
      '-U',
      'admin',
      '--auth-local=trust',
      '--auth-host=scram-sha-256',
      '--no-sync',
    ]),
    {
      cwd: folder,
    },
  );
  const args = ['-D', `${folder}/data`, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'];
  const process = spawn(...as('postgres', args), { stdio: 'ignore', cwd: folder });
  const connection = { host: folder, port, user: 'admin', database: 'postgres' };
  const admin = knex({ client: 'pg', connection, pool, log });
  await untilReached(admin, process, 'postgres');
  return { port, admin, stop: stopper(process, admin, folder) };
}

async function idsOf(user: string): Promise<[number, number]> {
  const ids = await Promise.all(['-u', '-g'].map(async (which) => Number((await run('id', [which, user])).stdout)));
  return [ids[0] ?? 0, ids[1] ?? 0];
}
