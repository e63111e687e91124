import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { stopLimitMs } from '../../src/run.ts';
import { command } from '../asterisk/command.ts';

const unitFile = 'packaging/systemd/asterisk-vtiger-connector.service';

/** The values of each directive, in order. */
function directives(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), value ?? '']);
  }
  return found;
}

const noRestart = [exitCodes.usage, exitCodes.configuration];

describe('the systemd unit', () => {
  test('knows how the program starts, reloads, stops and fails', async () => {
    const unit = directives(await readFile(unitFile, 'utf8'));
    expect(unit.get('Type')).toEqual(['notify']);
    expect(unit.get('NotifyAccess')).toEqual(['all']);
    expect(unit.get('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
    expect(unit.get('Restart')).toEqual(['on-failure']);
    expect(unit.get('RestartPreventExitStatus')).toEqual([noRestart.join(' ')]);
    expect(Number(unit.get('TimeoutStopSec')?.[0]) * 1000).toBeGreaterThan(stopLimitMs);
    expect(unit.get('WatchdogSec')).toHaveLength(1);
  });

  test('neither starts nor stops Asterisk', async () => {
    const unit = directives(await readFile(unitFile, 'utf8'));
    expect(unit.get('After')?.join(' ')).toContain('asterisk.service');
    const binding = ['Requires', 'BindsTo', 'PartOf', 'Wants', 'Requisite', 'Upholds'];
    expect(binding.flatMap((name) => unit.get(name) ?? []).join(' ')).not.toContain('asterisk.service');
  });

  test('systemd finds nothing wrong with it, and little that is open', async () => {
    if (!(await command('systemd-analyze', ['--version'])).ok) {
      console.warn('SKIPPED, no systemd-analyze on this machine');
      return;
    }
    const verified = await command('systemd-analyze', ['verify', '--man=no', unitFile]);
    expect(verified.output).not.toMatch(/Unknown|Failed to parse|Invalid/);
    const judged = await command('systemd-analyze', ['security', '--offline=yes', '--threshold=25', unitFile]);
    expect(judged.ok, judged.output).toBe(true);
  });
});

describe('the supervisord program', () => {
  test('waits for the stop, and does not repeat a start with faulty settings', async () => {
    const program = directives(await readFile('packaging/supervisor/asterisk-vtiger-connector.conf', 'utf8'));
    expect(program.get('autorestart')).toEqual(['unexpected']);
    expect(program.get('exitcodes')).toEqual([[0, ...noRestart].join(',')]);
    expect(program.get('startsecs')).toEqual(['0']);
    expect(Number(program.get('stopwaitsecs')?.[0]) * 1000).toBeGreaterThan(stopLimitMs);
  });
});

describe('the pm2 app', () => {
  test('is one process, which is given the time that it needs to stop', async () => {
    const { apps } = await import(resolve('ecosystem.config.js'));
    expect(apps).toMatchObject([{ instances: 1, exec_mode: 'fork', stop_exit_codes: noRestart }]);
    expect(apps[0].kill_timeout).toBeGreaterThan(stopLimitMs);
  });
});

describe('the image', () => {
  const folder = 'packaging/docker';

  test('copies only what .dockerignore lets in, and that is there', async () => {
    const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    const letIn = (await readFile('.dockerignore', 'utf8')).split('\n').filter((line) => line.startsWith('!'));
    const names = letIn.map((line) => line.slice(1));
    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied) {
      expect(names.some((name) => path === name || path.startsWith(`${name}/`))).toBe(true);
      expect((await command('git', ['ls-files', '--error-unmatch', path])).ok, path).toBe(true);
    }
  });

  test('runs as nobody special, and is asked how it is', async () => {
    const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK .*healthy\.mjs/m);
    expect(dockerfile).not.toMatch(/curl|wget/);
  });

  test('compose: recordings read-only, a volume for the database, and time to stop', async () => {
    const { services, volumes } = parse(await readFile(join(folder, 'compose.yaml'), 'utf8'));
    const { connector } = services;
    expect(connector.volumes).toContain('/var/spool/asterisk/monitor:/var/spool/asterisk/monitor:ro');
    expect(connector.volumes).toContain('database:/data');
    expect(Object.keys(volumes)).toEqual(['database']);
    expect(Number.parseInt(connector.stop_grace_period, 10) * 1000).toBeGreaterThan(stopLimitMs);
    expect(await readdir(join(folder, connector.build.context, folder))).toContain('Dockerfile');
  });
});
