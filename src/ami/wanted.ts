/**
 * The events that the program uses, all others are refused at Asterisk where the account may do so, and not looked at where it
 * may not. By family: Asterisk 16 and 22 refuse an action line over 1024 bytes.
 */
const namedEvents = [
  ['Newchannel', 'Newstate', 'HangupRequest', 'Hangup', 'DialBegin', 'DialState', 'DialEnd'],
  ['BridgeEnter', 'BridgeLeave', 'Pickup', 'Cdr', 'OriginateResponse', 'FullyBooted', 'Shutdown'],
] as const;

/** Those that the link itself wants; all others are for the call core. */
type OfTheLink = 'FullyBooted' | 'Shutdown';

/** What the decoder must have an answer to. */
export type DecodedEvent = Lowercase<Exclude<(typeof namedEvents)[number][number], OfTheLink>> | 'varset';

/** The variables that name a recording's file: MixMonitor's own, and the one that dialplans for vTiger set. */
export const recordingVariables = ['MIXMONITOR_FILENAME', 'recordingpath'] as const;

/** Which events are worth reading. */
export interface Wanted {
  /** In lower case. */
  readonly events: ReadonlySet<string>;
  /** Of a VarSet: whether this variable, as it is written there, is wanted. */
  isVariable(name: string): boolean;
}

/** @param variables further channel variables that are wanted */
export function wantedBy(variables: readonly string[]): Wanted {
  const names = new Set<string>([...recordingVariables, ...variables]);
  return {
    events: new Set([...namedEvents.flat().map((name) => name.toLowerCase()), 'varset']),
    isVariable: (name) => names.has(variableName(name)),
  };
}

/** One underscore or two before the name: children inherit it. It is read without them. */
export const variableName = (name: string): string => (name.startsWith('_') ? name.replace(/^_{1,2}/, '') : name);

/** Read classes to be sent at all. `dialplan` is there for VarSet only, and brings every Newexten along. */
export const eventMask = 'call,cdr,dialplan,system';

/**
 * Whitelist entries for `Action: Filter`: extended regular expressions, any of which lets an event pass. Asterisk matches
 * them against the event's whole text, in which a dot also stands for a line's end, so `^` is only the event's beginning.
 * A line's end cannot be written in a header; [[:cntrl:]] stands for it, which nothing that a caller says can hold.
 * (Proven on 16.28 and 22.10.)
 *
 * @param variables further channel variables whose VarSet passes
 */
export function eventFilters(variables: readonly string[]): string[] {
  const families = namedEvents.map((events) => `^Event: (${events.join('|')})[[:cntrl:]]`);
  const names = [...recordingVariables, ...variables].join('|');
  return [...families, `^Event: VarSet[[:cntrl:]].*[[:cntrl:]]Variable: _?_?(${names})[[:cntrl:]]`];
}
