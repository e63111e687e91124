import type { Plan } from './plans.ts';

/** A number that is understood: in full, whatever it was written like. */
export type TelephoneNumber =
  /** Of the plan's own country (or zone): without country code and trunk prefix. */
  | { readonly kind: 'home'; readonly national: string }
  /** Of another country: country code and number. */
  | { readonly kind: 'abroad'; readonly digits: string };

/** Country code and number have 15 digits at most (E.164); shorter than 7 there are none. */
const abroad = /^[1-9]\d{6,14}$/;

/**
 * Without a plus, a country code is only believed in a number as long as this: nobody has to dial so many digits for a
 * national number without its trunk prefix.
 */
const shortestWithCode = 11;

/** Understands a text of digits with or without a leading +; null: it is no full number of this plan, nor of another country. */
export function parseNumber(text: string, plan: Plan, areaCode: string): TelephoneNumber | null {
  if (!/^\+?\d+$/.test(text)) return null;
  if (text.startsWith('+')) return parseInternational(text.slice(1), plan);
  const exit = plan.international.find((prefix) => text.startsWith(prefix));
  if (exit !== undefined) return parseInternational(text.slice(exit.length), plan);
  return home(withoutTrunk(text, plan) ?? withoutCode(text, plan) ?? bareNational(text, plan, areaCode));
}

function parseInternational(digits: string, plan: Plan): TelephoneNumber | null {
  if (!digits.startsWith(plan.code)) return abroad.test(digits) ? { kind: 'abroad', digits } : null;
  const rest = digits.slice(plan.code.length);
  // People write the trunk prefix after the country code, too: +49 (0) 30, +7 8 495.
  return home(plan.national.test(rest) ? rest : withoutTrunk(rest, plan));
}

function home(national: string | null): TelephoneNumber | null {
  return national === null ? null : { kind: 'home', national };
}

function withoutTrunk(text: string, { trunk, national }: Plan): string | null {
  const candidates = trunk.filter((prefix) => text.startsWith(prefix)).map((prefix) => text.slice(prefix.length));
  return candidates.find((rest) => national.test(rest)) ?? null;
}

function withoutCode(text: string, { code, national }: Plan): string | null {
  if (text.length < shortestWithCode || !text.startsWith(code)) return null;
  const rest = text.slice(code.length);
  return national.test(rest) ? rest : null;
}

function bareNational(text: string, { bare, local, national }: Plan, areaCode: string): string | null {
  if (bare?.test(text)) return text;
  if (areaCode === '' || !local.test(text)) return null;
  const whole = `${areaCode}${text}`;
  return (bare ?? national).test(whole) ? whole : null;
}
