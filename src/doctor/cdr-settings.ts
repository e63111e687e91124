import type { AsteriskSeen } from './asterisk-seen.ts';
import { type Finding, fault, ok, skipped, warning } from './finding.ts';
import { asked, isYes, readsFiles } from './questions.ts';

export interface CdrTerms {
  /** null: the connector reads no CDR of its own accord, so that its time zone does not matter. */
  readonly timeZone: string | null;
  /** By how much that zone is ahead of UTC now, in minutes. */
  readonly offsetMinutes: number;
}

/** Whether Asterisk keeps call detail records and tells them with the recording's name. */
export function judgeCdr(asterisk: AsteriskSeen | null, terms: CdrTerms): Finding[] {
  return [judgeEnabled(asterisk), judgeManager(asterisk), judgeMapping(asterisk), judgeZone(asterisk, terms)];
}

const unasked = 'Asterisk could not be asked: see ami.login';
const noAnswer = 'Asterisk does not say';
const needsReporting = 'The account needs write class `reporting` to be told.';

function judgeEnabled(asterisk: AsteriskSeen | null): Finding {
  const id = 'dialplan.cdr';
  const written = asterisk?.core?.get('corecdrenabled');
  if (asterisk === null) return skipped(id, unasked);
  if (written === undefined) return skipped(id, noAnswer, needsReporting);
  if (isYes(written)) return ok(id, 'Asterisk keeps call detail records');
  return fault(
    id,
    'Asterisk keeps no call detail records',
    'In cdr.conf, [general], have `enable = yes`, then `module reload cdr`: recordings and `reconcile` depend on them.',
  );
}

function judgeManager(asterisk: AsteriskSeen | null): Finding {
  const id = 'dialplan.cdr-manager';
  if (asterisk === null) return skipped(id, unasked);
  const loaded = asterisk.values.get(asked.cdrManager) ?? '';
  if (loaded === '') return skipped(id, noAnswer, `${needsReporting} By hand: \`module show like cdr_manager\`.`);
  if (loaded === '0')
    return fault(
      id,
      'cdr_manager.so is not loaded: Asterisk sends no Cdr events',
      'Copy asterisk-conf/cdr_manager.conf to /etc/asterisk (without a file of that name Asterisk does not load the module), then `module load cdr_manager.so`.',
    );
  const enabled = asterisk.values.get(asked.cdrManagerEnabled) ?? '';
  if (isYes(enabled) || !readsFiles(asterisk)) return ok(id, 'cdr_manager.so is loaded');
  return fault(
    id,
    'cdr_manager.so is loaded but switched off: Asterisk sends no Cdr events',
    'In cdr_manager.conf, [general], have `enabled = yes`, then `module reload cdr_manager.so`.',
  );
}

function judgeMapping(asterisk: AsteriskSeen | null): Finding {
  const id = 'dialplan.cdr-mapping';
  if (asterisk === null) return skipped(id, unasked);
  if (!readsFiles(asterisk)) return skipped(id, 'cdr_manager.conf could not be read through Asterisk', needsReporting);
  const mapped = asterisk.values.get(asked.mapping) ?? '';
  if (mapped.toLowerCase() === 'recordingpath') return ok(id, 'recordingpath => recordingpath');
  const cure =
    'In cdr_manager.conf, [mappings], have `recordingpath => recordingpath`, then `module reload cdr_manager.so`.';
  if (mapped === '')
    return warning(
      id,
      'cdr_manager.conf does not pass on CDR(recordingpath): a recording is known by MIXMONITOR_FILENAME alone',
      cure,
    );
  return fault(id, `cdr_manager.conf passes on CDR(recordingpath) under another name, ${mapped}`, cure);
}

/** `+0300`, as strftime's %z; null: none. */
export function offsetMinutes(text: string): number | null {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function judgeZone(asterisk: AsteriskSeen | null, { timeZone, offsetMinutes: expected }: CdrTerms): Finding {
  const id = 'dialplan.zone';
  if (asterisk === null) return skipped(id, unasked);
  const written = asterisk.values.get(asked.offset) ?? '';
  const its = offsetMinutes(written);
  if (its === null) return skipped(id, 'Asterisk does not tell its time zone', needsReporting);
  const zone = `Asterisk’s time is UTC${written} (${asterisk.values.get(asked.zoneName) ?? '?'})`;
  if (timeZone === null) return ok(id, zone);
  const inUtc = isYes(asterisk.values.get(asked.csvInUtc) ?? '');
  if ((inUtc ? 0 : its) === expected) return ok(id, `${zone}, as cdr.time_zone has it`);
  return fault(
    id,
    `${zone}${inUtc ? ', its CDR in UTC (usegmtime)' : ''}, but cdr.time_zone is ${timeZone}`,
    'Set cdr.time_zone to the zone of Asterisk’s machine, or UTC with usegmtime=yes: `reconcile` would take every call for one of another hour.',
  );
}
