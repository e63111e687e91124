import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { timeIn } from '../cdr/zone-time.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { wholePattern } from '../config/whole-pattern.ts';
import { localTimeIn } from '../crm/local-time.ts';
import { createNumbers } from '../numbers/numbers.ts';
import { numberSettings, recordingPlaces } from '../settings.ts';
import { judgeAmi } from './ami.ts';
import { askAsterisk } from './ask-asterisk.ts';
import { askCdr } from './ask-cdr.ts';
import { askCrm } from './ask-crm.ts';
import { askDatabase } from './ask-database.ts';
import { askDisks, askPort, askRights, isThisMachine, ownCertificate, ownerOf } from './ask-machine.ts';
import { askPlaying, askRetention } from './ask-playing.ts';
import { askRoots } from './ask-recordings.ts';
import type { AmiSeen, AsteriskSeen } from './asterisk-seen.ts';
import { judgeCdr } from './cdr-settings.ts';
import { judgeCdrSource } from './cdr-source.ts';
import { judgeCrm, judgeWay } from './crm.ts';
import { judgeDialplan } from './dialplan.ts';
import { judgeDoor } from './door.ts';
import { type Finding, families, familyOf } from './finding.ts';
import { judgeMachine, judgeOwnClock } from './machine.ts';
import { judgeOutbox } from './outbox.ts';
import { judgePhones } from './phones.ts';
import { judgePlaying } from './playing.ts';
import { contextAsked, numberAsked } from './questions.ts';
import { judgeRecordings } from './recordings.ts';
import { classes, judgeRights } from './rights.ts';

export interface DoctorParts {
  readonly clock: Clock;
  /** Of this program. */
  readonly version: string;
  /** Of Node.js: process.version. */
  readonly node: string;
  /** The settings' file; null: the environment alone. */
  readonly file: string | null;
  /** What reading the settings had to remark. */
  readonly notes: readonly string[];
  /** Which of several connections is looked at; null: there is one. */
  readonly connection?: string | null;
}

const dayMs = 86_400_000;

/** How far back the connector's own memory is looked at. */
const days = 7;

/** The CRM is asked by a person, who waits. */
const crmMs = 10_000;

/** Looks at everything that a call, a click and a recording go through; changes nothing. In the order of the families. */
export async function examine(config: Config, parts: DoctorParts): Promise<Finding[]> {
  const [isAsteriskLocal, isCrmLocal] = await Promise.all([
    isThisMachine(config.ami.host),
    isThisMachine(new URL(config.crm.url).hostname),
  ]);
  const near = { isAsteriskLocal, isCrmLocal };
  const [asterisk, crm, kept] = await Promise.all([
    asteriskFindings(config, parts, near),
    crmFindings(config, parts, near),
    keptFindings(config, parts, near),
  ]);
  const clock = judgeOwnClock(asterisk.aheadMs, crm.aheadMs, isAsteriskLocal !== false);
  const found = [...asterisk.findings, ...crm.findings, ...kept, clock];
  const order = Object.keys(families);
  return found.sort((a, b) => order.indexOf(familyOf(a)) - order.indexOf(familyOf(b)));
}

/** Whether they are on this machine; null: their names are not found. */
interface Near {
  readonly isAsteriskLocal: boolean | null;
  readonly isCrmLocal: boolean | null;
}

interface Found {
  readonly findings: readonly Finding[];
  readonly aheadMs: number | null;
}

/** A number outside, as customers' are written most often. */
const sample = '84951112233';

async function asteriskFindings(config: Config, { clock }: DoctorParts, near: Near): Promise<Found> {
  const { ami, click_to_call: click } = config;
  const contexts = [click.context, ...click.allowed_contexts.filter((context) => context !== '*')];
  const sampleNumber = createNumbers(numberSettings(config)).toDialplan(sample);
  const variables = [...contexts.map(contextAsked), numberAsked(click.context, sampleNumber)];
  const seen = await askAsterisk({ ...ami, variables }, clock);
  const { asterisk } = seen;
  return {
    aheadMs: asterisk?.aheadMs ?? null,
    findings: [
      ...judgeAmi(seen, { address: `${ami.host}:${ami.port}`, user: ami.username, isLocal: near.isAsteriskLocal }),
      ...judgeRights(asterisk, { user: ami.username, variables: config.calls.lookup_variables }),
      ...judgeCdr(asterisk, cdrTerms(config, clock.now())),
      ...judgeDialplan(asterisk, {
        context: click.context,
        furtherContexts: contexts.slice(1),
        sampleNumber,
        places: recordingPlaces(config),
        seesVariables: seesVariables(seen, ami.username),
      }),
      ...judgePhones(asterisk, phoneTerms(config)),
    ],
  };
}

function seesVariables({ asterisk }: AmiSeen, user: string): boolean {
  const read = asterisk === null ? null : classes(asterisk as AsteriskSeen, user, 'read');
  return read === null || read.has('dialplan') || read.has('all');
}

function cdrTerms({ cdr }: Config, now: number) {
  const shown = timeIn('UTC')(localTimeIn(cdr.time_zone)(now), null) ?? now;
  const isRead =
    cdr.source === 'csv' || cdr.source === 'sqlite' || cdr.source === 'mysql' || cdr.source === 'postgresql';
  return { timeZone: isRead ? cdr.time_zone : null, offsetMinutes: Math.round((shown - now) / 60_000) };
}

function phoneTerms({ extensions, trunks }: Config) {
  const pattern = wholePattern(extensions.pattern);
  return {
    isExtension: (name: string) => pattern.test(name) && !trunks.includes(name),
    pattern: extensions.pattern,
    technology: extensions.technology,
  };
}

async function crmFindings({ crm }: Config, { clock, notes }: DoctorParts, near: Near): Promise<Found> {
  const timeoutMs = Math.min(crm.timeout_seconds * 1000, crmMs);
  const trust = crm.ca_file === null ? {} : { ca: readFileSync(crm.ca_file, 'utf8') };
  const seen = await askCrm({ url: crm.url, token: crm.token, timeoutMs, ...trust }, clock);
  const terms = {
    url: crm.url,
    isLocal: near.isCrmLocal,
    dialect: crm.dialect,
    timeZone: crm.time_zone,
    isZoneSet: !notes.some((note) => note.startsWith('crm.time_zone is not set')),
    timeoutMs: crm.timeout_seconds * 1000,
  };
  return { aheadMs: seen.aheadMs, findings: [judgeWay(seen, terms, clock.now()), ...judgeCrm(seen, terms)] };
}

/** What the connector keeps, and what it stands on. */
async function keptFindings(config: Config, parts: DoctorParts, near: Near): Promise<Finding[]> {
  const { http, database: own, recordings } = config;
  const now = parts.clock.now();
  const places = recordingPlaces(config);
  const spanMs = days * dayMs;
  const [kept, roots, port] = await Promise.all([
    askDatabase({ path: own.path, places, spanMs, now }),
    askRoots(recordings.roots),
    http.port === 0
      ? ({ kind: 'free' } as const)
      : askPort(http.bind, http.port, parts.connection ?? null, http.tls_key_file !== null),
  ]);
  const isEverywhere = http.bind === '0.0.0.0' || http.bind === '::';
  const isBindOurs = isEverywhere || (await isThisMachine(http.bind));
  const machine = {
    ...{ node: parts.node, version: parts.version, port, isBindOurs, database: kept.database },
    disks: await askDisks([dirname(own.path), ...recordings.roots]),
    owner: await ownerOf(own.path),
    user: process.getuid?.() ?? -1,
    secrets: await askRights([parts.file, own.path, http.tls_key_file].filter((path) => path !== null)),
  };
  const isPublicLocal = isLoopback(new URL(recordings.public_url).hostname);
  const where = { isCrmLocal: near.isCrmLocal !== false, databasePath: own.path, notes: parts.notes };
  return [
    ...judgeOutbox(kept.outbox),
    ...judgeRecordings(
      { roots, kept: kept.recordings },
      { publicUrl: recordings.public_url, isPublicLocal, isCrmLocal: near.isCrmLocal !== false, days },
    ),
    ...judgePlaying(await askPlaying(config, roots), await askRetention(config)),
    ...judgeMachine(machine, {
      ...where,
      bind: http.bind,
      port: http.port,
      isEverywhere,
      isBindLocal: isLoopback(http.bind),
    }),
    ...(await doorFindings(config, near, now)),
    judgeCdrSource(await askCdr({ ...config.cdr }, now)),
  ];
}

async function doorFindings({ http, crm }: Config, { isCrmLocal }: Near, now: number): Promise<Finding[]> {
  const certificate = await ownCertificate(http.tls_certificate_file);
  const terms = { isBindLocal: isLoopback(http.bind), isCrmLocal: isCrmLocal !== false };
  return judgeDoor({ certificate, tokenLength: crm.token.length }, terms, now);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.startsWith('127.') || host === '::1' || host === '[::1]';
}
