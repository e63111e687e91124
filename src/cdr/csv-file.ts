import { createReadStream, promises as files } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { CdrFields, CdrRecord } from './cdr-record.ts';
import { CdrRefused, type CdrSource } from './cdr-source.ts';
import { csvFields } from './csv-line.ts';
import { toRecord } from './to-record.ts';
import { timeIn } from './zone-time.ts';

const dayMs = 86_400_000;

export interface CsvSettings {
  readonly file: string;
  /** Those of cdr_custom, in order; [] for cdr_csv's. */
  readonly columns: readonly string[];
  readonly timeZone: string;
}

/**
 * Master.csv, which may be hundreds of megabytes: it is read line by line. Rows are in the order in which calls ended, so all of it
 * is, with what logrotate has put aside and what was still written to after the period's beginning.
 */
export async function openCsv({ file, columns, timeZone }: CsvSettings): Promise<CdrSource> {
  await requireReadable(file);
  const time = timeIn(timeZone);
  return {
    title: file,
    async read(from, until) {
      const found = { records: [] as CdrRecord[], others: 0, withoutId: 0 };
      for await (const line of linesSince(file, from, until)) {
        const fields = csvFields(line, columns);
        const record = toRecord(fields, time);
        if (record === null) found.withoutId += Number(isWithoutId(fields));
        else if (record.start < from || record.start >= until) found.others += 1;
        else found.records.push(record);
      }
      if (found.withoutId > 0 && found.others + found.records.length === 0)
        throw new CdrRefused(withoutIds(file, columns));
      return found.records;
    },
    close: async () => {},
  };
}

/** A line that is being written at this moment ends before its disposition. */
function isWithoutId({ uniqueid = '', disposition = '' }: CdrFields): boolean {
  return uniqueid === '' && disposition !== '';
}

async function* linesSince(file: string, from: number, until: number): AsyncGenerator<string> {
  const isNear = nearDates(from, until);
  for (const path of await filesSince(file, from)) for await (const line of linesOf(path)) if (isNear(line)) yield line;
}

function withoutIds(file: string, columns: readonly string[]): string {
  if (columns.length > 0) return `${file} has no uniqueid where cdr.columns says, so its rows cannot be told apart.`;
  return (
    `${file} has no ids of channels, so its rows cannot be told apart: put loguniqueid=yes and newcdrcolumns=yes into ` +
    'section [csv] of cdr.conf, then "asterisk -rx \'module reload cdr_csv.so\'". Calls from before that cannot be compared.'
  );
}

async function requireReadable(file: string): Promise<void> {
  try {
    await files.access(file, files.constants.R_OK);
  } catch (fault) {
    const { code } = fault as { code?: string };
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CdrRefused(`${file} ${why}: set cdr.file, or let the connector's user read it (group asterisk).`);
  }
}

/** The file itself and those that logrotate made of it: Master.csv.1, Master.csv.2.gz, Master.csv-20261121. */
async function filesSince(file: string, from: number): Promise<string[]> {
  const folder = dirname(file);
  const names = await files.readdir(folder);
  const rotated = names.filter(
    (name) => name.startsWith(basename(file)) && /^[.-]\d+(\.gz)?$/.test(name.slice(basename(file).length)),
  );
  const recent = [];
  for (const name of rotated) {
    const { mtimeMs } = await files.stat(join(folder, name));
    if (mtimeMs >= from) recent.push(join(folder, name));
  }
  return [...recent.sort(), file];
}

function linesOf(path: string): AsyncIterable<string> {
  const bytes = createReadStream(path);
  const input = path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

/** Whether a line may be of the period, without taking it apart: a date of it stands somewhere. Zones differ by a day at most. */
function nearDates(from: number, until: number): (line: string) => boolean {
  const [first, last] = [from - dayMs, until + dayMs].map((ms) => new Date(ms).toISOString().slice(0, 10));
  return (line) => {
    let hasDate = false;
    for (const [date] of line.matchAll(/\d{4}-\d\d-\d\d/g)) {
      hasDate = true;
      if (date >= (first ?? '') && date <= (last ?? '')) return true;
    }
    return !hasDate;
  };
}
