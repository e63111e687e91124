import { z } from 'zod';
import { key, section } from './key-notes.ts';
import * as kind from './value-kinds.ts';

const forms = ['as-is', 'e164', 'digits', 'national', 'trunk'] as const;

/** Mistyped digits match nobody, so only what is no number at all is a fault. */
const ofUser = kind.line.max(50).regex(/^\*$|(?:\d\D*){3}/);

export const numbers = section(
  'How telephone numbers are written on their way to the CRM and to the dialplan. As shipped they stay as they are, but that a vanilla vTiger is told their last ten digits.',
  {
    country: key(
      z.enum(['none', 'RU', 'KZ', 'BY', 'UA', 'DE', 'GB', 'IN', 'US', 'CA']).default('none'),
      'text',
      'one of: none, RU, KZ, BY, UA, DE, GB, IN, US, CA',
      'The country whose way of writing numbers applies: 8..., 7... and +7... are then one number. docs/numbers.md has the tables.',
      { sample: 'RU' },
    ),
    area_code: key(
      z
        .string()
        .regex(/^([1-9]\d{1,4})?$/)
        .default(''),
      'text',
      'an area code of 2 to 5 digits without the digits dialled before it',
      'Put before local numbers (111-22-33). Numbers that extensions.pattern takes for phones of the office are not local ones.',
      { sample: '495' },
    ),
    to_crm: kind.choice(
      ['auto', ...forms],
      'auto',
      'How the CRM is told of numbers: `e164` +74951112233, `digits` 74951112233, `national` 4951112233, `trunk` 84951112233, `as-is` as Asterisk has them. Without a country only `national` and `as-is` are possible, and `national` is the last ten digits. `auto` is national for a vanilla vTiger, which finds customers by the end of a number, else as-is.',
    ),
    to_dialplan: kind.choice(
      forms,
      'as-is',
      'How click-to-call dials the CRM’s numbers; click_to_call.dial_prefix comes before it, in place of a +. Extensions and codes with * or # are dialled as they are, without the prefix.',
    ),
    of_users: key(
      z.array(ofUser).default([]),
      'list',
      'a list of telephone numbers, or `*`',
      'Numbers that stand in the CRM users’ profiles (mobiles, deleted users’, too). The CRM would take a customer who calls from one for that user; it is told of them in brackets, which it overlooks when it looks for the customer. `*`: all numbers in brackets.',
      { sample: ['+7 903 123-01-03'] },
    ),
  },
);
