import type { AsteriskSeen } from './asterisk-seen.ts';
import { type CheckId, type Finding, fault, ok, skipped, some, warning } from './finding.ts';
import { classesOf } from './questions.ts';

export interface RightsTerms {
  readonly user: string;
  /** calls.lookup_variables: they come by read class `dialplan`. */
  readonly variables: readonly string[];
}

/** Which classes of events and actions the account has, and what is missing for what. */
export function judgeRights(asterisk: AsteriskSeen | null, terms: RightsTerms): Finding[] {
  const read = asterisk === null ? null : classes(asterisk, terms.user, 'read');
  const reading = readRights.map((right) => judgeRead(right, asterisk, read, terms));
  const writing = writeRights.map((right) => judgeWrite(right, asterisk));
  return [...reading, ...writing, judgeExcess(asterisk)];
}

const unasked = 'Asterisk could not be asked: see ami.login';

/** null: the files do not tell. */
export function classes(asterisk: AsteriskSeen, user: string, kind: 'read' | 'write'): ReadonlySet<string> | null {
  const question = classesOf(user, kind);
  const written = question === null ? '' : (asterisk.values.get(question) ?? '');
  if (written === '') return null;
  return new Set(written.split(',').map((name) => name.trim().toLowerCase()));
}

const has = (set: ReadonlySet<string>, name: string) => set.has(name) || set.has('all');

interface ReadRight {
  readonly name: 'call' | 'cdr' | 'dialplan' | 'system';
  readonly gives: string;
  readonly without: string;
  readonly isVital: (terms: RightsTerms) => boolean;
}

const readRights: readonly ReadRight[] = [
  {
    name: 'call',
    gives: 'calls are seen',
    without: 'no call reaches the CRM, and there are no popups',
    isVital: () => true,
  },
  {
    name: 'cdr',
    gives: 'Cdr events are seen',
    without: 'recordings whose file only CDR(recordingpath) names are not found',
    isVital: () => false,
  },
  {
    name: 'dialplan',
    gives: 'recordings’ names and variables are seen',
    without: 'a recording is known only at the end of its call, and calls.lookup_variables are not passed on',
    isVital: ({ variables }) => variables.length > 0,
  },
  {
    name: 'system',
    gives: 'starts and stops of Asterisk are seen',
    without: 'it is not seen when Asterisk has started and when it shuts down',
    isVital: () => false,
  },
];

function judgeRead(
  { name, gives, without, isVital }: ReadRight,
  asterisk: AsteriskSeen | null,
  read: ReadonlySet<string> | null,
  terms: RightsTerms,
): Finding {
  const id: CheckId = `ami.read-${name}`;
  if (asterisk === null) return skipped(id, unasked);
  // What came through is surer than what a file says, which Asterisk may not have read again yet.
  const isThere = name === 'call' && asterisk.isShownCalls !== null ? asterisk.isShownCalls : read && has(read, name);
  if (isThere === null)
    return skipped(
      id,
      'manager.conf could not be read through Asterisk',
      `See that \`read\` of [${terms.user}] has \`${name}\`: ${without} otherwise.`,
    );
  if (isThere) return ok(id, gives);
  const cure = `Add \`${name}\` to \`read\` of [${terms.user}] in manager.conf, then \`manager reload\`.`;
  const seen = `the account lacks read class \`${name}\`: ${without}`;
  return isVital(terms) ? fault(id, seen, cure) : warning(id, seen, cure);
}

const writeRights = [
  {
    name: 'originate',
    action: 'originate',
    gives: 'clicks can be dialled',
    without: 'clicks on numbers in the CRM do nothing',
    isVital: true,
  },
  {
    name: 'reporting',
    action: 'coreshowchannels',
    gives: 'open calls can be compared with Asterisk’s',
    without:
      'calls that ended while the link was down stay open, their popups too, until they time out; and this doctor sees little',
    isVital: false,
  },
] as const;

function judgeWrite(right: (typeof writeRights)[number], asterisk: AsteriskSeen | null): Finding {
  const id: CheckId = `ami.write-${right.name}`;
  if (asterisk === null) return skipped(id, unasked);
  if (asterisk.actions.has(right.action)) return ok(id, right.gives);
  const seen = `the account lacks write class \`${right.name}\`: ${right.without}`;
  const cure = `Add \`${right.name}\` to the account’s \`write\` in manager.conf, then \`manager reload\`.`;
  return right.isVital ? fault(id, seen, cure) : warning(id, seen, cure);
}

/** Each by an action that needs just that class (16.28, 22.10). */
const dangers = [
  ['command', 'command', 'any CLI command'],
  ['updateconfig', 'config', 'rewriting Asterisk’s files'],
  ['moduleload', 'system', 'loading modules, restarting, and programs by Originate'],
  ['redirect', 'call', 'hanging up and redirecting anybody’s calls'],
] as const;

function judgeExcess(asterisk: AsteriskSeen | null): Finding {
  const id = 'ami.write-excess';
  if (asterisk === null) return skipped(id, unasked);
  const found = dangers.filter(([action]) => asterisk.actions.has(action));
  if (found.length === 0) return ok(id, 'the account may do no more than it needs');
  const what = found.map(([, right, means]) => `\`${right}\` (${means})`);
  return warning(
    id,
    `the account may do more than the connector needs: ${some(what)}`,
    'Have `write = originate,reporting` in the account’s section, as asterisk-conf/manager.conf: whoever gets hold of the secret can do what the account can.',
  );
}
