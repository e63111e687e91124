import { existsSync, WriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startCapture } from '../../src/tools/capture-command.ts';
import { loadCapture } from '../../src/tools/demo/capture.ts';
import { readStream } from '../../src/tools/replay/read-stream.ts';
import { runReplay } from '../../src/tools/replay-command.ts';
import { account, FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { configOf, until } from '../service/office.ts';

let folder: string;
let file: string;
let asterisk: FakeAsterisk;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'record-'));
  file = join(folder, 'call.ami');
  asterisk = await FakeAsterisk.start();
});
afterEach(async () => {
  await asterisk.stop();
  await rm(folder, { recursive: true, force: true });
});

const config = ({ port = asterisk.port, secret = String(account.secret) } = {}) =>
  configOf(`
ami: { host: 127.0.0.1, port: ${port}, username: ${account.name}, secret: ${secret} }
crm: { url: 'http://crm', token: t, time_zone: Europe/Moscow }`);

function record(settings = config(), mask = false) {
  const told: string[] = [];
  let isOver = false;
  const onEnd = () => {
    isOver = true;
  };
  const facts = { version: '1.2.3', node: 'v20.0.0', at: Date.UTC(2026, 10, 21), mask };
  const recording = startCapture(settings, { ...facts, file, tell: (text) => void told.push(text), onEnd });
  return { recording, told, isOver: () => isOver };
}

test('what Asterisk sent can be replayed, with its times', async () => {
  const { recording, told } = record();
  const { stop } = await recording;
  expect(told).toEqual([
    `capturing to ${file} and ${join(folder, 'call.timing.json')}: make the call, then press Ctrl+C`,
  ]);
  await asterisk.server.play(await loadCapture('test/captures/22/s14'), { speed: 100 });
  const size = (await readFile('test/captures/22/s14/stream.ami')).length;
  const written = async () => (await stat(file)).size;
  await expect.poll(written).toBeGreaterThan(size - 500);
  await stop();
  const text: string[] = [];
  const replay = { dialect: null, call: null, events: false, mask: false } as const;
  const output = { out: (some: string) => void text.push(some), complain: () => {} };
  await runReplay({ kind: 'replay', files: [file], config: null, ...replay }, config(), output);
  expect(text.join('')).toContain('times as recorded');
  expect(text.join('')).toContain('101 and 103 rang too and 102 took it');
});

test('a capture for a bug report: what it is of, without numbers, and it is told as ever', async () => {
  const { stop } = await record(config(), true).recording;
  await asterisk.server.play(await loadCapture('test/captures/22/s14'), { speed: Number.POSITIVE_INFINITY });
  await until(() => asterisk.actions('CoreSettings').length > 0);
  await expect.poll(async () => (await stat(file)).size).toBeGreaterThan(60_000);
  await stop();
  const bytes = await readFile(file, 'utf8');
  expect(bytes).not.toMatch(/1014011|1112244/);
  expect(bytes.split('\r\n').slice(0, 4)).toEqual([
    '# captured by asterisk-vtiger-connector 1.2.3, Node v20.0.0, 2026-11-21T00:00:00.000Z',
    '# numbers and names are disguised, secrets are taken out',
    '# extensions.pattern ^[0-9]{2,6}$; trunks none named; numbers.country none',
    '# crm.dialect auto; crm.time_zone Europe/Moscow',
  ]);
  const text: string[] = [];
  const replay = { dialect: null, call: null, events: false, mask: false } as const;
  const output = { out: (some: string) => void text.push(some), complain: () => {} };
  await runReplay({ kind: 'replay', files: [file], config: null, ...replay }, config(), output);
  expect(text.join('')).toContain('note: captured by asterisk-vtiger-connector 1.2.3');
  expect(text.join('')).toContain('101 and 103 rang too and 102 took it');
});

test('neither the secret nor others’ eyes are in it', async () => {
  const { stop } = await record().recording;
  await stop();
  expect(await readFile(file, 'utf8')).not.toContain(account.secret);
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('a file that is there is not overwritten', async () => {
  await writeFile(file, 'mine');
  await expect(record().recording).rejects.toThrow(`${file} is there already: name a new file`);
  expect(await readFile(file, 'utf8')).toBe('mine');
});

test('nor are times of another recording, and no half of a pair is left', async () => {
  const times = join(folder, 'call.timing.json');
  await writeFile(times, 'mine');
  await expect(record().recording).rejects.toThrow(`${times} is there already: name a new file`);
  expect(await readFile(times, 'utf8')).toBe('mine');
  expect(existsSync(file)).toBe(false);
});

test('one that is killed has its times as well', async () => {
  const { stop } = await record().recording;
  await asterisk.server.play(await loadCapture('test/captures/22/s14'), { speed: Number.POSITIVE_INFINITY });
  const times = join(folder, 'call.timing.json');
  await expect.poll(async () => (await stat(file)).size).toBeGreaterThan(10_000);
  await expect.poll(async () => readFile(times, 'utf8')).toMatch(/\]$/);
  const [bytes, reads] = [await readFile(file), await readFile(times, 'utf8')];
  await stop();
  for (const cut of [reads, reads.slice(0, -3), `${reads},\n[1`]) {
    await writeFile(join(folder, 'killed.timing.json'), cut);
    await writeFile(join(folder, 'killed.ami'), bytes);
    const stream = await readStream(join(folder, 'killed.ami'));
    expect(stream.arrivals?.length).toBeGreaterThan(0);
  }
});

test('a full disk ends it, in words', async () => {
  const { recording, told, isOver } = record();
  const { stop } = await recording;
  const full = (...args: unknown[]) => (args.at(-1) as (fault: Error) => void)(new Error('ENOSPC: no space left'));
  for (const write of ['_write', '_writev'] as const) vi.spyOn(WriteStream.prototype, write).mockImplementation(full);
  await asterisk.server.play(await loadCapture('test/captures/22/s14'), { speed: Number.POSITIVE_INFINITY });
  await until(isOver);
  await stop();
  vi.restoreAllMocks();
  expect(told.slice(1)).toEqual(['the capture ends here, as it cannot be written: ENOSPC: no space left']);
});

test('a refused login, and nobody there, in words and without a file', async () => {
  await expect(record(config({ secret: 'wrong' })).recording).rejects.toThrow(
    `Asterisk refuses the login of ${account.name}: Authentication failed`,
  );
  await expect(record(config({ port: 1 })).recording).rejects.toThrow('Asterisk at 127.0.0.1:1 is not reached');
  expect(existsSync(file)).toBe(false);
});

test('Asterisk ends it: that is told, and what was recorded is kept', async () => {
  const { recording, told, isOver } = record();
  const { stop } = await recording;
  asterisk.server.drop();
  await until(isOver);
  expect(told.at(-1)).toBe('Asterisk has closed the connection');
  await stop();
  expect(JSON.parse(await readFile(join(folder, 'call.timing.json'), 'utf8'))).not.toEqual([]);
});
