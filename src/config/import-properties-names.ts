import { nearest } from './nearest.ts';

/** SPVtigerAsteriskConnector's names and, with Crm in them, those of AsteriskIntegrator, which was made from it. */
export const settings: ReadonlyMap<string, string> = new Map([
  ['ServerIP', 'http.bind'],
  ['ServerPort', 'http.port'],
  ['AsteriskServerIP', 'ami.host'],
  ['AsteriskServerPort', 'ami.port'],
  ['AsteriskUsername', 'ami.username'],
  ['AsteriskPassword', 'ami.secret'],
  ['VtigerURL', 'crm.url'],
  ['CrmURL', 'crm.url'],
  ['VtigerSecretKey', 'crm.token'],
  ['CrmSecretKey', 'crm.token'],
  ['DefaultOriginateChannelProtocol', 'extensions.technology'],
  ['LookUpVariablesNames', 'calls.lookup_variables'],
]);
export const secrets: ReadonlySet<string> = new Set(['AsteriskPassword', 'VtigerSecretKey', 'CrmSecretKey']);

/** What has no counterpart, and why. */
export const unused: ReadonlyMap<string, string> = new Map([
  ['AsteriskAppDBPath', 'the Java connector’s database stays as it is; this connector keeps its own, connector.db'],
  ['CrmServerId', 'it was a mark in a callback that PBXManager does not read'],
  ['CrmSendEvents', 'it read a table of the office’s own; Asterisk’s CDR are read instead (cdr, command reconcile)'],
]);
/** Those that are read together with another one. */
export const others = ['CrmURLPrefix', 'CheckKeyOnListenRequest', ...unused.keys()];

/** What is said of a name that means nothing to us. */
export function strange(name: string): string {
  const meant = nearest(name, [...settings.keys(), ...others]);
  return `no setting that this connector knows${meant === null ? '' : `: was ${meant} meant?`}`;
}
