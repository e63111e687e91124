/** One AMI packet: lower-case header names to values. Asterisk's `<unknown>` has become ''. */
export type Packet = ReadonlyMap<string, string>;

/**
 * What asterisk-manager emits, as a Packet; null when there is nothing in it.
 *
 * Only own properties that are strings are believed. asterisk-manager 0.2.0 builds a packet in a plain object, so that a
 * header named `constructor` becomes [Function, "value"], and one named `__proto__` makes an array the packet's prototype.
 * A repeated header (TestEvent has `State` twice) is an array; its first string stands.
 */
export function toPacket(raw: unknown): Packet | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const packet = new Map<string, string>();
  for (const [key, value] of Object.entries(raw)) {
    const text = textOf(value);
    if (text !== null) packet.set(headerName(key), text === '<unknown>' ? '' : text);
  }
  return packet.size > 0 ? packet : null;
}

/** A header without a space after its colon keeps the colon in asterisk-manager's key. */
const headerName = (key: string) => (key.endsWith(':') ? key.slice(0, -1) : key).toLowerCase();

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.find((one) => typeof one === 'string') ?? null;
  if (typeof value === 'object' && value !== null) return variableText(value);
  return null;
}

/** asterisk-manager takes `Variable: NAME` for an assignment: `{NAME: ''}`. In a VarSet it is just the name. */
function variableText(variables: object): string | null {
  const first = Object.entries(variables)[0];
  if (first === undefined || typeof first[1] !== 'string') return null;
  return first[1] === '' ? first[0] : `${first[0]}=${first[1]}`;
}
