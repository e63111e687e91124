import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCapture } from '../../src/tools/demo/capture.ts';
import { startRecording } from '../../src/tools/record-command.ts';
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

function record(settings = config()) {
  const told: string[] = [];
  let isOver = false;
  const onEnd = () => {
    isOver = true;
  };
  const recording = startRecording(settings, { file, tell: (text) => void told.push(text), onEnd });
  return { recording, told, isOver: () => isOver };
}

test('what Asterisk sent can be replayed, with its times', async () => {
  const { recording, told } = record();
  const { stop } = await recording;
  expect(told).toEqual([
    `recording to ${file} and ${join(folder, 'call.timing.json')}: make the call, then press Ctrl+C`,
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
