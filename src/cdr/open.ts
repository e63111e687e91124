import { promises as files } from 'node:fs';
import { CdrRefused, type CdrSource } from './cdr-source.ts';
import { openCsv } from './csv-file.ts';
import { openTable, type TableSettings } from './table.ts';

/** Section `cdr` of the configuration. */
export interface CdrSettings extends Omit<TableSettings, 'source' | 'timeZone'> {
  readonly source: 'auto' | 'none' | 'csv' | 'sqlite' | 'mysql' | 'postgresql';
  readonly columns: readonly string[];
  readonly time_zone: string;
}

/**
 * Opens Asterisk's CDR, for reading only.
 *
 * @returns null: there is none
 * @throws CdrRefused with a sentence for the operator
 */
export async function openCdr(settings: CdrSettings): Promise<CdrSource | null> {
  const { source, file, columns, time_zone: timeZone } = settings;
  if (source === 'none' || (source === 'auto' && !(await isReadable(file)))) return null;
  if (source === 'auto' || source === 'csv') return openCsv({ file, columns, timeZone });
  return openTable({ ...settings, source, timeZone });
}

function isReadable(file: string): Promise<boolean> {
  return files.access(file, files.constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** What to say to who asks for a comparison where no CDR is configured. */
export const unconfigured =
  'It is not known where Asterisk keeps its CDR: set cdr.source to csv, sqlite, mysql or postgresql (docs/reconcile.md).';

export { CdrRefused, type CdrSource };
