import type { AsteriskVersion } from './provision.ts';
import type { Endpoint } from './sip-dialog.ts';

/** An Asterisk and the SIP driver it runs with. */
export interface Variant {
  readonly asterisk: AsteriskVersion;
  readonly driver: 'PJSIP' | 'SIP';
  /** The PBX's own clock: records (CDR) and file names are in it, and it need not be that of whoever reads them. */
  readonly timeZone: string;
}

export const variants = {
  '22': { asterisk: '22', driver: 'PJSIP', timeZone: 'Europe/Moscow' },
  '16-sip': { asterisk: '16', driver: 'SIP', timeZone: 'Etc/UTC' },
  '16-pjsip': { asterisk: '16', driver: 'PJSIP', timeZone: 'Etc/UTC' },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;

/** Calls to and from outside: by the settings that we ship, or as set up for the connector that ours replaces. */
export type Dialplan = 'shipped' | 'article';

/** Who sits at which phone. */
export const agents = {
  '101': 'Ivan Petrov',
  '102': 'Anna Sidorova',
  '103': 'Oleg Smirnov',
  '104': 'Мария Кузнецова',
} as const;

export type AgentExtension = keyof typeof agents;

/** The office's numbers, and who rings at each (office/extensions.conf, context [did]). */
export const did = {
  /** 101, 20 s. */
  ivan: '74951112233',
  /** 102, 20 s. */
  anna: '74951112299',
  /** Queue of 101, 102, 103 at once, rounds of 15 s, 25 s in all. */
  sales: '74951112244',
  /** Queue of 102 and 103 in turn, 8 s each, 40 s in all. */
  support: '74951112255',
  /** Queue of 101 and 102 as Local channels, rounds of 8 s, 30 s in all. */
  helpdesk: '74951112288',
  /** Ring group 600: 101 and 102, 25 s. */
  group: '74951112266',
  /** Through a Local channel to 104, 25 s. */
  forwarded: '74951112277',
  /** A greeting, then 101 for 6 s. */
  greeting: '74951112211',
  /** 105, a phone that has not registered. */
  away: '74951112222',
  /** 104 at both phones (chan_pjsip), 20 s. */
  everywhere: '74951112234',
  /** Not in the dialplan. */
  unknown: '74951112200',
} as const;

/** One office's addresses. Each office has a 127.0.x of its own, so that several run at once. */
export interface Layout {
  readonly variant: Variant;
  readonly dialplan: Dialplan;
  readonly pbx: Endpoint;
  readonly amiPort: number;
  readonly secret: string;
  readonly provider: Endpoint;
  readonly phones: ReadonlyMap<string, Endpoint>;
  /** The second phone of 104. */
  readonly softphone: Endpoint;
}
