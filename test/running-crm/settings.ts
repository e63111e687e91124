import { describe, test } from 'vitest';

/**
 * What the drivers of a running CRM are told, by the environment. The CRM has the module installed and its PBX gateway set to
 * http://127.0.0.1:<CONNECTOR_PORT>; the drivers start a connector there themselves, and a PBX that replays captured calls.
 * Of a CRM that is used in earnest they would make records: they are for one that stands on this machine.
 *
 *   CRM_URL=http://127.0.0.1:8072/ CRM_TOKEN=... CRM_LOGIN=u101:password CRM_COLLEAGUE=u102:password CRM_STRANGER=u104:password
 *   CRM_NUMBER=74951112277 CONNECTOR_PORT=5000 npx vitest run test/running-crm
 *
 * With CRM_PUSH=1 the CRM's web server passes asterisk-live/ on to that port (docs/reverse-proxy.md), and popups must come by it
 * alone; without it the web server must not, and the page asks. CRM_LIST_ROWS=100: one page of the list of calls shows as many
 * (list_max_entries_per_page in the CRM's config.inc.php), and none of them may load sound. CRM_ADMIN=admin:password is needed
 * for the settings page.
 */
export interface CrmSettings {
  /** With a slash at its end. */
  readonly url: string;
  /** The Vtiger Secret Key. */
  readonly token: string;
  readonly port: number;
  /** Has extension 101. */
  readonly user: Login;
  /** Has extension 102. */
  readonly colleague: Login;
  /** May not see the user's calls. */
  readonly stranger: Login;
  /** Needed for the settings page alone. */
  readonly admin: Login | null;
  /** Of a customer in the CRM. */
  readonly number: string;
  /** How the page must hear of calls. */
  readonly isPushed: boolean;
  /** So many calls with recordings one page of the list must show. */
  readonly listRows: number;
}

export interface Login {
  readonly name: string;
  readonly password: string;
}

/** Tests that need a running CRM; without CRM_URL they are skipped. */
export function describeCrm(title: string, tests: (crm: CrmSettings) => void): void {
  const crm = crmSettings();
  if (crm === null) describe.skip(title, () => test('needs CRM_URL', () => {}));
  else describe(title, () => tests(crm));
}

function crmSettings(): CrmSettings | null {
  const { CRM_URL, CRM_TOKEN, CRM_LOGIN, CRM_COLLEAGUE, CRM_STRANGER, CRM_NUMBER, CONNECTOR_PORT, CRM_PUSH } =
    process.env;
  const { CRM_ADMIN, CRM_LIST_ROWS } = process.env;
  if (CRM_URL === undefined) return null;
  return {
    url: CRM_URL.replace(/\/*$/, '/'),
    token: required('CRM_TOKEN', CRM_TOKEN),
    port: Number(CONNECTOR_PORT ?? 5000),
    user: login('CRM_LOGIN', CRM_LOGIN),
    colleague: login('CRM_COLLEAGUE', CRM_COLLEAGUE),
    stranger: login('CRM_STRANGER', CRM_STRANGER),
    number: required('CRM_NUMBER', CRM_NUMBER),
    isPushed: CRM_PUSH === '1',
    admin: CRM_ADMIN === undefined ? null : login('CRM_ADMIN', CRM_ADMIN),
    listRows: Number(CRM_LIST_ROWS ?? 1),
  };
}

function login(name: string, value: string | undefined): Login {
  const [user = '', ...password] = required(name, value).split(':');
  return { name: user, password: password.join(':') };
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Error(`CRM_URL is set, but ${name} is not`);
  return value;
}
