import type { Knex } from 'knex';
import { connectForReading } from '../db/read.ts';
import { refusal } from '../db/refusal.ts';

/** A call of which a Java connector told the CRM the address of its recording. */
export interface OldCall {
  /** As it stands in that address: `/recording?id=17`. */
  readonly id: string;
  /** As Asterisk said it. */
  readonly path: string;
  /** As the CDR has it: `2020-03-04 05:06:07` in Asterisk's zone; null: not known. */
  readonly startedAt: string | null;
  /** The address as it was told; '' where none was. */
  readonly link: string;
}

export interface OldDatabase {
  /** false: none of the Java connectors' databases. */
  readonly isKnown: boolean;
  readonly tables: readonly string[];
  /** Those with a recording, in slices. */
  slices(): AsyncIterable<readonly OldCall[]>;
  close(): Promise<void>;
}

const callsTable = 'crm_calls_info';
const slice = 500;

interface OldRow {
  readonly uid: unknown;
  readonly recordingpath: unknown;
  readonly starttime?: unknown;
  readonly recordingurl?: unknown;
}

/**
 * Opens another connector's database, for reading only.
 *
 * @throws DatabaseRefused with a sentence for the operator
 */
export async function openOldDatabase(path: string): Promise<OldDatabase> {
  const database = connectForReading(path);
  try {
    const tables = await database('sqlite_master').where({ type: 'table' }).orderBy('name').pluck<string[]>('name');
    const columns = tables.includes(callsTable) ? Object.keys(await database(callsTable).columnInfo()) : [];
    const isKnown = columns.includes('uid') && columns.includes('recordingpath');
    const close = () => database.destroy();
    return { isKnown, tables, slices: () => slicesOf(path, database, columns), close };
  } catch (fault) {
    await database.destroy();
    throw refusal(path, fault);
  }
}

async function* slicesOf(path: string, database: Knex, columns: readonly string[]): AsyncIterable<readonly OldCall[]> {
  const wanted = ['uid', 'recordingpath', 'starttime', 'recordingurl'].filter((name) => columns.includes(name));
  let last = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = await database<OldRow & { readonly place: number }>(callsTable)
      .select<(OldRow & { readonly place: number })[]>(...wanted, database.raw('rowid AS place'))
      .where('rowid', '>', last)
      .whereNot({ recordingpath: '' })
      .orderBy('rowid')
      .limit(slice)
      .catch((fault: unknown) => {
        throw refusal(path, fault);
      });
    if (rows.length === 0) return;
    last = rows.at(-1)?.place ?? last;
    yield rows.map(oldCall);
  }
}

function oldCall({ uid, recordingpath, starttime, recordingurl }: OldRow): OldCall {
  return {
    id: String(uid ?? ''),
    path: String(recordingpath).trim(),
    startedAt: typeof starttime === 'string' ? starttime : null,
    link: typeof recordingurl === 'string' ? recordingurl : '',
  };
}
