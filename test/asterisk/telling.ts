import type { AgentExtension } from './layout.ts';
import type { PhoneCall } from './phone-call.ts';
import type { Scene } from './story.ts';

/** A call as a person who was in the room would tell it. Extensions are who sits there; it becomes truth.json as it is. */
export interface ToldCall {
  readonly direction: 'inbound' | 'outbound' | 'internal';
  readonly click_to_call?: true;
  /** null: withheld. */
  readonly customer?: string | null;
  /** The number of a customer who withholds it from who he calls. */
  readonly withheld_number?: string;
  readonly customer_name?: string;
  readonly agent?: string;
  readonly caller?: string;
  readonly callee?: string;
  readonly did?: string;
  readonly queue?: string;
  /** Whose phone rang, in that order. */
  readonly rang?: readonly string[];
  readonly answered_by: string | null;
  readonly transfer?: 'blind' | 'attended' | 'redirect' | 'park' | null;
  readonly transferred_to?: string;
  /** The last of the office who talked with the customer. */
  readonly last_agent?: string;
  /** answered · missed · busy · declined · no answer · agent did not pick up · agent declined; more in brackets. */
  readonly outcome: string;
  readonly hung_up_by?: string;
  readonly customer_rang?: boolean;
  /** Whether a file of this call with sound is left. truthOf finds out where a story does not say. */
  readonly recording?: boolean;
  /** The SIP status that the caller was refused with. */
  readonly customer_saw?: number;
  readonly agent_saw?: number;
  readonly also?: object;
}

/** What the phones do not know, or not for sure. The rest is taken from them. */
export interface Facts
  extends Pick<
    ToldCall,
    'customer' | 'withheld_number' | 'customer_name' | 'queue' | 'outcome' | 'transfer' | 'transferred_to'
  > {
  readonly hung_up_by?: string;
  readonly recording?: boolean;
  readonly also?: object;
  /** The calls of the office's phones that belong to it; all of them without. */
  readonly legs?: readonly PhoneCall[];
}

interface Leg {
  readonly extension: string;
  readonly call: PhoneCall;
}

/** A customer's call. `customerCall` is his end of it. */
export function inbound(scene: Scene, customerCall: PhoneCall, facts: Facts): ToldCall {
  const {
    legs: only,
    customer,
    withheld_number,
    customer_name,
    queue,
    transfer,
    transferred_to,
    outcome,
    ...more
  } = facts;
  const legs = legsOf(scene, only);
  const answered = legs.filter(({ call }) => call.answeredAt !== null);
  const answeredBy = firstToAnswer(answered)?.extension ?? null;
  agree(outcome, answeredBy);
  const saw = customerCall.endedBy === 'the PBX side' ? customerCall.endedHow : null;
  return {
    direction: 'inbound',
    customer: customer === undefined ? scene.customer() : customer,
    ...(withheld_number !== undefined && { withheld_number }),
    ...(customer_name !== undefined && { customer_name }),
    did: customerCall.peer,
    ...(queue !== undefined && { queue }),
    rang: rangOf(legs),
    answered_by: answeredBy,
    ...(transfer !== undefined && { transfer }),
    ...(transferred_to !== undefined && { transferred_to }),
    ...(transfer !== undefined && { last_agent: latest(answered)?.extension ?? '' }),
    outcome,
    hung_up_by: hungUpBy(customerCall, legs),
    ...(typeof saw === 'number' && { customer_saw: saw }),
    ...more,
  };
}

/** A call to a customer. `agentCall` is the agent's end of it. */
export function outbound(scene: Scene, agentCall: PhoneCall, agent: AgentExtension, facts: Facts): ToldCall {
  const { legs: _, customer, outcome, ...more } = facts;
  const [customerCall] = scene.office.provider.received;
  const answered = customerCall !== undefined && customerCall.answeredAt !== null && agentCall.answeredAt !== null;
  agree(outcome, answered ? 'customer' : null);
  const by = hungUpOutboundBy(agentCall, customerCall, agent);
  const saw = agentCall.placedHere && agentCall.endedBy === 'the PBX side' ? agentCall.endedHow : null;
  return {
    direction: 'outbound',
    ...(!agentCall.placedHere && { click_to_call: true }),
    customer: customer === undefined ? scene.customer() : customer,
    agent,
    answered_by: answered ? 'customer' : null,
    outcome,
    ...(customerCall === undefined && { customer_rang: false }),
    ...(by !== null && { hung_up_by: by }),
    ...(typeof saw === 'number' && { agent_saw: saw }),
    ...more,
  };
}

/** A call between two of the office. */
export function internal(callerCall: PhoneCall, calleeCall: PhoneCall, caller: string, outcome: string): ToldCall {
  const callee = callerCall.peer;
  const answeredBy = calleeCall.answeredAt === null ? null : callee;
  agree(outcome, answeredBy);
  const by = callerCall.endedBy === 'this phone' ? caller : callee;
  return { direction: 'internal', caller, callee, answered_by: answeredBy, outcome, hung_up_by: by };
}

/** A story that tells other than the phones is wrong. */
function agree(outcome: string, answeredBy: string | null): void {
  if (outcome.startsWith('answered') !== (answeredBy !== null))
    throw new Error(`told as "${outcome}", but answered by ${answeredBy}`);
}

function legsOf({ office }: Scene, only?: readonly PhoneCall[]): Leg[] {
  const phones = office.phones.filter((phone) => phone !== office.provider);
  const all = phones.flatMap(({ name, calls }) => calls.map((call) => ({ extension: name.slice(0, 3), call })));
  return all.filter(({ call }) => only === undefined || only.includes(call));
}

function rangOf(legs: readonly Leg[]): string[] {
  const rung = legs.filter(({ call }) => !call.placedHere && call.rangAt !== null);
  const inTurn = rung.toSorted((one, other) => (one.call.rangAt ?? 0) - (other.call.rangAt ?? 0));
  return [...new Set(inTurn.map(({ extension }) => extension))];
}

function firstToAnswer(answered: readonly Leg[]): Leg | undefined {
  return answered.toSorted((one, other) => (one.call.answeredAt ?? 0) - (other.call.answeredAt ?? 0))[0];
}

function latest(legs: readonly Leg[]): Leg | undefined {
  return legs.toSorted((one, other) => (other.call.endedAt ?? 0) - (one.call.endedAt ?? 0))[0];
}

/** A phone that is busy refuses by itself; who declines, hangs up. */
function hungUpBy(customerCall: PhoneCall, legs: readonly Leg[]): string {
  if (customerCall.endedBy === 'this phone') return 'customer';
  const last = latest(legs);
  return last?.call.endedBy === 'this phone' && last.call.endedHow !== 486 ? last.extension : 'pbx';
}

function hungUpOutboundBy(agentCall: PhoneCall, customerCall: PhoneCall | undefined, agent: string): string | null {
  if (agentCall.endedBy === 'this phone' && agentCall.endedHow !== 603) return agent;
  if (customerCall?.endedBy !== 'this phone') return null;
  if (customerCall.endedHow === 480) return 'network';
  return customerCall.endedHow === 'BYE' ? 'customer' : null;
}
