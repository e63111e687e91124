import { resolve } from 'node:path';
import { callbackAddress, isCallbackAddress, isEveryAddress, publicUrlFor } from './address.ts';
import type { Problem } from './problem.ts';
import type { Config, Settings } from './schema.ts';
import { wholePattern } from './whole-pattern.ts';

/** Where cdr_csv and cdr_sqlite3_custom write to unless told otherwise. */
const usualCdrFiles = { csv: '/var/log/asterisk/cdr-csv/Master.csv', sqlite: '/var/log/asterisk/master.db' } as const;

/**
 * Fills in what depends on the machine, on the file's folder or on other keys.
 *
 * @param connection below whose name it is served; null: the only one
 */
export function complete(settings: Settings, folder: string, connection: string | null = null): Config {
  const { crm, http, recordings, database, cdr } = settings;
  const below = connection === null ? '' : `/${connection}`;
  const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    ...settings,
    crm: {
      ...crm,
      url: callbackAddress(crm.url),
      time_zone: crm.time_zone ?? ownZone,
      ca_file: absolute(crm.ca_file, folder),
    },
    http: {
      ...http,
      tls_certificate_file: absolute(http.tls_certificate_file, folder),
      tls_key_file: absolute(http.tls_key_file, folder),
    },
    recordings: {
      ...recordings,
      public_url: recordings.public_url.replace(/\/+$/, '') || `${ownUrl(http)}${below}`,
      delete_older_than_days: recordings.delete_older_than_days ?? null,
      transcoder_path: recordings.transcoder_path ?? null,
      cache_path: resolve(folder, recordings.cache_path ?? `${database.path}.transcoded`),
    },
    database: { ...database, path: resolve(folder, database.path) },
    cdr: {
      ...cdr,
      file: resolve(folder, cdr.file ?? usualCdrFiles[cdr.source === 'sqlite' ? 'sqlite' : 'csv']),
      time_zone: cdr.time_zone ?? ownZone,
    },
  };
}

function absolute(path: string | undefined, folder: string): string | null {
  return path === undefined ? null : resolve(folder, path);
}

function ownUrl({ bind, port, tls_certificate_file }: Settings['http']): string {
  return publicUrlFor(bind, port, tls_certificate_file === undefined ? 'http' : 'https');
}

/** What was filled in although only the operator can know it, or looks like a slip without being a fault. */
export function notesOn(settings: Settings, config: Config, called: (key: string) => string): string[] {
  const { ami, crm, http, recordings } = settings;
  const notes: string[] = [];
  if (!isCallbackAddress(crm.url))
    notes.push(`${called('crm.url')} is taken for the CRM itself; callbacks go to ${config.crm.url}`);
  if (crm.time_zone === undefined)
    notes.push(
      `crm.time_zone is not set: this machine's, ${config.crm.time_zone}, is used. It must be the CRM's $default_timezone (config.inc.php): set it, or CONNECTOR_CRM_TIME_ZONE in the environment`,
    );
  if (recordings.public_url === '' && isEveryAddress(http.bind))
    notes.push(
      `${called('recordings.public_url')} is not set: links to recordings begin with ${config.recordings.public_url}, which only this machine can open`,
    );
  for (const [name, text] of [
    ['crm.token', crm.token],
    ['ami.secret', ami.secret],
  ] as const)
    if (text !== text.trim()) notes.push(`${called(name)} begins or ends with a blank, which counts`);
  return notes;
}

/** Keys that are good one by one and cannot work together. */
export function contradictions(settings: Settings): Problem[] {
  return [
    ...unservedPaths(settings),
    ...withoutCountry(settings),
    ...missedByNobody(settings),
    ...withoutAge(settings),
    ...secretsShared(settings),
    ...halfOfTls(settings),
    ...fewerThanAlways(settings),
  ];
}

/** Who may look at figures may not place calls for that, nor hear recordings. */
function secretsShared({ crm, http }: Settings): Problem[] {
  if (http.monitor_token === '' || http.monitor_token !== crm.token) return [];
  return [
    { key: 'http.monitor_token', expected: 'another secret than crm.token, which opens recordings and places calls' },
  ];
}

function halfOfTls({ http }: Settings): Problem[] {
  const { tls_certificate_file, tls_key_file } = http;
  if ((tls_certificate_file === undefined) === (tls_key_file === undefined)) return [];
  const [missing, given] =
    tls_key_file === undefined ? ['tls_key_file', 'tls_certificate_file'] : ['tls_certificate_file', 'tls_key_file'];
  return [{ key: `http.${missing}`, expected: `the path of a file, as http.${given} is set`, got: 'nothing' }];
}

function fewerThanAlways({ crm }: Settings): Problem[] {
  const { connections, connections_at_most } = crm;
  if (connections_at_most >= connections) return [];
  const expected = `no fewer than crm.connections, which are always allowed (${connections})`;
  return [{ key: 'crm.connections_at_most', expected, got: String(connections_at_most) }];
}

/** These say how numbers of a country are written. */
function withoutCountry({ numbers }: Settings): Problem[] {
  const { country, area_code, to_crm, to_dialplan } = numbers;
  if (country !== 'none') return [];
  const expected = 'numbers.country beside it: it says how numbers are written';
  // `national` to the CRM is then the last ten digits.
  const given = { area_code, to_crm: to_crm === 'national' ? 'auto' : to_crm, to_dialplan };
  const idle = ['', 'auto', 'as-is'];
  return Object.entries(given).flatMap(([name, value]) =>
    idle.includes(value) ? [] : [{ key: `numbers.${name}`, expected, got: JSON.stringify(value) }],
  );
}

/** A missed call of somebody who cannot be a user would be told to nobody. */
function missedByNobody({ calls, extensions, trunks }: Settings): Problem[] {
  const pattern = wholePattern(extensions.pattern);
  const overall = calls.missed_extension === '' ? [] : [['calls.missed_extension', calls.missed_extension] as const];
  const single = Object.entries(calls.missed_extensions).map(
    ([line, name]) => [`calls.missed_extensions ${line}`, name] as const,
  );
  return [...overall, ...single].flatMap(([key, name]) => {
    if (pattern.test(name) && !trunks.includes(name)) return [];
    const expected = `an extension, which extensions.pattern (${extensions.pattern}) fits and which is no trunk`;
    return [{ key, expected, got: JSON.stringify(name) }];
  });
}

/** Without it nothing would be old enough. */
function withoutAge({ recordings }: Settings): Problem[] {
  const { retention, delete_older_than_days: days } = recordings;
  if (retention === 'off' || days !== undefined) return [];
  const expected = `a number of days, as recordings.retention is ${retention}`;
  return [{ key: 'recordings.delete_older_than_days', expected, got: 'nothing' }];
}

function unservedPaths(settings: Settings): Problem[] {
  const { roots, path_map: pathMap } = settings.recordings;
  return pathMap.flatMap(({ to }, index) => {
    if (roots.some((root) => holds(root, to) || holds(to, root))) return [];
    const key = `recordings.path_map entry ${index + 1} to`;
    const expected = 'a folder that lies in one of recordings.roots, or holds one; nothing else is ever served';
    return [{ key, expected, got: JSON.stringify(to) }];
  });
}

function holds(outer: string, inner: string): boolean {
  return `${resolve(inner)}/`.startsWith(`${resolve(outer)}/`);
}
