import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { command } from '../asterisk/command.ts';
import { copyProgram, removeProgram } from '../faults/program.ts';
import { until } from '../faults/scene.ts';
import { CallsUnderWay } from './calls-under-way.ts';
import { describeSupervisor } from './describe-supervisor.ts';

const name = 'asterisk-vtiger-connector';

/** A supervisord with our own program file, in which only the places are others. */
class Supervisord {
  readonly #settings: string;
  readonly logFile: string;

  private constructor(settings: string, logFile: string) {
    this.#settings = settings;
    this.logFile = logFile;
  }

  static async start(folder: string, program: string, configFile: string): Promise<Supervisord> {
    const ours = await readFile(`packaging/supervisor/${name}.conf`, 'utf8');
    const logFile = join(folder, 'connector.log');
    const placed = ours
      .replace(/^command=.*/m, `command=${process.execPath} ${program} --config ${configFile}`)
      .replace(/^directory=.*/m, `directory=${folder}`)
      .replace(/^user=.*\n/m, '')
      .replace(/^stdout_logfile=.*/m, `stdout_logfile=${logFile}`);
    const settings = join(folder, 'supervisord.conf');
    const socket = join(folder, 'socket');
    await writeFile(
      settings,
      `[unix_http_server]
file=${socket}
[supervisord]
logfile=${join(folder, 'supervisord.log')}
pidfile=${join(folder, 'supervisord.pid')}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${socket}
${placed}`,
    );
    const supervisord = new Supervisord(settings, logFile);
    expect(await command('supervisord', ['-c', settings])).toMatchObject({ ok: true });
    onTestFinished(async () => void (await supervisord.control('shutdown')));
    return supervisord;
  }

  /** supervisorctl. */
  async control(...words: string[]): Promise<string> {
    return (await command('supervisorctl', ['-c', this.#settings, ...words])).output;
  }

  async pid(): Promise<number> {
    return Number(await this.control('pid', name));
  }

  log(): Promise<string> {
    return readFile(this.logFile, 'utf8').catch(() => '');
  }

  async says(words: string, times = 1): Promise<void> {
    const isSo = await until(async () => (await this.log()).split(words).length > times, 20_000);
    expect(isSo, `${words}\n${await this.log()}`).toBe(true);
  }
}

await describeSupervisor('supervisord', () => {
  let program: string;
  beforeAll(async () => {
    program = resolve(await copyProgram('supervisord'));
  });
  afterAll(() => removeProgram(program));

  let calls: CallsUnderWay;
  beforeEach(async () => {
    calls = await CallsUnderWay.start();
  });

  test('kill -9, restart and SIGHUP while calls go on: the CRM has all of them in the end', async () => {
    const supervisord = await Supervisord.start(calls.folder, program, calls.configFile);
    await calls.areHeard();
    await calls.begin();
    await pause(1_200);
    await calls.survive(async () => process.kill(await supervisord.pid(), 'SIGKILL'));
    await calls.begin();
    await pause(1_200);
    await calls.survive(() => supervisord.control('restart', name));
    await calls.begin();
    await pause(1_200);
    await calls.survive(() => supervisord.control('signal', 'HUP', name));
    await calls.areOver();
    await calls.reconcile(program);
    const log = await supervisord.log();
    await calls.areRight(() => log);
    await supervisord.says('reload: the connector runs');
    expect(await supervisord.control('stop', name)).toContain('stopped');
    await calls.areDoneWith();
    await supervisord.says('info stopped', 2);
  }, 120_000);

  test('Asterisk comes after the connector', async () => {
    await calls.asterisk.refuse();
    const supervisord = await Supervisord.start(calls.folder, program, calls.configFile);
    await supervisord.says('trying again until it works');
    expect(await supervisord.control('status', name)).toContain('RUNNING');
    await calls.asterisk.listen();
    await calls.areHeard();
  }, 60_000);

  test('settings at fault are not tried again', async () => {
    await calls.settle('nonsense: 1');
    const supervisord = await Supervisord.start(calls.folder, program, calls.configFile);
    await until(async () => (await supervisord.control('status', name)).includes('EXITED'), 20_000);
    await pause(1_500);
    expect(await supervisord.control('status', name)).toContain('EXITED');
    expect((await supervisord.log()).split('nonsense (line 8)')).toHaveLength(2);
  }, 60_000);
});
