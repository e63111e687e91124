/** Whose settings a text is. */
export type FileKind = 'connector' | 'python' | 'properties' | 'asterlink';

const javaNames =
  'ServerIP|ServerPort|Asterisk(?:AppDBPath|ServerIP|ServerPort|Username|Password)|Vtiger(?:URL|SecretKey)|Crm(?:URL|URLPrefix|SecretKey|ServerId|SendEvents)|CheckKeyOnListenRequest|LookUpVariablesNames|DefaultOriginateChannelProtocol';
const pythonNames = 'ami_params|vtiger_url|vtiger_token|click2call_bind_addr|click2call_port|record_domain|db_path';

const signs = {
  python: new RegExp(`^[ \\t\\u00a0]*(?:class[ \\t]+\\w+[ \\t]*[:(]|(?:${pythonNames})[ \\t]*(?::[^=\\r\\n]*)?=)`, 'm'),
  properties: new RegExp(`^[ \\t\\f]*(?:${javaNames})(?:[ \\t\\f]*[=:]|[ \\t\\f]|$)`, 'm'),
  asterlink: /^(["']?)(?:dialplan|pbx|bitrix24|suitecrm)\1[ \t]*:/m,
  ours: /^(["']?)(?:crm|recordings|click_to_call|extensions)\1[ \t]*:/m,
} as const;

/**
 * Known by what stands in it, as people rename files; by its name only where that says nothing. What is nobody's is taken
 * for a connector.yaml, whose reader has something to say about every text.
 */
export function kindOf(text: string, file: string): FileKind {
  if (signs.ours.test(text)) return 'connector';
  if (signs.python.test(text)) return 'python';
  if (signs.properties.test(text)) return 'properties';
  if (signs.asterlink.test(text)) return 'asterlink';
  if (/\.py$/i.test(file)) return 'python';
  return /\.properties$/i.test(file) ? 'properties' : 'connector';
}

export const kindNames: Readonly<Record<Exclude<FileKind, 'connector'>, string>> = {
  python: "the Python connector's config.py",
  properties: "a Java connector's properties",
  asterlink: "asterlink's conf.yml",
};
