import type { AsteriskSeen } from './asterisk-seen.ts';

/**
 * Variables and functions that are asked for by Getvar, which an account with write class `call` or `reporting` may do, and which
 * changes nothing (all tried on 16.28 and 22.10). AST_CONFIG reads Asterisk's files as they are now, with what they include;
 * it says '' of what is not there. No secret is asked for.
 */
export const asked = {
  amiEnabled: 'AST_CONFIG(manager.conf,general,enabled)',
  cdrManager: 'IFMODULE(cdr_manager.so)',
  mixMonitor: 'IFMODULE(app_mixmonitor.so)',
  pjsip: 'IFMODULE(chan_pjsip.so)',
  sip: 'IFMODULE(chan_sip.so)',
  cdrManagerEnabled: 'AST_CONFIG(cdr_manager.conf,general,enabled)',
  mapping: 'AST_CONFIG(cdr_manager.conf,mappings,recordingpath)',
  csvInUtc: 'AST_CONFIG(cdr.conf,csv,usegmtime)',
  blindTransfer: 'AST_CONFIG(features.conf,featuremap,blindxfer)',
  attendedTransfer: 'AST_CONFIG(features.conf,featuremap,atxfer)',
  pickUp: 'AST_CONFIG(features.conf,general,pickupexten)',
  spool: 'AST_CONFIG(asterisk.conf,directories,astspooldir)',
  offset: 'STRFTIME(,,%z)',
  zoneName: 'STRFTIME(,,%Z)',
} as const;

/** A name that has no meaning of its own inside a function's brackets. */
const isPlain = (name: string) => /^[A-Za-z0-9_.-]{1,80}$/.test(name);

/** Which classes the account's section of manager.conf gives. null: its name cannot be asked for. */
export function classesOf(user: string, kind: 'read' | 'write'): string | null {
  return isPlain(user) ? `AST_CONFIG(manager.conf,${user},${kind})` : null;
}

/** Whether the dialplan has a context, and whether a number is dialled there. */
export function contextAsked(context: string): string {
  return `DIALPLAN_EXISTS(${context})`;
}

export function numberAsked(context: string, number: string): string {
  return `DIALPLAN_EXISTS(${context},${number},1)`;
}

/** Whether Asterisk's files can be read by AST_CONFIG: AMI answers, so it must be switched on in one of them. */
export function readsFiles({ values }: AsteriskSeen): boolean {
  return (values.get(asked.amiEnabled) ?? '') !== '';
}

/** As Asterisk's ast_true() takes it. */
export function isYes(text: string): boolean {
  return /^(yes|true|y|t|1|on)$/i.test(text.trim());
}
