import type { Mode, Reply } from '../../src/tools/demo/pbxmanager.ts';

const notFound: Reply = { status: 404, contentType: 'text/html; charset=UTF-8', body: 'File not found.\n' };

/** What SPAgi.php says to whoever does not send both the token and a number (measured, SalesPlatform 7.2.0-202008). */
const agiRefused: Reply = {
  status: 200,
  contentType: 'text/json; charset=UTF-8',
  body: '{"success":false,"error":{"code":400,"message":"Invalid request params","title":null}}',
};

const script = (body: string): Reply => ({ status: 200, contentType: 'application/javascript', body });

/** Files by which the CRMs differ and which anybody may ask for without a trace: no row, no table, no session. */
const files: Readonly<Record<string, (isVanilla: boolean) => Reply>> = {
  '/modules/PBXManager/callbacks/SPAgi.php': (isVanilla) => (isVanilla ? notFound : agiRefused),
  '/modules/PBXManager/resources/PBXManagerJS.js': (isVanilla) =>
    script(
      `${isVanilla ? '' : '//SalesPlatform.ru begin\n'}Vtiger_PBXManager_Js = { registerPBXCall: function() {} };\n`,
    ),
};

export function crmFile(path: string, mode: Mode): Reply {
  return files[path]?.(mode === 'vanilla') ?? notFound;
}
