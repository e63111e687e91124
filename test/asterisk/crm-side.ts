import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { FakeCrm } from '../doubles/fake-crm.ts';

/** A CRM to which calls are told: the fake one, or a real one that runs somewhere on this machine. */
export interface CrmSide {
  readonly url: string;
  readonly token: string;
  /** All call rows, oldest first. */
  rows(): Promise<readonly CallRow[]>;
  /** Values that should never have arrived; a real CRM does not tell. */
  dangers(): readonly unknown[];
  stop(): Promise<void>;
}

export async function fakeCrmSide(): Promise<CrmSide> {
  const crm = await FakeCrm.start();
  return {
    url: crm.url,
    token: 'abracadabra',
    rows: async () => crm.rows,
    dangers: () => crm.violations,
    stop: () => crm.stop(),
  };
}

const { CRM_CALLBACK_URL: url, CRM_TOKEN: token, CRM_ROWS_COMMAND: rowsCommand } = process.env;

/** Whether the environment names a real SalesPlatform with users at extensions 101 and 102, in the zone Europe/Moscow. */
export const isRealCrmThere = url !== undefined && token !== undefined && rowsCommand !== undefined;

/**
 * The CRM that CRM_CALLBACK_URL, CRM_TOKEN and CRM_ROWS_COMMAND (a shell command that prints vtiger_pbxmanager as a JSON
 * array of CallRow) name.
 */
export async function realCrmSide(): Promise<CrmSide> {
  const all = async (): Promise<CallRow[]> => {
    const { stdout } = await promisify(execFile)('sh', ['-c', rowsCommand ?? ''], { maxBuffer: 64 * 1024 * 1024 });
    return (JSON.parse(stdout) as CallRow[]).map((row) => ({ ...row, recordingUrl: row.recordingUrl || null }));
  };
  return { url: url ?? '', token: token ?? '', rows: all, dangers: () => [], stop: async () => {} };
}
