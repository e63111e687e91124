import type { Packet } from './packet.ts';

/**
 * One AMI action by header, e.g. `{ Action: 'Originate', Variable: { NAME: 'value' } }`. A map of variables becomes one
 * `Variable: NAME=value` line each. `ActionID` is made up where it is not given.
 */
export type AmiAction = { readonly Action: string } & Readonly<
  Record<string, string | Readonly<Record<string, string>>>
>;

/** What became of an action. `rejected`: by Asterisk, or by us because it could not have been sent safely. */
export type ActionResult =
  /** `events`: those with the action's ActionID, where the sender asked for them. */
  | { readonly kind: 'answered'; readonly response: Packet; readonly events: readonly Packet[] }
  | { readonly kind: 'rejected'; readonly message: string }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'down' };

export interface SendOptions {
  /** Default: the link's actionTimeoutMs. */
  readonly timeoutMs?: number;
  /** Given: the events with the action's ActionID are collected, and the answer comes with the one that this holds true for. */
  readonly until?: (event: Packet) => boolean;
}

/** Asterisk 16 and 22 refuse a longer line ("line too long") after 1024 bytes. */
const longestLine = 1000;

/**
 * Why an action must not be sent, or null. asterisk-manager writes every key and value as it is, so that a line break in
 * one (a nested variable's too) would be a header of its own, or a whole second action.
 */
export function faultOf(action: AmiAction): string | null {
  for (const [header, value] of Object.entries(action)) {
    const isMap = typeof value === 'object' && value !== null;
    const fault = isMap ? variablesFault(header, value) : lineFault(header, value);
    if (fault !== null) return fault;
  }
  return null;
}

function variablesFault(header: string, variables: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(variables)) {
    const fault = lineFault(header, typeof value === 'string' ? `${name}=${value}` : value);
    if (fault !== null) return fault;
  }
  return null;
}

function lineFault(header: string, value: unknown): string | null {
  if (typeof value !== 'string') return `${shown(header)}: expected text, got ${typeof value}`;
  if (breaksLine(header) || header.trim() === '') return `${shown(header)}: not a header's name`;
  if (breaksLine(value)) return `${header}: a line break or NUL in the value`;
  if (Buffer.byteLength(value) + header.length > longestLine) return `${header}: over ${longestLine} bytes`;
  return null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
const breaksLine = (text: string) => /[\r\n\u0000]/.test(text);

const shown = (header: string) => JSON.stringify(header.slice(0, 40));
