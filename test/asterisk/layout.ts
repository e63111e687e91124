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

/** Who sits at which phone. */
export const agents = {
  '101': 'Ivan Petrov',
  '102': 'Anna Sidorova',
  '103': 'Oleg Smirnov',
  '104': 'Мария Кузнецова',
} as const;

export type AgentExtension = keyof typeof agents;

/** The office's numbers, and the phone that each one rings (office/extensions.conf, context [did]). */
export const did = { ivan: '74951112233', anna: '74951112299' } as const;

/** One office's addresses. Each office has a 127.0.x of its own, so that several run at once. */
export interface Layout {
  readonly variant: Variant;
  readonly pbx: Endpoint;
  readonly amiPort: number;
  readonly secret: string;
  readonly provider: Endpoint;
  readonly phones: ReadonlyMap<string, Endpoint>;
}
