import type { CdrFields } from './cdr-record.ts';

/** What cdr_csv writes into Master.csv; after these come those that cdr.conf asks for. */
const always = [
  'accountcode',
  'src',
  'dst',
  'dcontext',
  'clid',
  'channel',
  'dstchannel',
  'lastapp',
  'lastdata',
  'start',
  'answer',
  'end',
  'duration',
  'billsec',
  'disposition',
  'amaflags',
] as const;

/** With newcdrcolumns=yes, at the very end. */
const newer = ['peeraccount', 'linkedid', 'sequence'] as const;

/** The values of one line, in which commas may stand between quotes and a quote is written twice. */
export function csvValues(line: string): string[] {
  const values: string[] = [];
  const value = /\s*(?:"((?:[^"]|"")*)"|([^",][^,]*|))\s*(,|$)/y;
  for (;;) {
    const found = value.exec(line);
    // A quote that does not end, as of a line that is being written, or that ends before the value does.
    if (found === null) return values;
    const [, quoted, bare = '', comma] = found;
    values.push(quoted?.replaceAll('""', '"') ?? bare);
    if (comma !== ',') return values;
  }
}

/**
 * One line of Master.csv by names of columns. Which of the further columns it has is seen by how many there are and what is in them.
 *
 * @param columns those of a file of cdr_custom, whose order its own configuration says; [] as cdr_csv writes them
 */
export function csvFields(line: string, columns: readonly string[]): CdrFields {
  const values = csvValues(line);
  return Object.fromEntries((columns.length > 0 ? columns : columnsOf(values)).map((name, n) => [name, values[n]]));
}

/** Uniqueids that Asterisk makes, after a system name, and those of our clicks. */
const uniqueid = /^(?:.*-)?\d{9,}\.\d+$|^c2c-/;

function columnsOf(values: readonly string[]): readonly string[] {
  const more = values.slice(always.length);
  const hasNewer = more.length >= newer.length && /^\d+$/.test(String(more.at(-1)));
  const between = more.length - (hasNewer ? newer.length : 0);
  const isUserfield = between === 1 && !uniqueid.test(String(more[0]));
  const chosen = isUserfield ? ['userfield'] : ['uniqueid', 'userfield'].slice(0, between);
  return [...always, ...chosen, ...(hasNewer ? newer : [])];
}
