import type { Config } from '../../config/schema.ts';

export interface HeadFacts {
  readonly version: string;
  readonly node: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly mask: boolean;
}

/**
 * What stands before Asterisk's greeting, where every reader of AMI passes over it: how the capture was made, and the settings
 * by which calls are told. Asterisk's own version is in its answer to CoreSettings.
 */
export function headOf(config: Pick<Config, 'extensions' | 'trunks' | 'crm' | 'numbers'>, facts: HeadFacts): string {
  const { version, node, at, mask } = facts;
  const { extensions, trunks, crm, numbers } = config;
  const lines = [
    `captured by asterisk-vtiger-connector ${version}, Node ${node}, ${new Date(at).toISOString()}`,
    mask ? 'numbers and names are disguised, secrets are taken out' : 'secrets are taken out, numbers are as they were',
    `extensions.pattern ${extensions.pattern}; trunks ${trunks.join(' ') || 'none named'}; numbers.country ${numbers.country}`,
    `crm.dialect ${crm.dialect}; crm.time_zone ${crm.time_zone}`,
  ];
  return lines.map((line) => `# ${line.replace(/[\r\n]/g, ' ')}\r\n`).join('');
}

/** What a capture says of itself, for who reads it; nothing if it was made otherwise. */
export function headIn(bytes: Buffer): string[] {
  const begin = bytes.toString('latin1', 0, longestHead);
  if (!begin.startsWith('# captured by ')) return [];
  const lines = begin.slice(0, begin.search(/^(?!# )/m)).split(/\r*\n/);
  const asterisk = /^AsteriskVersion: (.*?)\r*$/m.exec(begin)?.[1];
  const said = lines.filter((line) => line !== '').map((line) => line.slice(2));
  return asterisk === undefined ? said : [...said, `Asterisk ${asterisk}`];
}

const longestHead = 16 * 1024;
