import { createDisguise } from './disguise.ts';
import { type Form, fullDigits, writtenAs } from './form.ts';
import { isWithheld, withoutAddress, withoutSeparators } from './plain-text.ts';
import { type Country, plans } from './plans.ts';
import { parseNumber } from './telephone-number.ts';

export interface NumberSettings {
  /** Whose plan numbers follow; `none`: nothing is known of numbers, and they stay as they are. */
  readonly country: Country | 'none';
  /** Put before local numbers to make them national ones; '' for none. */
  readonly areaCode: string;
  readonly toCrm: Form;
  readonly toDialplan: Form;
  /** Dialled before every number outside. */
  readonly dialPrefix: string;
  /** Numbers that stand in profiles of the CRM's users, as they are written there; `*`: any may. */
  readonly ofUsers: readonly string[];
  /** Whether a text is one of our own phones. */
  readonly isExtension: (text: string) => boolean;
}

export interface Numbers {
  /** A number as the CRM shall see it, and find its customer by; '' if there is none. Not yet fit to be sent (crm/shield). */
  toCrm(raw: string): string;
  /** What Asterisk is asked to dial for a number of the CRM. Makes no character that the text did not have, but + and digits. */
  toDialplan(raw: string): string;
  /** A number fit to be sent, in a writing that the CRM takes for none of its users. */
  disguised(number: string): string;
}

/** Telephone numbers on their way to the CRM and to the dialplan. An extension of the office is never rewritten. */
export function createNumbers(settings: NumberSettings): Numbers {
  const plan = settings.country === 'none' ? null : plans[settings.country];
  const rewritten = (text: string, form: Form, exit: string): string => {
    if (form === 'as-is') return text;
    if (plan === null) return form === 'national' ? lastTen(text) : text;
    const number = parseNumber(withoutSeparators(text), plan, settings.areaCode);
    return number === null ? text : writtenAs(form, number, plan, exit);
  };
  const identity = (text: string): string => {
    const digits = withoutSeparators(text);
    const number = plan === null ? null : parseNumber(digits, plan, settings.areaCode);
    return number === null || plan === null ? digits : fullDigits(number, plan);
  };
  return {
    toCrm(raw) {
      const text = withoutAddress(raw);
      if (settings.isExtension(text)) return text;
      return isWithheld(text) ? '' : rewritten(text, settings.toCrm, '+');
    },
    toDialplan(raw) {
      if (settings.isExtension(raw) || /[*#]/.test(raw)) return raw;
      const dialled = rewritten(raw, settings.toDialplan, plan?.international[0] ?? '');
      // No telephone network has a + in the middle of what is dialled.
      return settings.dialPrefix === '' ? dialled : `${settings.dialPrefix}${dialled.replace(/^\+/, '')}`;
    },
    disguised: createDisguise(settings, identity),
  };
}

/** Without a plan: what +7..., 8... and the bare number share, and as much of other numbers as tells them apart. */
function lastTen(text: string): string {
  const digits = withoutSeparators(text);
  return /^\+?\d{11,15}$/.test(digits) ? digits.slice(-10) : text;
}
