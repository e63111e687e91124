import { posix } from 'node:path';
import { variableOf } from './environment.ts';
import { carried, changed, ignored, type Origin } from './import-origin.ts';
import type { Problem } from './problem.ts';
import { type PythonFile, readAssignments } from './python-assignments.ts';
import type { Assignment, Literal } from './python-literals.ts';
import { type RawMap, type Source, sectionsOf, withoutByteOrderMark } from './source.ts';

/** What the Unified Asterisk Connector's config.py calls the settings that it has. */
const attributes: ReadonlyMap<string, string> = new Map([
  ['vtiger_url', 'crm.url'],
  ['vtiger_token', 'crm.token'],
  ['click2call_bind_addr', 'http.bind'],
  ['click2call_port', 'http.port'],
  ['record_domain', 'recordings.public_url'],
  ['db_path', 'database.path'],
]);
const amiEntries: ReadonlyMap<string, string> = new Map(
  ['host', 'port', 'username', 'secret'].map((name) => [name, `ami.${name}`]),
);
const amiName = (entry: string) => `ami_params['${entry}']`;
const names: ReadonlyMap<string, string> = new Map([
  ...[...attributes].map(([attribute, key]) => [key, attribute] as const),
  ...[...amiEntries].map(([entry, key]) => [key, amiName(entry)] as const),
]);

interface Reading {
  readonly file: PythonFile;
  readonly texts: Map<string, string>;
  readonly where: Map<string, string>;
  readonly problems: Problem[];
  readonly notes: string[];
  readonly origins: Origin[];
}

/** Reads the Python connector's config.py as it is. It is never executed: what is no literal is a problem. */
export function importPython(text: string): Source {
  const file = readAssignments(withoutByteOrderMark(text));
  const lists = { problems: [], notes: [...file.notes], origins: [] };
  const reading: Reading = { file, texts: new Map(), where: new Map(), ...lists };
  for (const { line, expected } of file.strange) reading.problems.push({ key: `line ${line}`, expected });
  for (const assignment of lastOnes(file.assignments, (name) => name, reading)) takeAttribute(assignment, reading);
  mapRecordDomain(reading);
  mapDatabase(reading);
  return {
    values: { ...sectionsOf(reading.texts), ...anyContext },
    where: reading.where,
    problems: reading.problems,
    notes: reading.notes,
    origins: reading.origins,
    remarks: file.notes,
    isBroken: file.isBroken,
    names,
  };
}

/** The Python connector dialled in whatever context the CRM named, and its config.py cannot say which. */
const anyContext: RawMap = { click_to_call: { allowed_contexts: ['*'] } };

/** The last of a name counts, as in Python. */
function lastOnes(
  assignments: readonly Assignment[],
  called: (name: string) => string,
  { notes, origins }: Reading,
): Iterable<Assignment> {
  const last = new Map<string, Assignment>();
  for (const assignment of assignments) {
    const { name, line } = assignment;
    const before = last.get(name);
    if (before !== undefined && name !== '') {
      notes.push(`${called(name)} stands in line ${before.line} and again in line ${line}, which counts`);
      origins.push(ignored(called(name), before.line, `it stands again in line ${line}, which counts`));
    }
    last.set(assignment.name, assignment);
  }
  return last.values();
}

function takeAttribute(assignment: Assignment, reading: Reading): void {
  const { name, value, line } = assignment;
  const key = attributes.get(name);
  if (key !== undefined) return takeValue(key, value, line, reading);
  if (name !== 'ami_params') notUsed(name, line, reading);
  else if (value.kind === 'dict') takeAmi(value.entries, reading);
  else
    reading.problems.push({
      key: name,
      where: `line ${value.line}`,
      expected: "{'host': ..., 'username': ..., 'secret': ...}",
    });
}

function takeAmi(entries: readonly Assignment[], reading: Reading): void {
  for (const { name, value, line } of lastOnes(entries, amiName, reading)) {
    const key = amiEntries.get(name);
    if (key !== undefined) takeValue(key, value, line, reading);
    else if (name !== '') notUsed(amiName(name), line, reading);
    else
      reading.problems.push({
        key: 'ami_params',
        where: `line ${line}`,
        expected: "entries of the form 'host': 'localhost'",
      });
  }
}

function notUsed(name: string, line: number, { notes, origins }: Reading): void {
  notes.push(`${name} (line ${line}) is not used by this connector`);
  origins.push(ignored(name, line, 'no setting that this connector knows'));
}

function takeValue(key: string, value: Literal, line: number, { texts, where, problems, origins }: Reading): void {
  const name = names.get(key) ?? key;
  where.set(key, `line ${line}`);
  if (value.kind === 'text') texts.set(key, value.text);
  if (value.kind === 'text') return void origins.push(carried(name, line, [key]));
  if (value.kind === 'none') return void origins.push(ignored(name, line, 'it is None'));
  const why = value.kind === 'notLiteral' ? `; it is ${value.why}` : '';
  origins.push(
    ignored(name, line, `it is ${value.kind === 'notLiteral' ? value.why : 'no text'}, and nothing is executed`),
  );
  problems.push({
    key,
    where: `line ${value.line}`,
    expected: `the value itself, in quotes${why}`,
    hint: `this file is read, not executed; the value may also be given as ${variableOf({ path: key.split('.') })}`,
  });
}

/**
 * record_domain is the host of links, whose port is click2call's; some write a port or a whole address into it.
 * The Python connector starts with a useless one as well (empty, or 0.0.0.0), so that is no reason to refuse it.
 */
function mapRecordDomain(reading: Reading): void {
  const { texts, notes } = reading;
  const key = 'recordings.public_url';
  const domain = texts.get(key)?.trim();
  texts.delete(key);
  if (domain === '') amend(key, reading, (name, line) => ignored(name, line, 'it has no value'));
  if (domain === undefined || domain === '') return;
  if (/^(?:0\.0\.0\.0|::|\[::\])(?::[0-9]+)?$/.test(domain)) {
    amend(key, reading, (name, line) => ignored(name, line, 'it is no address that the CRM can open recordings at'));
    notes.push(`record_domain ${domain} is no address that the CRM can open recordings at: it is not used`);
    return;
  }
  const port = texts.get('http.port')?.trim() ?? '';
  // A port that is no number is a problem of its own, and of one key.
  const base = linkBase(domain, /^[0-9]+$/.test(port) ? port : '5000');
  texts.set(key, base);
  if (base !== domain)
    amend(key, reading, (name, line) => changed(name, line, [key], 'a whole address, with the port of click2call'));
}

/** What became of a key is known only when others have been read. */
function amend(key: string, { origins }: Reading, as: (name: string, line: number) => Origin): void {
  const at = origins.findIndex(({ keys }) => keys.includes(key));
  const found = origins[at];
  if (found !== undefined) origins[at] = as(found.name, Number(found.where.replace('line ', '')));
}

function linkBase(domain: string, port: string): string {
  if (/^[a-z]+:\/\//i.test(domain)) return domain;
  if (/^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i.test(domain)) return `http://[${domain}]:${port}`;
  const [, host = '', path = ''] = /^([^/]*)(.*)$/s.exec(domain) ?? [];
  return /:[0-9]+$/.test(host) ? `http://${domain}` : `http://${host}:${port}${path}`;
}

/** The Python connector's database has other tables, and it may be needed again: ours is a file beside it. */
function mapDatabase(reading: Reading): void {
  const { texts, notes } = reading;
  const key = 'database.path';
  const theirs = texts.get(key)?.trim() ?? '';
  texts.delete(key);
  if (theirs === '' || theirs === ':memory:')
    return amend(key, reading, (name, line) => ignored(name, line, 'it names no file'));
  const { dir, name, ext } = posix.parse(theirs);
  const ours = posix.join(dir, `${name}.node${ext === '' ? '.db' : ext}`);
  texts.set(key, ours);
  const why = `${theirs} stays the Python connector’s own; this one keeps a file beside it`;
  amend(key, reading, (name, line) => changed(name, line, [key], why));
  notes.push(`db_path ${theirs} stays the Python connector's own; this connector's database is ${ours} beside it`);
}
