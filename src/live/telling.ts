import type { LegFacts } from '../call/call-event.ts';
import { callUuid } from '../crm/call-uuid.ts';
import type { Dialect, DialectSettings } from '../crm/dialect.ts';
import { partyNumber } from '../crm/party-number.ts';

/** How a CRM is told of a user's part, as far as a page must agree with it. */
export interface Telling {
  id(leg: Pick<LegFacts, 'call' | 'extension'>): string;
  number(leg: LegFacts): string;
  /** The number of a click that is no call yet. */
  clicked(number: string): string;
  /** A time as the page reads it. */
  time(ms: number): string;
}

export function tellingOf(name: Dialect['name'], settings: DialectSettings, time: Telling['time']): Telling {
  return {
    id: (leg) => callUuid[name](leg, settings.callIdPrefix),
    number: (leg) => partyNumber(leg, settings),
    clicked: (number) => settings.number(number),
    time,
  };
}
