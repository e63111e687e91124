import type { AsteriskSeen } from './asterisk-seen.ts';
import { type Finding, fault, ok, skipped, some, warning } from './finding.ts';
import { asked } from './questions.ts';

export interface PhoneTerms {
  readonly isExtension: (name: string) => boolean;
  /** extensions.pattern, as written. */
  readonly pattern: string;
  /** extensions.technology; `auto`: as Asterisk says. */
  readonly technology: string;
}

/** Which channel drivers there are and whose phones, and by which keys calls are transferred. */
export function judgePhones(asterisk: AsteriskSeen | null, terms: PhoneTerms): Finding[] {
  return [
    judgeTechnology(asterisk, terms),
    judgeExtensions(asterisk, terms),
    judgeRegistered(asterisk, terms),
    judgeFeatures(asterisk),
  ];
}

const unasked = 'Asterisk could not be asked: see ami.login';

function judgeTechnology(asterisk: AsteriskSeen | null, { technology, isExtension }: PhoneTerms): Finding {
  const id = 'dialplan.technology';
  if (asterisk === null) return skipped(id, unasked);
  const { values, devices } = asterisk;
  const loaded = [
    ...(values.get(asked.pjsip) === '1' ? ['PJSIP'] : []),
    ...(values.get(asked.sip) === '1' ? ['SIP'] : []),
  ];
  const used = [...new Set((devices ?? []).filter(({ name }) => isExtension(name)).map((device) => device.technology))];
  const found = used.length > 0 ? used : loaded;
  if (found.length === 0) return skipped(id, 'Asterisk does not say which channel drivers it has');
  if (technology === 'auto' || found.some((one) => one.toLowerCase() === technology.toLowerCase()))
    return ok(id, `phones are ${found.join(' and ')}`);
  return fault(
    id,
    `extensions.technology is ${technology}, but this Asterisk’s phones are ${found.join(' and ')}`,
    'Set extensions.technology to auto: clicks ring nobody otherwise.',
  );
}

const noList = 'Asterisk does not list its phones';
const needsReporting = 'The account needs write class `reporting` to be told.';

function judgeExtensions(asterisk: AsteriskSeen | null, { isExtension, pattern }: PhoneTerms): Finding {
  const id = 'dialplan.extensions';
  if (asterisk === null) return skipped(id, unasked);
  const { devices } = asterisk;
  if (devices === null) return skipped(id, noList, needsReporting);
  if (devices.length === 0) return skipped(id, 'Asterisk has heard of no phone yet since it started');
  const names = [...new Set(devices.map(({ name }) => name))].sort();
  const phones = names.filter(isExtension);
  const others = names.filter((name) => !isExtension(name));
  if (phones.length === 0)
    return fault(
      id,
      `none of Asterisk’s phones (${some(names)}) is named as extensions.pattern says, ${pattern}`,
      'The connector knows a user by the name of his phone in pjsip.conf or sip.conf, which must be his “CRM Phone Extension”: correct extensions.pattern, or the names.',
    );
  const rest = others.length === 0 ? '' : `; lines to the outside: ${some(others)}`;
  return ok(id, `phones: ${some(phones, 20)}${rest}. In the CRM they must be “CRM Phone Extension” of one user each`);
}

function judgeRegistered(asterisk: AsteriskSeen | null, { isExtension }: PhoneTerms): Finding {
  const id = 'dialplan.registered';
  if (asterisk === null) return skipped(id, unasked);
  const phones = asterisk.devices?.filter(({ name }) => isExtension(name)) ?? [];
  if (phones.length === 0) return skipped(id, 'Asterisk lists no phones: see dialplan.extensions');
  const there = new Set(phones.filter(({ isThere }) => isThere).map(({ name }) => name));
  const away = [...new Set(phones.map(({ name }) => name))].filter((name) => !there.has(name)).sort();
  if (there.size === 0)
    return warning(
      id,
      'no phone is registered',
      'See the phones’ accounts, the network between, and `pjsip show contacts` or `sip show peers`.',
    );
  return ok(id, away.length === 0 ? 'all phones are in reach' : `in reach but for ${some(away)}`);
}

function judgeFeatures(asterisk: AsteriskSeen | null): Finding {
  const id = 'dialplan.features';
  if (asterisk === null) return skipped(id, unasked);
  const { values } = asterisk;
  const [blind, attended, pickUp] = [asked.blindTransfer, asked.attendedTransfer, asked.pickUp].map((name) =>
    values.get(name),
  );
  if (blind === undefined) return skipped(id, 'features.conf could not be read through Asterisk', needsReporting);
  const said = [
    ['blind transfer', blind],
    ['attended transfer', attended],
    ['pick-up', pickUp],
  ].flatMap(([what, keys]) => (keys ? [`${what} ${keys}`] : []));
  if (said.length === 0)
    return ok(id, 'features.conf names no keys: calls are transferred by the phones, or by Asterisk’s defaults');
  return ok(id, said.join(', '));
}
