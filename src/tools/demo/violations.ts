/** A value that a connector must never send: what PBXManager would have made of it. */
export interface Violation {
  readonly parameter: string;
  readonly value: string;
  readonly danger: string;
}

/** Parameters that PBXManager puts into SQL and LIKE patterns to find users and customers. */
const lookedUp = [
  'callerIdNumber',
  'dialString',
  'callerid1',
  'callerid2',
  'callerNumber',
  'callerIdNum',
  'callerIdName',
  'callerId',
  'channel',
];

const limits: Readonly<Record<string, number>> = {
  callUUID: 100,
  recordinglink: 200,
  callerIdNumber: 100,
  dialString: 100,
  causetxt: 20,
  connectedLineName: 100,
};

const dangers: readonly (readonly [string, (parameter: string, value: string) => boolean])[] = [
  ['SQL: a quote, a backslash or a semicolon with a comment', (_, value) => /['"`\\]|;\s*--/.test(value)],
  ['a LIKE wildcard', (parameter, value) => lookedUp.includes(parameter) && /[%_]/.test(value)],
  [
    'an empty number matches the first customer',
    (parameter, value) => lookedUp.includes(parameter) && value.trim() === '',
  ],
  ['JSON', (_, value) => /^\s*[[{]/.test(value)],
  ['HTML', (_, value) => /[<>]/.test(value)],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
  ['a control character', (_, value) => /[\u0000-\u001f\u007f]/.test(value)],
  ['longer than its column', (parameter, value) => value.length > (limits[parameter] ?? 255)],
];

/** Everything in a callback that could have done harm. */
export function violationsIn(params: Readonly<Record<string, string>>): Violation[] {
  return Object.entries(params).flatMap(([parameter, value]) =>
    dangers.filter(([, applies]) => applies(parameter, value)).map(([danger]) => ({ parameter, value, danger })),
  );
}
