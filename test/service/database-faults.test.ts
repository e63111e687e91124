import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import knex, { type Knex } from 'knex';
import { afterEach, describe, expect, test } from 'vitest';
import { asWhole, ConnectorProcess, eventually, wholeCall } from './connector-process.ts';

const run = promisify(execFile);
let connector: ConnectorProcess;
let cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  await connector.close();
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
});

async function started(database?: string): Promise<void> {
  connector = await ConnectorProcess.prepare(database);
  connector.start();
  await connector.connected();
}

function other(path: string): Knex {
  const database = knex({ client: 'sqlite3', connection: { filename: path }, useNullAsDefault: true });
  cleanUp.push(() => database.destroy());
  return database;
}

/** What the CRM was told of all calls, when it has been told of so many. */
async function toldOf(calls: number): Promise<string[]> {
  const toldNow = () => connector.told().map(asWhole);
  const isWhole = () => toldNow().length === calls && toldNow().every((told) => told === wholeCall);
  await eventually(isWhole, `${calls} calls told: ${connector.told()}`).catch(() => {});
  return toldNow();
}

function errors(): string[] {
  return connector.lines('error').map((line) => line.replace(/^.* error (\[\w+\] )?/, ''));
}

describe('another program that locks the database', () => {
  test('is waited for: what happens meanwhile is in the CRM afterwards, once and in order', async () => {
    await started();
    await connector.call();
    expect(await toldOf(1)).toEqual([wholeCall]);
    const locking = other(connector.database);
    await locking.raw('BEGIN EXCLUSIVE');
    await connector.call();
    await connector.call();
    const health = await connector.healthIs(({ code }) => code === 503, '503');
    expect(health.status).toBe('the database fails');
    expect(health.database).toMatchObject({ state: 'failing', problem: 'another program has it locked' });
    expect(health.database.kept).toBeGreaterThan(5);
    expect(connector.told()).toHaveLength(1);
    await locking.raw('COMMIT');
    await connector.healthIs(({ code }) => code === 200, '200');
    expect(await toldOf(3)).toEqual([wholeCall, wholeCall, wholeCall]);
    expect(connector.crm.violations).toEqual([]);
    expect(errors()).toEqual([
      expect.stringMatching(
        /connector\.db cannot be read or written: another program has it locked \(SQLITE_BUSY, \d+ MB/,
      ),
    ]);
    await connector.said('is well again after');
    expect(await connector.end('SIGTERM')).toBe(0);
  }, 60_000);

  test('keeps nobody from ending the connector at once; what is lost then is said', async () => {
    await started();
    const locking = other(connector.database);
    await locking.raw('BEGIN EXCLUSIVE');
    await connector.call();
    await connector.healthIs(({ code }) => code === 503, '503');
    const asked = Date.now();
    const code = await connector.end('SIGTERM');
    expect(code, errors().join('\n')).toBe(0);
    expect(Date.now() - asked).toBeLessThan(8000);
    expect(errors().at(-1)).toMatch(/ending while the database .* cannot be written .*: \d+ changes are lost/);
  }, 60_000);

  test('is waited for at the start, with /health red, and SIGTERM ends the waiting', async () => {
    await started();
    await connector.end('SIGTERM');
    const locking = other(connector.database);
    await locking.raw('PRAGMA locking_mode = EXCLUSIVE');
    await locking.raw('BEGIN EXCLUSIVE');
    await locking.raw('COMMIT');
    connector.start();
    const health = await connector.healthIs(({ code }) => code === 503, '503');
    expect(health.status).toContain('the database fails');
    await connector.said('not started yet: The database');
    expect(await connector.end('SIGTERM')).toBe(0);
    const before = connector.asterisk.actions('CoreShowChannels').length;
    connector.start();
    await connector.healthIs(({ code }) => code === 503, '503');
    await locking.destroy();
    await eventually(() => connector.asterisk.actions('CoreShowChannels').length > before, 'connecting');
    await connector.call();
    expect(await toldOf(1)).toEqual([wholeCall]);
    expect(connector.output).toContain('can be opened now: starting');
  }, 60_000);
});

/** A file system of two megabytes in memory; only root may make one. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  cleanUp.push(() => {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const mayMount = smallDisk() !== null;
for (const step of cleanUp.splice(0)) step();

describe('a full disk', () => {
  test.runIf(mayMount)(
    'is waited for: calls go on in memory and are in the CRM when there is room',
    async () => {
      const disk = smallDisk() ?? '';
      await started(join(disk, 'connector.db'));
      await connector.call();
      expect(await toldOf(1)).toEqual([wholeCall]);
      await fill(join(disk, 'filler'));
      let calls = 1;
      for (; (await connector.health())?.code !== 503; calls += 1) await connector.call();
      const health = await connector.healthIs(({ code }) => code === 503, '503');
      expect(health.database.problem).toBe('the disk is full');
      await rm(join(disk, 'filler'));
      await connector.healthIs(({ code }) => code === 200, '200');
      expect(await toldOf(calls)).toEqual(Array.from({ length: calls }, () => wholeCall));
      expect(connector.crm.violations).toEqual([]);
      expect(errors()).toEqual([
        expect.stringMatching(/the disk is full \(SQLITE_FULL, 0 MB left on its disk\): make room/),
      ]);
    },
    60_000,
  );

  test('a limit on the size of files is the same', async () => {
    await started();
    await connector.call();
    expect(await toldOf(1)).toEqual([wholeCall]);
    await run('prlimit', ['--pid', String(connector.pid), '--fsize=4096:unlimited']);
    await connector.call();
    const health = await connector.healthIs(({ code }) => code === 503, '503');
    expect(health.database.problem).toMatch(/the disk (is full|reports a fault)/);
    await connector.call();
    await run('prlimit', ['--pid', String(connector.pid), '--fsize=unlimited:unlimited']);
    await connector.healthIs(({ code }) => code === 200, '200');
    expect(await toldOf(3)).toEqual([wholeCall, wholeCall, wholeCall]);
    expect(connector.crm.violations).toEqual([]);
    expect(errors()).toHaveLength(1);
  }, 60_000);
});

/** Until not a byte more goes in. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (;;) await file.write(Buffer.alloc(4096, 1));
  } catch (fault) {
    expect((fault as NodeJS.ErrnoException).code).toBe('ENOSPC');
  } finally {
    await file.close();
  }
}

describe('a file system that cannot be written to', () => {
  test.runIf(mayMount)(
    'is waited for at the start',
    async () => {
      const disk = smallDisk() ?? '';
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      connector = await ConnectorProcess.prepare(join(disk, 'connector.db'));
      connector.start();
      await connector.healthIs(({ code }) => code === 503, '503');
      expect(errors()).toEqual([
        expect.stringMatching(/not started yet: .*see the rights of the file and of its folder/),
      ]);
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      await connector.connected();
      await connector.call();
      expect(await toldOf(1)).toEqual([wholeCall]);
    },
    60_000,
  );
});

describe('a database that is damaged while the connector runs', () => {
  test('is exchanged, with all that can be read of it, and calls go on', async () => {
    await started();
    await connector.call();
    expect(await toldOf(1)).toEqual([wholeCall]);
    const second = other(connector.database);
    // From the log into the file, then over it: the list of open calls, and the index of the callbacks' keys.
    await second.raw('PRAGMA wal_checkpoint(TRUNCATE)');
    const names = ['calls', 'sqlite_autoindex_callbacks_1', 'callbacks_key_unique'];
    const pages = await second('sqlite_master').whereIn('name', names).pluck<number[]>('rootpage');
    expect(pages).toHaveLength(2);
    const file = await open(connector.database, 'r+');
    for (const page of pages) await file.write(Buffer.alloc(4096, 0xff), 0, 4096, (page - 1) * 4096);
    await file.close();
    // Somebody's write makes SQLite read anew what it has in memory.
    await second('facts').insert({ name: 'test', value: '1' });
    await second.destroy();
    await connector.call();
    expect(await toldOf(2)).toEqual([wholeCall, wholeCall]);
    await connector.call();
    expect(await toldOf(3)).toEqual([wholeCall, wholeCall, wholeCall]);
    const health = await connector.healthIs(({ code }) => code === 200, '200');
    expect(health.database.madeAnewAt).not.toBeNull();
    const files = await readdir(connector.folder);
    expect(files.filter((name) => /^connector\.db\.damaged-[^.]*Z$/.test(name))).toHaveLength(1);
    expect(errors().join('\n')).toMatch(/it is damaged(.|\n)*made anew: it holds .*callbacks/);
    await connector.end('SIGTERM');
    const kept = other(connector.database);
    const [{ count }] = (await kept('callbacks').count({ count: '*' })) as [{ count: number }];
    expect(count).toBe(15);
    expect(await kept.raw('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  }, 60_000);
});

describe('a second connector', () => {
  test('is refused with a sentence, not at once again, and takes over when the first was killed', async () => {
    await started();
    const other = await ConnectorProcess.prepare(connector.database);
    cleanUp.push(() => other.close());
    const begun = Date.now();
    other.start();
    expect(await other.ended()).toBe(1);
    expect(Date.now() - begun).toBeGreaterThan(5000);
    expect(other.lines('error')).toEqual([
      expect.stringMatching(/not started: .*in use by another connector \(process \d+ on/),
    ]);
    await connector.end('SIGKILL');
    other.start();
    await other.connected();
    await other.call();
    await eventually(() => other.told().includes(wholeCall), 'the call');
  }, 60_000);

  test('another program’s database is refused with 78, which a supervisor does not try again', async () => {
    connector = await ConnectorProcess.prepare();
    await writeFile(connector.database, 'something else\n'.repeat(100));
    connector.start();
    expect(await connector.ended()).toBe(78);
    expect(errors()).toEqual([expect.stringContaining('is not an SQLite database')]);
  });
});
