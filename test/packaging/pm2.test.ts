import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { command } from '../asterisk/command.ts';
import { until } from '../faults/scene.ts';
import { CallsUnderWay } from './calls-under-way.ts';
import { describeSupervisor } from './describe-supervisor.ts';

const name = 'asterisk-vtiger-connector';

/** As pm2 has it: `jlist`. */
interface App {
  readonly pid: number;
  readonly pm2_env: { readonly status: string; readonly restart_time: number };
}

/** A pm2 with a daemon of its own, and the program in a folder as an admin has it. */
class Pm2 {
  readonly folder: string;
  readonly #home: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#home = join(folder, '.pm2');
  }

  static async prepare(folder: string): Promise<Pm2> {
    for (const part of ['dist', 'package.json', 'ecosystem.config.js'])
      await cp(part, join(folder, part), { recursive: true });
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    await mkdir(join(folder, '.pm2'));
    const pm2 = new Pm2(folder);
    onTestFinished(async () => void (await pm2.run('kill')));
    return pm2;
  }

  async run(...words: string[]): Promise<string> {
    const env = ['-C', this.folder, `PM2_HOME=${this.#home}`, 'PM2_DISCRETE_MODE=true'];
    return (await command('env', [...env, 'pm2', ...words])).output;
  }

  async app(): Promise<App> {
    const output = await this.run('jlist');
    const [app] = JSON.parse(output.slice(output.indexOf('[{'))) as [App];
    return app;
  }

  async log(): Promise<string> {
    const files = ['out', 'error'].map((kind) => join(this.#home, 'logs', `${name}-${kind}.log`));
    const texts = await Promise.all(files.map((file) => (existsSync(file) ? readFile(file, 'utf8') : '')));
    return texts.join('\n');
  }

  async says(words: string): Promise<void> {
    const isSo = await until(async () => (await this.log()).includes(words), 20_000);
    expect(isSo, `${words}\n${await this.log()}`).toBe(true);
  }
}

await describeSupervisor('pm2', () => {
  let calls: CallsUnderWay;
  let pm2: Pm2;
  beforeEach(async () => {
    calls = await CallsUnderWay.start();
    pm2 = await Pm2.prepare(calls.folder);
  });

  test('kill -9, reload and SIGHUP while calls go on: the CRM has all of them in the end', async () => {
    await pm2.run('start', 'ecosystem.config.js');
    await calls.areHeard();
    await calls.begin();
    await pause(1_200);
    const { pid } = await pm2.app();
    await calls.survive(() => process.kill(pid, 'SIGKILL'));
    await calls.begin();
    await pause(1_200);
    await calls.survive(() => pm2.run('reload', name));
    await calls.begin();
    await pause(1_200);
    await calls.survive(() => pm2.run('sendSignal', 'SIGHUP', name));
    await calls.areOver();
    await calls.reconcile(join(pm2.folder, 'dist/main.js'));
    const log = await pm2.log();
    await calls.areRight(() => log);
    await pm2.says('reload: the connector runs');
    await pm2.run('stop', name);
    await calls.areDoneWith();
    expect((await pm2.app()).pm2_env.status).toBe('stopped');
    expect((await pm2.log()).split('info stopped')).toHaveLength(3);
  }, 150_000);

  test('Asterisk comes after the connector', async () => {
    await calls.asterisk.refuse();
    await pm2.run('start', 'ecosystem.config.js');
    await pm2.says('trying again until it works');
    expect((await pm2.app()).pm2_env).toMatchObject({ status: 'online', restart_time: 0 });
    await calls.asterisk.listen();
    await calls.areHeard();
  }, 90_000);

  test('settings at fault are not tried again', async () => {
    await calls.settle('nonsense: 1');
    await pm2.run('start', 'ecosystem.config.js');
    await pm2.says('nonsense (line 8)');
    await pause(3_000);
    expect((await pm2.app()).pm2_env.restart_time).toBe(0);
    expect((await pm2.log()).split('nonsense (line 8)')).toHaveLength(2);
  }, 60_000);
});
