import { z } from 'zod';
import { key, section } from './key-notes.ts';
import { lookupVariable } from './lookup-variable.ts';
import * as kind from './value-kinds.ts';

export const ami = section('How to reach Asterisk: its Manager Interface (manager.conf).', {
  host: key(kind.host.default('localhost'), 'text', 'a host name or an IP address', 'Where Asterisk listens for AMI.'),
  port: kind.count(1, 65_535, 5038, 'a port number', 'The port of [general] in manager.conf.'),
  username: kind.required(
    'the name of an AMI user',
    'vtiger',
    'The AMI user, that is the section of manager.conf. asterisk-conf/manager.conf has one ready with the rights it needs.',
  ),
  secret: kind.required('the AMI user’s secret', 'change-me', 'The secret of that user.', { secret: true }),
  ping_interval_seconds: kind.seconds(
    1,
    300,
    10,
    'How often a quiet link is asked whether it lives. A firewall between the two may drop a link without a word.',
  ),
  ping_timeout_seconds: kind.seconds(1, 300, 5, 'How long to wait for that answer before connecting anew.'),
  action_timeout_seconds: kind.seconds(1, 300, 5, 'How long to wait for the answer to any other AMI action.'),
  presume_dead_seconds: kind.seconds(
    5,
    86_400,
    300,
    'After so long without a word from an Asterisk that cannot be reached its calls are taken for ended, and their popups close. One whose machine answers that no Asterisk runs there is not waited for.',
  ),
  compare_seconds: kind.seconds(
    1,
    86_400,
    60,
    'How often the open calls are compared with the channels that Asterisk has, in case that the end of one was not heard.',
  ),
});

export const extensions = section('Which numbers are the office’s own phones.', {
  pattern: key(
    kind.pattern.default('^[0-9]{2,6}$'),
    'text',
    'a regular expression of 1 to 200 characters without repeats in repeated groups',
    'What an extension looks like; everything else is a number outside. The same extensions stand in the CRM in the users’ field “CRM Phone Extension”.',
  ),
  technology: key(
    kind.technologyName.default('auto'),
    'text',
    'auto, or a channel technology in letters and digits: PJSIP, SIP, IAX2',
    'How phones are called for click-to-call. `auto` uses what Asterisk says of each extension.',
  ),
  technologies: key(
    z.record(kind.endpointName, kind.technologyName).default({}),
    'map',
    'lines of the form extension: technology, such as 101: PJSIP',
    'Extensions whose technology differs from the rest.',
    { sample: { '150': 'IAX2' } },
  ),
});

export const trunks = key(
  z.array(kind.endpointName).default([]),
  'list',
  'a list of endpoint names without blanks or /',
  'Endpoints that are lines to the outside though their names look like extensions, such as a provider’s account 74951234567 or 100.',
  { sample: ['100'] },
);

const contexts = z.array(kind.contextName.or(z.literal('*'))).default([]);
const variables = z.array(kind.variableName).default([]);

export const clickToCall = section('Calls that are started by a click in the CRM.', {
  context: key(
    kind.contextName.default('vtiger'),
    'text',
    'a context’s name: letters, digits, `_`, `-` and `.` only',
    'The dialplan context that dials the customer, used where the CRM names none.',
  ),
  allowed_contexts: key(
    contexts,
    'list',
    'a list of contexts’ names (letters, digits, `_`, `-` and `.` only), or `*`',
    'Further contexts the CRM may name (“Outbound Context” in its PBX Manager settings); `*` for any, as with a `config.py`. The one above is always allowed.',
    { sample: ['vtiger-sales'] },
  ),
  ring_seconds: kind.seconds(5, 300, 30, 'How long the user’s own phone rings before the click is given up.'),
  double_click_seconds: kind.seconds(0, 60, 2, 'A second click on the same number within this time is the same call.'),
  clicks_per_second: key(
    z.number().int().min(1).max(10_000).default(50),
    'number',
    'a whole number from 1 to 10000',
    'How many calls all users together may begin by clicks; a phone is rung six times in ten seconds at most. It limits what a stolen secret can do.',
  ),
  caller_name: key(
    kind.line.max(80).default(''),
    'text',
    'a text of at most 80 characters in one line',
    'The name shown on the user’s own phone while it rings.',
  ),
  plain_variables: key(
    variables,
    'list',
    'a list of channel variables’ names: letters, digits and `_`',
    'Parameters of the CRM’s request that become channel variables under their own name. Name none that the dialplan trusts.',
    { sample: ['record'] },
  ),
  variable_prefix: key(
    variables.unwrap().element.or(z.literal('')).default('CRM_'),
    'text',
    'the beginning of a channel variable’s name: letters, digits and `_`, or nothing',
    'What all other parameters get in front of their names when they become channel variables.',
  ),
  dial_prefix: key(
    z
      .string()
      .regex(/^[0-9*#+]{0,20}$/)
      .default(''),
    'text',
    'up to 20 of the characters `0-9*#+`',
    'Digits put before the customer’s number, such as 9 for a line outside. A + at its beginning is then not dialled.',
  ),
});

export const calls = section('How events become calls.', {
  late_event_seconds: kind.seconds(
    0,
    60,
    2,
    'How long a finished call waits for what Asterisk tells late, such as its CDR.',
  ),
  hangup_grace_seconds: kind.seconds(
    0,
    60,
    1,
    'How long a phone that Asterisk stopped ringing may take to say why (its Hangup) before the popup is closed without it.',
  ),
  keep_unrung_days: key(
    z.number().min(0).max(3650).default(90),
    'number',
    'a number of days, 0 to 3650',
    'How long calls from outside that were gone before any phone rang stay in the database, for the command `missed`.',
  ),
  keep_days: key(
    z.number().min(1).max(3650).default(90),
    'number',
    'a number of days, 1 to 3650',
    'How long it is remembered who of the office had which call, for the command `reconcile` and for lists of calls.',
  ),
  lookup_variables: key(
    z.array(lookupVariable).max(20).default([]),
    'list',
    'a list of at most 20 channel variables’ names: a letter, then up to 31 letters, digits and `_`',
    'Channel variables that the dialplan sets, by Set(NAME=...), and that travel with each callback of the call under their own name. Quotes, backslashes, < and >, and [ or { at the beginning are left out, and what is beyond 200 characters. asterisk-conf/manager.conf has the place where the account is let see them.',
    { sample: ['CONTRACT'] },
  ),
  missed_extension: key(
    kind.endpointName.or(z.literal('')).default(''),
    'text',
    'an extension that fits extensions.pattern, or nothing',
    'Whose missed call it is when somebody called and was gone before any phone rang. Without one such calls are only kept here, for the connector’s own tools.',
    { sample: '101' },
  ),
  missed_extensions: key(
    z.record(kind.endpointName, kind.endpointName).default({}),
    'map',
    'lines of the form number: extension, such as "74951112233": "101"',
    'The same for single numbers that people call (DID), as Asterisk has them; a leading + makes no difference.',
    { sample: { '74951112233': '102' } },
  ),
});
