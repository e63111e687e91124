import { type CustomerCall, type Part, partsOf, type Ring, ringsOf } from './parts.ts';
import { isExtension, type PhoneCall, phoneCalls, type TrueCall, type Truth } from './truth.ts';

export interface Office {
  /** Who is to have missed what rang nobody. */
  readonly missedExtension?: string;
}

export interface DirectedPart extends Part {
  readonly direction: 'inbound' | 'outbound';
}

/** A call with all that the office's people had to do with it. */
export interface Story {
  readonly customer: CustomerCall;
  readonly isInternal: boolean;
  readonly parts: readonly DirectedPart[];
  /** When users of the office were rung by who called in, and what came of it. */
  readonly rings: readonly Pick<Ring, 'user' | 'start' | 'end'>[];
}

export function storiesOf(truth: Truth, office: Office): Story[] {
  const all = phoneCalls(truth);
  const told = truth.calls.map((call) => ({ call, ...endsOf(truth, call, all) }));
  const customers = told.map(({ customer }) => customer);
  return told.map((each) => {
    if (each.call.direction === 'inbound') return inbound(each.customer, customers, all, office);
    return { ...outbound(each, customers, all), isInternal: each.call.direction === 'internal' };
  });
}

function inbound(customer: CustomerCall, customers: CustomerCall[], all: PhoneCall[], office: Office): Story {
  const others = customers.filter((each) => each !== customer);
  const rings = ringsOf(customer, all, others);
  const parts = partsOf(rings).map((part) => ({ ...part, direction: 'inbound' as const }));
  if (parts.length > 0 || office.missedExtension === undefined) return { customer, parts, rings, isInternal: false };
  const { start, end } = customer;
  const missed = {
    user: office.missedExtension,
    status: 'no-answer',
    begun: start,
    start,
    end,
    talked: 0,
    answered: null,
  } as const;
  return { customer, parts: [{ ...missed, direction: 'inbound' }], rings, isInternal: false };
}

interface Ends {
  readonly call: TrueCall;
  /** The call on the phone of the one who placed it. */
  readonly own: PhoneCall;
  /** The call on the phone that was called, if it came so far. */
  readonly other: PhoneCall | undefined;
  readonly customer: CustomerCall;
}

const statuses: Readonly<Record<string, Part['status']>> = {
  answered: 'completed',
  'no answer': 'no-answer',
  missed: 'no-answer',
  'agent did not pick up': 'no-answer',
  busy: 'busy',
  declined: 'busy',
  'agent declined': 'busy',
};

/** Whoever placed the call has one part; to whom he hands the customer on, he is one who called. */
function outbound({ call, own, other, customer }: Ends, customers: CustomerCall[], all: PhoneCall[]) {
  const status = statuses[call.outcome.replace(/ \(.*/, '')];
  if (status === undefined) throw new Error(`${call.outcome}: what is that in the CRM?`);
  const isAnswered = status === 'completed';
  const answered = isAnswered ? Math.max(own.answered ?? 0, other?.answered ?? 0) : null;
  // An unanswered call is over when the party dropped out, not when the agent tired of the tone.
  const end = isAnswered ? own.left : (other ?? own).end;
  const talked = answered === null ? 0 : Math.min(own.left, other?.end ?? own.end) - answered;
  const first = { user: own.phone, status, begun: own.start, start: own.start, end, talked, answered };
  const others = customers.filter((each) => each !== customer);
  const following = isAnswered && call.direction === 'outbound' ? ringsOf(customer, all, others) : [];
  const later = following.filter((ring) => isHandedOn(ring, own));
  const handedOn = partsOf(later);
  return {
    customer,
    rings: later,
    parts: [
      { ...first, direction: 'outbound' as const },
      ...handedOn.map((part) => ({ ...part, direction: 'inbound' as const })),
    ],
  };
}

const isHandedOn = (ring: Ring, own: PhoneCall) => ring.start > own.start + 1000 && ring.user !== own.phone;

/** Which of the phones' calls are the ends of a call that somebody tells of. */
function endsOf(truth: Truth, call: TrueCall, all: readonly PhoneCall[]): Omit<Ends, 'call'> {
  const own = must(call, ownCalls(call, all)[orderAmongAlike(truth, call)]);
  if (call.direction === 'inbound')
    return { own, other: undefined, customer: { number: shownNumber(call), start: own.start, end: own.end } };
  const callee = call.callee ?? '';
  const isOther = (each: PhoneCall) =>
    !each.placed && each.start >= own.start && each !== own && each.phone === (callee || 'provider');
  const other = all.find(isOther);
  const number = call.callee ?? call.customer ?? '';
  return { own, other, customer: { number, start: own.start, end: (other ?? own).end } };
}

/** A withheld number that the network lets the PBX know all the same is what Asterisk shows. */
const shownNumber = (call: TrueCall) => call.customer ?? call.withheld_number ?? '';

function ownCalls(call: TrueCall, all: readonly PhoneCall[]): PhoneCall[] {
  if (call.direction === 'inbound')
    return all.filter(({ phone, placed, peer }) => placed && !isExtension(phone) && peer === call.did);
  const dialled = call.callee ?? call.customer;
  const user = call.caller ?? call.agent;
  if (call.click_to_call === true) return all.filter(({ phone, placed }) => phone === user && !placed);
  return all.filter(({ phone, placed, peer }) => placed && phone === user && peer === dialled);
}

/** Several calls to one number are told in the order in which they came. */
function orderAmongAlike(truth: Truth, call: TrueCall): number {
  const alike = truth.calls.filter(
    ({ direction, did, agent }) =>
      direction === call.direction && (direction === 'inbound' ? did === call.did : agent === call.agent),
  );
  return call.direction === 'inbound' ? alike.indexOf(call) : 0;
}

function must(call: TrueCall, own: PhoneCall | undefined): PhoneCall {
  if (own === undefined) throw new Error(`no phone placed this call: ${JSON.stringify(call)}`);
  return own;
}
