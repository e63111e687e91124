import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { account } from '../doubles/fake-asterisk.ts';
import { Authority } from '../http/certificates.ts';
import { liveToken } from '../live/page.ts';
import { freshCapture, openOffice, token, until, type WholeOffice, writeRecording } from './office.ts';

let office: WholeOffice;
afterEach(() => office.close());

const click = (secret: string) => `/makecall?event=OutgoingCall&secret=${secret}&from=101&to=84951112233`;

test('neither secret is in the database, nor in the log, whatever was asked', async () => {
  office = await openOffice();
  await writeRecording(office.monitor, 'IN_21112026_01-36_79211001011_74951112233.wav');
  await office.asterisk.server.play(await freshCapture('22/s01'), { speed: Number.POSITIVE_INFINITY });
  await until(() => (office.crm.rows[0]?.recordingUrl ?? null) !== null, 'the recording');
  const link = office.crm.rows[0]?.recordingUrl?.replace('http://pbx.example:5000', '') ?? '';
  const live = liveToken(token, { ext: '101', user: 5, exp: Math.floor(Date.now() / 1000) + 600 });
  const asked = [
    ...[click(token), click(`${token}x`), `${link}&secret=${token}`, `/recording/x.wav&secret=${token}`],
    ...[`/status?secret=${token}`, `/live/calls?token=${live}`, `/nothing?secret=${token}`],
  ];
  const statuses = [];
  for (const path of asked) statuses.push((await fetch(`${office.url}${path}`)).status);
  expect(statuses).toEqual([200, 200, 200, 404, 200, 200, 404]);
  await office.asterisk.server.stop();
  await until(() => office.log.lines.some(({ level }) => level === 'warn' || level === 'error'), 'the lost link');
  await office.service.stop();
  const files = (await readdir(office.folder)).filter((name) => name.startsWith('connector.db'));
  const bytes = await Promise.all(files.map((name) => readFile(join(office.folder, name), 'latin1')));
  expect(bytes.join('')).toContain('79211001011');
  const log = JSON.stringify(office.log.lines);
  for (const secret of [token, account.secret, live]) {
    expect(bytes.join('')).not.toContain(secret);
    expect(log).not.toContain(secret);
  }
});

test('with a certificate the whole connector is asked over TLS, and not without', async () => {
  const authority = await Authority.make();
  const own = await authority.issue('IP:127.0.0.1');
  office = await openOffice();
  await office.service.stop();
  const { http } = office.config;
  const files = { tls_certificate_file: own.certificateFile, tls_key_file: own.keyFile };
  Object.assign(office, { config: { ...office.config, http: { ...http, ...files } } });
  await office.restart();
  const dispatcher = new Agent({ connect: { ca: await authority.ca() } });
  const answer = await request(`https://127.0.0.1:${office.service.httpPort}/health`, { dispatcher });
  expect(((await answer.body.json()) as { version: string }).version).toBe('0.0.0');
  await expect(fetch(`http://127.0.0.1:${office.service.httpPort}/health`)).rejects.toThrow();
  await dispatcher.close();
  await authority.remove();
});
