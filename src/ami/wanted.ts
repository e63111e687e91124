import { recordingVariables } from './decode.ts';

/**
 * The events that the program uses, all others are refused at Asterisk where the account may do so. By family: Asterisk
 * 16 and 22 refuse an action line over 1024 bytes.
 */
const wantedEvents = [
  ['Newchannel', 'Newstate', 'Hangup', 'HangupRequest', 'DialBegin', 'DialState', 'DialEnd'],
  ['BridgeEnter', 'BridgeLeave', 'Hold', 'Unhold', 'LocalBridge', 'LocalOptimizationBegin', 'LocalOptimizationEnd'],
  ['BlindTransfer', 'AttendedTransfer', 'Pickup'],
  ['ParkedCall', 'ParkedCallGiveUp', 'ParkedCallTimeOut', 'ParkedCallSwap', 'UnParkedCall'],
  ['QueueCallerJoin', 'QueueCallerLeave', 'QueueCallerAbandon'],
  ['AgentCalled', 'AgentConnect', 'AgentComplete', 'AgentRingNoAnswer', 'AgentDump'],
  ['Cdr', 'OriginateResponse', 'FullyBooted', 'Shutdown', 'Reload'],
] as const;

/** Read classes to be sent at all. `dialplan` is there for VarSet only, and brings every Newexten along. */
export const eventMask = 'call,cdr,agent,dialplan,system';

/**
 * Whitelist entries for `Action: Filter`: extended regular expressions, any of which lets an event pass. Asterisk matches
 * them against the event's whole text, in which a dot also stands for a line's end, so `^` is only the event's beginning.
 * A line's end cannot be written in a header; [[:space:]] stands for it. (Proven on 16.28 and 22.10.)
 */
export function eventFilters(): string[] {
  const families = wantedEvents.map((events) => `^Event: (${events.join('|')})[[:space:]]`);
  const variables = recordingVariables.join('|');
  return [...families, `^Event: VarSet[[:space:]].*[[:space:]]Variable: _?_?(${variables})[[:space:]]`];
}
