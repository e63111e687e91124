import { recordingVariables } from './decode.ts';

/**
 * The events that the program uses, all others are refused at Asterisk where the account may do so. By family: Asterisk
 * 16 and 22 refuse an action line over 1024 bytes.
 */
const wantedEvents = [
  ['Newchannel', 'Newstate', 'HangupRequest', 'Hangup', 'DialBegin', 'DialState', 'DialEnd'],
  ['BridgeEnter', 'BridgeLeave', 'Pickup', 'Cdr', 'OriginateResponse', 'FullyBooted', 'Shutdown'],
] as const;

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
  const families = wantedEvents.map((events) => `^Event: (${events.join('|')})[[:cntrl:]]`);
  const names = [...recordingVariables, ...variables].join('|');
  return [...families, `^Event: VarSet[[:cntrl:]].*[[:cntrl:]]Variable: _?_?(${names})[[:cntrl:]]`];
}
