import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../src/db/connect.ts';
import { recordingsTable } from '../../src/recordings/recording-row.ts';
import type { WholeOffice } from './office.ts';

export const closedAt = Date.now() - 400 * 86_400_000;

/** A recording of long ago, which the connector knows and the CRM links to. */
export async function recordedInto(office: WholeOffice, id: string, name: string, content: Buffer): Promise<void> {
  const file = join(office.monitor, name);
  await writeFile(file, content);
  await utimes(file, closedAt / 1000, closedAt / 1000);
  const database = connect(office.config.database.path);
  const rest = { learnt_from: 'cdr', talks: '[]', announced_to: '[]', announced_at: closedAt, state: 'ready' };
  const row = { id, call: `call-${id}`, path: `/var/spool/asterisk/monitor/${name}`, created_at: closedAt };
  await database(recordingsTable).insert({ ...row, ...rest, closed_at: closedAt });
  await database.destroy();
}
