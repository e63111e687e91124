import { z } from 'zod';

/** What a callback says already (of both kinds of CRM), and what the CRM's own entry reads. A second meaning would be none. */
const parameters = [
  'callstatus',
  'callUUID',
  'vtigersignature',
  'callerIdNumber',
  'callerIdName',
  'callerId',
  'callerIdNum',
  'callerNumber',
  'callerid1',
  'callerid2',
  'channel',
  'dialString',
  'connectedLineName',
  'StartTime',
  'EndTime',
  'Duration',
  'billableseconds',
  'recordinglink',
  'causetxt',
  'HangupCause',
];

const callbackParameters: ReadonlySet<string> = new Set(parameters.map((name) => name.toLowerCase()));

const recordingVariables: ReadonlySet<string> = new Set(['mixmonitor_filename', 'recordingpath']);

/**
 * A channel variable that callbacks take along under its own name. Without a `_` in front: Asterisk takes that for the
 * wish that other channels inherit the variable, and names it without.
 */
export const lookupVariable = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/)
  .superRefine((name, issues) => {
    const fault = faultOf(name);
    if (fault !== null) issues.addIssue({ code: 'custom', message: fault });
  });

function faultOf(name: string): string | null {
  if (callbackParameters.has(name.toLowerCase())) return 'callbacks have a parameter of that name already';
  return recordingVariables.has(name.toLowerCase()) ? 'that one names the recording and is known anyway' : null;
}
