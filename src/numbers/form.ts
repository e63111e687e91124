import type { Plan } from './plans.ts';
import type { TelephoneNumber } from './telephone-number.ts';

/** How a number is written. `as-is`: as it came. */
export type Form = 'as-is' | 'e164' | 'digits' | 'national' | 'trunk';

/**
 * The forms of a number of the country, +7 495 111-22-33 in Russia: `e164` +74951112233, `digits` 74951112233,
 * `national` 4951112233, `trunk` 84951112233. One of another country has no national forms: it is written with `exit`
 * before its country code, `+` for a CRM, which drops it when it compares, or what the telephone network wants dialled.
 */
export function writtenAs(form: Exclude<Form, 'as-is'>, number: TelephoneNumber, plan: Plan, exit: string): string {
  const full = fullDigits(number, plan);
  if (form === 'e164') return `+${full}`;
  if (form === 'digits') return full;
  if (number.kind === 'abroad') return `${exit}${full}`;
  return form === 'trunk' ? `${plan.trunk[0]}${number.national}` : number.national;
}

/** Country code and number: the same for every way of writing it. */
export function fullDigits(number: TelephoneNumber, plan: Plan): string {
  return number.kind === 'abroad' ? number.digits : `${plan.code}${number.national}`;
}
