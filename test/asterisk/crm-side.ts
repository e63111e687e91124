import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Dialect } from '../../src/crm/dialect.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';

/** A CRM to which calls are told: the fake one, or a real one that runs somewhere on this machine. */
export interface CrmSide {
  /** Which kind it is, and so the dialect in which it is told. */
  readonly dialect: Dialect['name'];
  /** IANA name of the zone in which it keeps its times. */
  readonly timeZone: string;
  readonly url: string;
  readonly token: string;
  /** All call rows, oldest first. */
  rows(): Promise<readonly CallRow[]>;
  /** Values that should never have arrived; a real CRM does not tell. */
  dangers(): readonly unknown[];
  stop(): Promise<void>;
}

/** The zones that the CRMs' own installers leave: SalesPlatform's the one that is asked for, vTiger's UTC whatever that is. */
const timeZones: Readonly<Record<Dialect['name'], string>> = { salesplatform: 'Europe/Moscow', vanilla: 'UTC' };

export async function fakeCrmSide(dialect: Dialect['name'] = 'salesplatform'): Promise<CrmSide> {
  const timeZone = timeZones[dialect];
  const crm = await FakeCrm.start({ mode: dialect, timeZone });
  return {
    dialect,
    timeZone,
    url: crm.url,
    token: 'abracadabra',
    rows: async () => crm.rows,
    dangers: () => crm.violations,
    stop: () => crm.stop(),
  };
}

const { CRM_CALLBACK_URL: url, CRM_TOKEN: token, CRM_ROWS_COMMAND: rowsCommand } = process.env;

/** `salesplatform`, unless CRM_KIND says `vanilla`. */
const realDialect: Dialect['name'] = process.env['CRM_KIND'] === 'vanilla' ? 'vanilla' : 'salesplatform';

export const realCrmName = realDialect === 'vanilla' ? 'vTiger' : 'SalesPlatform';

/** Whether the environment names a real CRM with users at extensions 101 to 104, in the zone of its kind (`timeZones`). */
export const isRealCrmThere = url !== undefined && token !== undefined && rowsCommand !== undefined;

/**
 * The CRM that CRM_CALLBACK_URL, CRM_TOKEN, CRM_KIND and CRM_ROWS_COMMAND (a shell command that prints
 * vtiger_pbxmanager as a JSON array of CallRow) name.
 */
export async function realCrmSide(): Promise<CrmSide> {
  const all = async (): Promise<CallRow[]> => {
    const { stdout } = await promisify(execFile)('sh', ['-c', rowsCommand ?? ''], { maxBuffer: 64 * 1024 * 1024 });
    return (JSON.parse(stdout) as CallRow[]).map((row) => ({ ...row, recordingUrl: row.recordingUrl || null }));
  };
  return {
    dialect: realDialect,
    timeZone: timeZones[realDialect],
    url: url ?? '',
    token: token ?? '',
    rows: all,
    dangers: () => [],
    stop: async () => {},
  };
}
