import { locate, type RecordingPlaces } from '../recordings/locate.ts';
import type { AsteriskSeen, DialplanStep } from './asterisk-seen.ts';
import { type Finding, fault, ok, skipped, some, warning } from './finding.ts';
import { folderOf, type MixMonitor, mayCollide, mixMonitors } from './mix-monitor.ts';
import { asked, contextAsked, numberAsked } from './questions.ts';

export interface DialplanTerms {
  readonly context: string;
  /** Further contexts that the CRM may name, without `*`. */
  readonly furtherContexts: readonly string[];
  /** As a click would dial it. */
  readonly sampleNumber: string;
  readonly places: RecordingPlaces;
  /** Whether the account is shown the variables that the dialplan sets. */
  readonly seesVariables: boolean;
}

/** Where clicks go, and what is recorded into which folder. */
export function judgeDialplan(asterisk: AsteriskSeen | null, terms: DialplanTerms): Finding[] {
  const steps = asterisk?.dialplan ?? null;
  const monitors = asterisk === null || steps === null ? null : mixMonitors(steps, asterisk.values);
  return [
    judgeClick(asterisk, terms),
    judgeMixMonitor(asterisk, steps, monitors),
    judgeFolder(asterisk, monitors, terms),
    judgeNames(asterisk, monitors),
    judgeRecordingPath(asterisk, monitors, terms),
  ];
}

const unasked = 'Asterisk could not be asked: see ami.login';
const noDialplan = 'Asterisk does not show its dialplan';
const needsReporting = 'The account needs write class `reporting` to be shown it.';
const noneRecorded = 'the dialplan has no MixMonitor';

function judgeClick(asterisk: AsteriskSeen | null, { context, furtherContexts, sampleNumber }: DialplanTerms): Finding {
  const id = 'dialplan.click';
  if (asterisk === null) return skipped(id, unasked);
  const { values } = asterisk;
  const known = values.get(contextAsked(context)) ?? '';
  if (known === '') return skipped(id, noDialplan, needsReporting);
  const absent = [context, ...furtherContexts].filter((name) => values.get(contextAsked(name)) === '0');
  if (absent.length > 0)
    return fault(
      id,
      `the dialplan has no context ${some(absent)}`,
      `Clicks are dialled there: name a context that has a way out in click_to_call.context (and in the CRM’s “Outbound Context”), or include asterisk-conf/extensions-click.conf in extensions.conf; then \`dialplan reload\`.`,
    );
  if (values.get(numberAsked(context, sampleNumber)) === '0')
    return warning(
      id,
      `context ${context} does not take a number such as ${sampleNumber}`,
      'See its patterns, and numbers.to_dialplan and click_to_call.dial_prefix of the connector’s settings: `dialplan show` with number@context shows what fits.',
    );
  return ok(id, `context ${context} takes numbers such as ${sampleNumber}`);
}

function judgeMixMonitor(
  asterisk: AsteriskSeen | null,
  steps: readonly DialplanStep[] | null,
  monitors: readonly MixMonitor[] | null,
): Finding {
  const id = 'dialplan.mixmonitor';
  if (asterisk === null) return skipped(id, unasked);
  if (steps === null || monitors === null) return skipped(id, noDialplan, needsReporting);
  if (asterisk.values.get(asked.mixMonitor) === '0')
    return fault(
      id,
      'app_mixmonitor.so is not loaded: nothing is recorded',
      'Have modules.conf load it: `module load app_mixmonitor.so`.',
    );
  if (monitors.length > 0)
    return ok(
      id,
      `calls are recorded at ${some(
        monitors.map(({ where }) => where),
        4,
      )}`,
    );
  const cure =
    'If calls are to be recorded: include asterisk-conf/extensions-recording.conf, and call it as shown there. (Recording by queues.conf, features.conf or an AGI is not seen here.)';
  const isOld = steps.some(({ application }) => application.toLowerCase() === 'monitor');
  return warning(
    id,
    isOld ? 'the dialplan records by Monitor, into two halves that no player joins' : noneRecorded,
    cure,
  );
}

function judgeFolder(
  asterisk: AsteriskSeen | null,
  monitors: readonly MixMonitor[] | null,
  { places }: DialplanTerms,
): Finding {
  const id = 'dialplan.folder';
  if (asterisk === null) return skipped(id, unasked);
  if (monitors === null) return skipped(id, noDialplan);
  if (monitors.length === 0) return skipped(id, noneRecorded);
  const spool = asterisk.values.get(asked.spool) || '/var/spool/asterisk';
  const folders = [...new Set(monitors.map(({ file }) => folderOf(file, spool)))];
  const known = folders.filter((folder) => folder !== null);
  const outside = known.filter((folder) => locate(`${folder}/recording.wav`, places).kind === 'refused');
  if (outside.length > 0)
    return fault(
      id,
      `recordings go to ${some(outside)}, which is in none of recordings.roots (${some(places.roots)})`,
      'Add the folder to recordings.roots. Where it is mounted elsewhere on this machine, say so in recordings.path_map.',
    );
  if (known.length === 0)
    return skipped(
      id,
      `the folder comes from variables that are not known now (${some(
        monitors.map(({ file }) => file),
        2,
      )})`,
    );
  return ok(id, `recordings go to ${some(known)}, in recordings.roots`);
}

function judgeNames(asterisk: AsteriskSeen | null, monitors: readonly MixMonitor[] | null): Finding {
  const id = 'dialplan.file-names';
  if (asterisk === null) return skipped(id, unasked);
  if (monitors === null) return skipped(id, noDialplan);
  if (monitors.length === 0) return skipped(id, noneRecorded);
  const colliding = monitors.filter(({ file }) => mayCollide(file));
  if (colliding.length === 0) return ok(id, 'each call has a file of its own');
  return warning(
    id,
    `the files’ names at ${some(
      colliding.map(({ where }) => where),
      4,
    )} hold no \${UNIQUEID}: a second call of the same parties can be recorded over the first`,
    'Put the channel’s UNIQUEID into the name, as in asterisk-conf/extensions-recording.conf.',
  );
}

function judgeRecordingPath(
  asterisk: AsteriskSeen | null,
  monitors: readonly MixMonitor[] | null,
  { seesVariables }: DialplanTerms,
): Finding {
  const id = 'dialplan.recordingpath';
  if (asterisk === null) return skipped(id, unasked);
  const steps = asterisk.dialplan;
  if (steps === null || monitors === null) return skipped(id, noDialplan);
  if (monitors.length === 0) return skipped(id, noneRecorded);
  const isSet = steps.some(
    (step) => /^m?set$/i.test(step.application) && /CDR\(recordingpath\)=/i.test(step.arguments),
  );
  if (isSet) return ok(id, 'the dialplan sets CDR(recordingpath)');
  if (seesVariables) return ok(id, 'recordings are known by MIXMONITOR_FILENAME');
  return fault(
    id,
    'recordings are made, but nothing tells the connector their names',
    'In the dialplan, after MixMonitor, have `Set(CDR(recordingpath)=the file)`; or give the account read class `dialplan`.',
  );
}
