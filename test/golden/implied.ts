import type { CustomerCall } from './parts.ts';
import type { Span } from './popups.ts';
import { recordingOf } from './recorded.ts';
import { type DirectedPart, type Office, storiesOf } from './stories.ts';
import type { Truth } from './truth.ts';

/** A row of the CRM as a person who was in the room would write it. Times in epoch milliseconds. */
export interface ImpliedRow {
  /** '' where the CRM knows none. */
  readonly user: string;
  readonly direction: 'inbound' | 'outbound';
  readonly customer: string;
  readonly status: string;
  readonly start: number;
  readonly end: number;
  readonly talked: number;
  readonly recording: string | null;
}

/** One row for each call and user, as SalesPlatform keeps them. */
export function impliedRows(truth: Truth, office: Office = {}): ImpliedRow[] {
  return storiesOf(truth, office).flatMap((story) =>
    story.parts.map((part) => ({
      user: part.user,
      direction: part.direction,
      customer: shown(story.customer),
      status: part.status,
      start: part.start,
      end: part.end,
      talked: part.talked / 1000,
      recording: story.isInternal ? null : recordingOf(truth, story.customer, part),
    })),
  );
}

/** One row for each call, as vTiger keeps them. */
export function impliedVanillaRows(truth: Truth, office: Office = {}): ImpliedRow[] {
  return storiesOf(truth, office)
    .filter(({ parts }) => parts.length > 0)
    .map(({ customer, parts, isInternal }) => {
      const owner = ownerOf(parts);
      const talked = parts.reduce((sum, part) => sum + part.talked, 0);
      const relevant = talked > 0 ? parts.filter((part) => part.answered !== null) : parts;
      return {
        // A call that came in belongs to nobody until somebody answers it.
        user: owner.direction === 'inbound' && owner.answered === null ? '' : owner.user,
        direction: parts[0]?.direction ?? 'inbound',
        customer: national(customer),
        status: wholeStatus(parts),
        start: Math.min(...parts.map(({ begun }) => begun)),
        end: Math.max(...relevant.map(({ end }) => end)),
        talked: talked / 1000,
        recording: isInternal ? null : recordingOf(truth, customer, owner),
      };
    });
}

function wholeStatus(parts: readonly DirectedPart[]): string {
  if (parts.some(({ status }) => status === 'completed')) return 'completed';
  return parts.every(({ status }) => status === 'busy') ? 'busy' : 'no-answer';
}

/** The last to answer; else the one who was rung or who dialled last. */
function ownerOf(parts: readonly DirectedPart[]): DirectedPart {
  const [owner] = parts.toSorted(
    (one, other) => (other.answered ?? 0) - (one.answered ?? 0) || other.start - one.start,
  );
  if (owner === undefined) throw new Error('a call in which nobody had a part');
  return owner;
}

/** When each user had a popup of each customer who called: while he was rung, and while he talked. */
export function impliedPopups(truth: Truth): Span[] {
  return storiesOf(truth, {}).flatMap(({ customer, rings }) =>
    rings.map(({ user, start, end }) => ({ key: `${user} ${shown(customer)}`, from: start, until: end })),
  );
}

/** A CRM with one row for a call has one popup of it, from the first ring until the customer is gone. */
export function impliedVanillaPopups(truth: Truth): Span[] {
  return storiesOf(truth, {}).flatMap(({ customer, parts: [first] }) =>
    first?.direction === 'inbound' ? [{ key: national(customer), from: first.begun, until: customer.end }] : [],
  );
}

const shown = ({ number }: CustomerCall) => number || 'anonymous';

const national = (customer: CustomerCall) => shown(customer).replace(/^(\+?7|8)(?=\d{10}$)/, '');
