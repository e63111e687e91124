import { hostFault, isEveryAddress, publicUrlFor } from './address.ts';
import { carried, changed, ignored, inOrder, notesOf, type Origin } from './import-origin.ts';
import { type Property, readProperties } from './import-properties-lines.ts';
import { others, secrets, settings, strange, unused } from './import-properties-names.ts';
import { lookupVariable } from './lookup-variable.ts';
import type { Problem } from './problem.ts';
import { type RawMap, type RawValue, type Source, sectionsOf, withoutByteOrderMark } from './source.ts';

/** Where PBXManager takes callbacks, which the connector adds by itself. */
const usualPrefix = 'modules/PBXManager/callbacks/PBXManager.php';

interface Reading {
  readonly values: Map<string, RawValue>;
  readonly where: Map<string, string>;
  readonly names: Map<string, string>;
  readonly origins: Origin[];
  readonly problems: Problem[];
}

/** Reads the settings of the Java connectors. */
export function importProperties(text: string): Source {
  const { properties, badEscapes } = readProperties(withoutByteOrderMark(text));
  const reading: Reading = { values: new Map(), where: new Map(), names: new Map(), origins: [], problems: [] };
  for (const line of badEscapes)
    reading.problems.push({ key: `line ${line}`, expected: 'four hexadecimal digits after \\u, as in \\u0041' });
  const given = lastOnes(properties, reading);
  for (const property of given.values()) take(property, given, reading);
  mapLinks(reading);
  const remarks = mapKeyCheck(given, reading);
  const { where, problems, names } = reading;
  const origins = inOrder(reading.origins);
  const values = { ...ofItsOwn, ...sectionsOf(reading.values) };
  return { values, where, problems, names, origins, remarks, notes: [...notesOf(origins), ...remarks] };
}

/** The Java connector dialled in whatever context the CRM named, and kept its database elsewhere. */
const ofItsOwn: RawMap = { click_to_call: { allowed_contexts: ['*'] }, database: { path: 'connector.db' } };

/** The last of a name counts, as in Java. */
function lastOnes(properties: readonly Property[], { origins }: Reading): Map<string, Property> {
  const last = new Map(properties.map((property) => [property.name, property]));
  for (const { name, line } of properties) {
    const counts = last.get(name)?.line ?? line;
    if (counts !== line) origins.push(ignored(name, line, `it stands again in line ${counts}, which counts`));
  }
  for (const names of bothConnectors) dropEarlier(names, last, origins);
  return last;
}

/** Each of the two connectors reads its own name, and nobody can tell from the file which of them ran. */
const bothConnectors = [
  ['VtigerURL', 'CrmURL'],
  ['VtigerSecretKey', 'CrmSecretKey'],
] as const;

function dropEarlier(names: readonly string[], last: Map<string, Property>, origins: Origin[]): void {
  const found = names.flatMap((name) => last.get(name) ?? []).sort((one, other) => one.line - other.line);
  const [earlier, later] = found;
  if (earlier === undefined || later === undefined) return;
  last.delete(earlier.name);
  origins.push(ignored(earlier.name, earlier.line, `${later.name} in line ${later.line} says the same, and counts`));
}

type Given = ReadonlyMap<string, Property>;

function take(property: Property, given: Given, reading: Reading): void {
  const { name, line } = property;
  const key = settings.get(name);
  const why = unused.get(name);
  if (name === 'LookUpVariablesNames') takeVariables(property, reading);
  else if (key === 'crm.url') takeAddress(property, given, reading);
  else if (key !== undefined) takeText(property, key, reading);
  else if (/^[0-9*#+]+$/.test(name)) takeTechnology(property, reading);
  else if (why !== undefined) reading.origins.push(ignored(name, line, why));
  else if (!others.includes(name)) reading.origins.push(ignored(name, line, strange(name)));
}

interface Meant {
  readonly text: string;
  /** What was left out of Java's value; '' nothing. */
  readonly without: string;
}

/** AsteriskIntegrator's own description has comments behind values, which Java takes for part of them. */
function meantBy({ name, value }: Property): Meant {
  const comment = secrets.has(name) ? /(?:^|\s)\/\/.*$/s : /(?:^|\s)(?:\/\/|#).*$/s;
  const text = value.replace(comment, '').trim();
  if (text === value) return { text, without: '' };
  return { text, without: comment.test(value) ? 'without the comment behind it' : 'without the blanks behind it' };
}

function takeText(property: Property, key: string, reading: Reading): void {
  const { name, line } = property;
  const { text, without } = meantBy(property);
  put(key, text, property, reading);
  if (text === '') reading.origins.push(ignored(name, line, 'it has no value'));
  else reading.origins.push(without === '' ? carried(name, line, [key]) : changed(name, line, [key], without));
}

function put(
  key: string,
  value: RawValue,
  { name, line }: Property,
  { values, where, names, problems }: Reading,
): void {
  where.set(key, `line ${line}`);
  names.set(key, name);
  if (JSON.stringify(value).includes('\uFFFD'))
    problems.push({ key, where: `line ${line}`, expected: 'UTF-8', hint: 'save the file as UTF-8' });
  else if (value !== '') values.set(key, value);
}

function takeAddress(property: Property, given: Given, reading: Reading): void {
  const { name, line } = property;
  const { text, without } = meantBy(property);
  const prefix = given.get('CrmURLPrefix');
  const path = name === 'CrmURL' && prefix !== undefined ? meantBy(prefix).text.replace(/^\/+/, '') : '';
  const isUsual = path === '' || path === usualPrefix;
  put('crm.url', isUsual || text === '' ? text : `${text.replace(/\/+$/, '')}/${path}`, property, reading);
  const trust = /^https:/i.test(text)
    ? 'its certificate is checked, which it was not (crm.ca_file for one of your own)'
    : '';
  const why = both(without, trust);
  if (text === '') reading.origins.push(ignored(name, line, 'it has no value'));
  else reading.origins.push(why === '' ? carried(name, line, ['crm.url']) : changed(name, line, ['crm.url'], why));
  if (prefix !== undefined) reading.origins.push(ofPrefix(prefix, isUsual));
}

function ofPrefix({ name, line }: Property, isUsual: boolean): Origin {
  const why = 'where PBXManager always is: the connector adds it to crm.url';
  return isUsual ? ignored(name, line, why) : carried(name, line, ['crm.url']);
}

/** Java splits at commas and nothing else, so that a blank behind one was part of the next name. */
function takeVariables(property: Property, reading: Reading): void {
  const { name, line } = property;
  const all = meantBy(property)
    .text.split(',')
    .flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
  const fit = [...new Set(all)].filter((one) => lookupVariable.safeParse(one).success);
  const left = all.filter((one) => !fit.includes(one));
  const key = 'calls.lookup_variables';
  if (fit.length > 0) put(key, fit, property, reading);
  if (all.length === 0) reading.origins.push(ignored(name, line, 'it has no value'));
  else if (left.length === 0) reading.origins.push(carried(name, line, [key]));
  else {
    const why = `without ${left.join(', ')}: no variable’s name, or one that a callback has already`;
    reading.origins.push(fit.length > 0 ? changed(name, line, [key], why) : ignored(name, line, why));
  }
}

/** `101 = PJSIP`: how that phone is called. */
function takeTechnology(property: Property, reading: Reading): void {
  const { name, line } = property;
  const { text } = meantBy(property);
  if (text === '') return void reading.origins.push(ignored(name, line, 'it has no value'));
  const key = 'extensions.technologies';
  const before = reading.values.get(key) as RawMap | undefined;
  put(key, { ...before, [name]: text }, property, reading);
  reading.names.delete(key);
  reading.origins.push(carried(name, line, [key]));
}

/** Where the Java connector listens is also where its links to recordings lead. */
function mapLinks({ values, origins }: Reading): void {
  const bind = values.get('http.bind');
  const port = String(values.get('http.port') ?? '5000');
  const at = origins.findIndex(({ keys }) => keys.includes('http.bind'));
  const told = origins[at];
  if (told === undefined || typeof bind !== 'string' || hostFault(bind) !== null) return;
  if (isEveryAddress(bind)) {
    const why = 'links to recordings cannot begin with it: recordings.public_url says what the CRM reaches';
    origins[at] = { ...told, fate: 'changed', why: both(told.why, why) };
  } else if (/^[0-9]{1,5}$/.test(port)) {
    values.set('recordings.public_url', publicUrlFor(bind, Number(port)));
    origins[at] = { ...told, keys: [...told.keys, 'recordings.public_url'] };
  }
}

function both(...reasons: readonly string[]): string {
  return reasons.filter((one) => one !== '').join('; ');
}

/** @returns what is to be said where the file does not say anything */
function mapKeyCheck(given: Given, { origins }: Reading): string[] {
  const name = 'CheckKeyOnListenRequest';
  const property = given.get(name);
  const why = 'recordings are never given out without the key';
  if (property === undefined) return [`${name} is not there, which meant false: ${why}`];
  const isChecked = meantBy(property).text.toLowerCase() === 'true';
  origins.push(isChecked ? carried(name, property.line, [], why) : changed(name, property.line, [], why));
  return [];
}
