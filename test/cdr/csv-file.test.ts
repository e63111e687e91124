import { appendFile, chmod, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCsv } from '../../src/cdr/csv-file.ts';
import { openCdr } from '../../src/cdr/open.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cdr-'));
  file = join(folder, 'Master.csv');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const timeZone = 'Europe/Moscow';
const noon = Date.parse('2026-11-21T12:00:00Z');
const hourMs = 3_600_000;

/** As cdr_csv writes it with loguniqueid and newcdrcolumns. */
function line(at: number, more = `"${at / 1000}.1","","${at / 1000}.1",5`, name = 'Ivan'): string {
  const local = new Date(at + 3 * hourMs).toISOString().slice(0, 19).replace('T', ' ');
  const columns = `"","7921","7495","did","""${name}"" <7921>","PJSIP/p-01","PJSIP/101-02","Dial","PJSIP/101"`;
  return `${columns},"${local}","${local}","${local}",0,0,"ANSWERED","DOCUMENTATION"${more === '' ? '' : `,${more}`}\n`;
}

async function read(from = noon, until = noon + hourMs) {
  const source = await openCsv({ file, columns: [], timeZone });
  return (await source.read(from, until)).map(({ start }) => start);
}

test('the rows that begin in the span, its end excluded', async () => {
  await writeFile(
    file,
    [noon - 1000, noon, noon + 5000, noon + hourMs, noon + 24 * hourMs].map((at) => line(at)).join(''),
  );
  expect(await read()).toEqual([noon, noon + 5000]);
});

test('a last line that is being written is left for the next time', async () => {
  const whole = line(noon + 1000);
  for (const length of [1, 60, 130, 180, whole.length - 20]) {
    await writeFile(file, line(noon) + whole.slice(0, length));
    expect((await read())[0]).toBe(noon);
  }
  await writeFile(file, line(noon) + whole.slice(0, 150));
  expect(await read()).toEqual([noon]);
  await appendFile(file, whole.slice(150));
  expect(await read()).toEqual([noon, noon + 1000]);
});

test('what logrotate put aside, as far as it was still written to', async () => {
  await writeFile(file, line(noon + 3000));
  await writeFile(`${file}.1`, line(noon + 2000));
  await writeFile(`${file}.2.gz`, gzipSync(line(noon + 1000)));
  await writeFile(`${file}-20261121`, line(noon));
  await writeFile(`${file}.3`, line(noon + 500));
  await utimes(`${file}.3`, (noon - hourMs) / 1000, (noon - hourMs) / 1000);
  await writeFile(`${file}.bak`, line(noon + 700));
  expect((await read()).sort()).toEqual([noon, noon + 1000, noon + 2000, noon + 3000]);
});

test('a caller who is called like a date hides nothing', async () => {
  await writeFile(file, line(noon, undefined, '"",""1999-01-01 00:00:00""'));
  expect(await read()).toEqual([noon]);
});

test('without ids it is said what to change', async () => {
  await writeFile(file, line(noon, '') + line(noon + 1000, ''));
  await expect(read()).rejects.toThrow('loguniqueid=yes and newcdrcolumns=yes');
});

test('rows from before ids were written are left out', async () => {
  await writeFile(file, line(noon, '') + line(noon + 1000));
  expect(await read()).toEqual([noon + 1000]);
});

test('a file of cdr_custom, with times in epoch seconds', async () => {
  await writeFile(file, `"PJSIP/p-01","PJSIP/101-02","${noon / 1000}.5","NO ANSWER","${noon / 1000}.1"\n`);
  const columns = ['channel', 'dstchannel', 'start', 'disposition', 'uniqueid'];
  const source = await openCsv({ file, columns, timeZone });
  expect(await source.read(noon, noon + 1000)).toMatchObject([{ start: noon, disposition: 'no-answer' }]);
  const wrong = await openCsv({ file, columns: columns.slice(0, 4), timeZone });
  await expect(wrong.read(noon, noon + 1000)).rejects.toThrow('cdr.columns');
});

test('a file that is not there, or may not be read', async () => {
  await expect(openCsv({ file, columns: [], timeZone })).rejects.toThrow('does not exist: set cdr.file');
  await writeFile(file, '');
  await chmod(file, 0);
  // Root may read all.
  if (process.getuid?.() !== 0) await expect(openCsv({ file, columns: [], timeZone })).rejects.toThrow('EACCES');
});

test('a large file is not held', async () => {
  const old = line(noon - 100 * 24 * hourMs).repeat(10_000);
  await writeFile(file, '');
  for (let n = 0; n < 20; n++) await appendFile(file, old);
  await appendFile(file, line(noon));
  const before = process.memoryUsage().heapUsed;
  expect(await read()).toEqual([noon]);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
});

const settings = {
  ...{ columns: [], server: 'localhost', port: 0, user: '', password: '', database: '', table: 'cdr' },
  time_zone: timeZone,
};

test('auto is a Master.csv that is there, or nothing', async () => {
  expect(await openCdr({ ...settings, source: 'auto', file })).toBeNull();
  expect(await openCdr({ ...settings, source: 'none', file })).toBeNull();
  await writeFile(file, '');
  expect((await openCdr({ ...settings, source: 'auto', file }))?.title).toBe(file);
  expect((await openCdr({ ...settings, source: 'csv', file }))?.title).toBe(file);
});
