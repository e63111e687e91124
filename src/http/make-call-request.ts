import { withoutSeparators } from '../numbers/plain-text.ts';
import type { Parameters } from './parameters.ts';
import type { CallRequest, CallRules } from './ports.ts';

export type CallRequestOutcome =
  | {
      readonly kind: 'call';
      readonly request: CallRequest;
      /** Parameters that did not become variables, with the reason; fit for a log line. */
      readonly ignored: readonly string[];
    }
  /** `got` and `expected` are fit for a log line. */
  | { readonly kind: 'refused'; readonly parameter: string; readonly got: string; readonly expected: string };

/** The parameters that /makecall itself reads (PBXManager contract); all others are for the dialplan. */
const ownParameters = new Set(['event', 'secret', 'from', 'to', 'context']);

/** Whatever the configured pattern allows, an extension ends up in a channel name: no `/`, `&`, `@`, `,` or blanks. */
const safeExtension = /^[0-9A-Za-z*#_.-]{1,32}$/;
const dialableNumber = /^\+?[0-9*#]{1,32}$/;
/**
 * `84951112233 доб. 12`: an extension behind the customer's number. It cannot be dialled along, and the CRM tells its user
 * "success" whatever we answer, so the number itself is dialled. Seven digits at least: shorter, the word may be a slip.
 */
const ownExtension = /^(\+?[0-9]{7,32})(?:доб|вн|ext|x)\p{L}{0,12}:?[0-9]{1,8}$/iu;

/**
 * No leading `_` (Asterisk: the variable is inherited by every channel dialled from this one) and no brackets
 * (Asterisk: a name with brackets is a function, `SHELL(...)` runs a program).
 */
const variableName = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;
/**
 * Letters of any script, digits, and marks that mean nothing to AMI (`,` `"` `\` split its Variable header), to dialplan
 * expressions (`$ [ ] { } " = < >`) or to a shell that some dialplan may hand the value to (`; & | ' ( )` and the like).
 */
const variableValue = /^[\p{L}\p{M}\p{N} _.@:+/#*-]{0,128}$/u;
const maximumVariables = 16;

/** Makes a call request of the parameters, or says which one is at fault. Expects the secret to have been checked. */
export function readCallRequest(parameters: Parameters, rules: CallRules): CallRequestOutcome {
  const repeated = [...parameters.conflicting].find((name) => ownParameters.has(name));
  if (repeated !== undefined) return { kind: 'refused', parameter: repeated, got: 'several', expected: 'one value' };
  const refused = (parameter: string, expected: string): CallRequestOutcome => {
    return { kind: 'refused', parameter, got: quoted(parameters.values.get(parameter)), expected };
  };
  if ((parameters.values.get('event') ?? 'OutgoingCall') !== 'OutgoingCall') return refused('event', 'OutgoingCall');
  const from = trimBlanks(parameters.values.get('from'));
  if (!isExtension(from, rules)) return refused('from', expectedFrom(rules));
  const to = cleanNumber(parameters.values.get('to'));
  if (!dialableNumber.test(to)) return refused('to', 'a number of 1 to 32 digits, * or #, with or without a leading +');
  const context = parameters.values.get('context') || null;
  if (context !== null && !isAllowed(context, rules.contexts)) return refused('context', expectedContext(rules));
  const { variables, ignored } = readVariables(parameters, rules);
  return { kind: 'call', request: { from, to, context, variables }, ignored };
}

/** A context's name, as Asterisk's own configuration can have it, and one that the admin allows; `*` allows any. */
function isAllowed(context: string, allowed: readonly string[]): boolean {
  return /^[A-Za-z0-9_.-]{1,79}$/.test(context) && (allowed.includes('*') || allowed.includes(context));
}

function expectedFrom({ extension }: CallRules): string {
  return `an extension as extensions.pattern has it (${extension.source}): it is the CRM Phone Extension of the user's profile`;
}

function expectedContext({ contexts }: CallRules): string {
  return `one of ${contexts.join(', ')} (click_to_call.context and .allowed_contexts): it is the outbound context of PBX Manager`;
}

/** As much of a stranger's text as a log line may have. */
function quoted(text: string | undefined): string {
  return text === undefined ? 'none' : JSON.stringify(text.slice(0, 40));
}

function trimBlanks(text: string | undefined): string {
  return (text ?? '').replace(/^ +| +$/g, '');
}

function cleanNumber(text: string | undefined): string {
  const bare = withoutSeparators(text ?? '');
  return ownExtension.exec(bare)?.[1] ?? bare;
}

function isExtension(text: string, { extension }: CallRules): boolean {
  return safeExtension.test(text) && extension.test(text);
}

/** A parameter that cannot become a variable is left out and named: the user's call matters more. */
function readVariables(parameters: Parameters, rules: CallRules) {
  const accepted: [string, string][] = [];
  const ignored: string[] = [];
  for (const [name, value] of parameters.values) {
    if (ownParameters.has(name)) continue;
    const fault = variableFault(name, value, parameters.conflicting, accepted.length);
    if (fault === null) accepted.push([variableFor(name, rules), value]);
    else if (ignored.length < maximumVariables) ignored.push(`${JSON.stringify(name.slice(0, 32))} ${fault}`);
  }
  return { variables: Object.fromEntries(accepted), ignored };
}

function variableFault(name: string, value: string, conflicting: ReadonlySet<string>, count: number): string | null {
  if (!variableName.test(name)) return 'is no variable name: a letter, then up to 31 letters, digits or _';
  if (conflicting.has(name)) return 'was given several values';
  if (!variableValue.test(value))
    return 'has a value of more than 128 characters or other than letters, digits and _.@:+/#*-';
  return count < maximumVariables ? null : `is more than the ${maximumVariables} variables allowed`;
}

/**
 * Only names that the admin listed are set as they are. A list of forbidden ones could not be complete: besides Asterisk's
 * own (MONITOR_EXEC and FreePBX's MIXMON_POST run a program, TRANSFER_CONTEXT and LIMIT_* change calls, SIPADDHEADER01 adds
 * SIP headers) every dialplan has its own.
 */
function variableFor(name: string, rules: CallRules): string {
  return rules.plainVariables.includes(name) ? name : `${rules.variablePrefix}${name}`;
}
