import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { CdrFields, CdrRecord } from '../../src/cdr/cdr-record.ts';
import { toRecord } from '../../src/cdr/to-record.ts';
import { timeIn } from '../../src/cdr/zone-time.ts';
import type { Truth } from '../golden/truth.ts';

const captures = 'test/captures';

/** Every captured scenario's folder. */
export const folders = readdirSync(captures).flatMap((variant) =>
  readdirSync(`${captures}/${variant}`).map((scenario) => `${captures}/${variant}/${scenario}`),
);

/** Which CDR the admin has: the one with linkedid, or Master.csv as cdr_csv writes it. */
export type Kind = 'with linkedid' | 'without linkedid';

/** The CDR that Asterisk wrote of a captured scenario. */
export function capturedRecords(truth: Truth, kind: Kind): CdrRecord[] {
  const time = timeIn(truth.pbx_time_zone);
  return truth.cdr_rows.flatMap((row) => {
    const { linkedid, ...rest } = row as unknown as CdrFields;
    const record = toRecord(kind === 'with linkedid' ? { ...rest, linkedid } : rest, time);
    return record === null ? [] : [record];
  });
}

export async function truthOf(folder: string): Promise<Truth> {
  return JSON.parse(await readFile(`${folder}/truth.json`, 'utf8')) as Truth;
}
