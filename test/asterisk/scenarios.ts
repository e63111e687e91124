import type { Action } from './ami-session.ts';
import { type AgentExtension, did } from './layout.ts';
import type { Office } from './office.ts';
import type { PhoneCall } from './phone-call.ts';
import type { ReceivedCall } from './received-call.ts';
import { pause } from './wait.ts';

export type ScenarioOutcome =
  | 'answered'
  /** The customer was never answered, or for a click-to-call: rang and was not picked up. */
  | 'missed'
  | 'busy'
  | 'declined'
  /** Click-to-call: the agent's own phone was not picked up, or was rejected; the customer heard nothing of it. */
  | 'agent did not pick up'
  | 'agent declined';

/** One call as the phones saw it. Times are epoch milliseconds. */
export interface TrueCall {
  readonly direction: 'inbound' | 'outbound';
  readonly customer: string;
  readonly agent: AgentExtension;
  readonly outcome: ScenarioOutcome;
  /** The caller dialled; with click-to-call, the agent's phone was called. */
  readonly startedAt: number;
  /** The two were in conversation. */
  readonly answeredAt: number | null;
  readonly endedAt: number;
  /** Whole conversation, as the one who was called last had it. */
  readonly talkedSeconds: number;
}

/** Asks for a click-to-call, and comes back when the request is under way. The call need not succeed. */
export type Click = (agent: AgentExtension, number: string) => Promise<void>;

/** The Originate of a click, as the connector sends it. */
export function originate(office: Office, agent: string, number: string, patienceMs: number): Action {
  return {
    Action: 'Originate',
    Channel: `${office.driver}/${agent}`,
    Context: 'vtiger',
    Exten: number,
    Priority: '1',
    CallerID: agent,
    Timeout: String(patienceMs),
    Async: 'true',
  };
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  run(office: Office, click: Click): Promise<TrueCall[]>;
}

/** Long enough that whole-second records show it, and that two seconds differ from four. */
const talkMs = 2000;

export const scenarios: readonly Scenario[] = [
  {
    name: 'inbound-answered',
    title: 'a customer calls 101, is answered, and hangs up',
    async run(office) {
      const customer = '79211101101';
      const call = await office.provider.dial(did.ivan, { number: customer });
      const agentCall = await office.phone('101').nextCall();
      await talk(call);
      call.hangUp();
      await agentCall.ended();
      return [inbound(call, agentCall, customer, '101', 'answered')];
    },
  },
  {
    name: 'inbound-missed',
    title: 'a customer calls 101, nobody picks up, and he gives up',
    async run(office) {
      const customer = '79211101102';
      office.phone('101').reaction = { kind: 'ring' };
      const call = await office.provider.dial(did.ivan, { number: customer });
      const agentCall = await office.phone('101').nextCall();
      await agentCall.rang();
      await pause(talkMs);
      call.hangUp();
      await agentCall.ended();
      return [inbound(call, agentCall, customer, '101', 'missed')];
    },
  },
  {
    name: 'inbound-busy',
    title: 'a customer calls 101, whose phone says busy',
    async run(office) {
      const customer = '79211101103';
      office.phone('101').reaction = { kind: 'busy' };
      const call = await office.provider.dial(did.ivan, { number: customer });
      await call.ended();
      return [inbound(call, await office.phone('101').nextCall(), customer, '101', 'busy')];
    },
  },
  {
    name: 'inbound-declined',
    title: 'a customer calls 101, who rejects the call',
    async run(office) {
      const customer = '79211101104';
      office.phone('101').reaction = { kind: 'decline', declineAfter: 500 };
      const call = await office.provider.dial(did.ivan, { number: customer });
      await call.ended();
      return [inbound(call, await office.phone('101').nextCall(), customer, '101', 'declined')];
    },
  },
  {
    name: 'outbound-answered',
    title: '101 calls a customer, who answers; 101 hangs up',
    async run(office) {
      const customer = '79211101105';
      office.provider.reaction = { kind: 'answer', answerAfter: 500 };
      const call = await office.phone('101').dial(customer);
      const customerCall = await office.provider.nextCall();
      await talk(customerCall);
      call.hangUp();
      await customerCall.ended();
      return [outbound(call, customerCall, '101', 'answered')];
    },
  },
  {
    name: 'click-answered',
    title: 'a click: 101 picks up, the customer answers and hangs up',
    async run(office, click) {
      const customer = '79211101106';
      office.provider.reaction = { kind: 'answer', answerAfter: 500 };
      await click('101', customer);
      const agentCall = await office.phone('101').nextCall();
      const customerCall = await office.provider.nextCall();
      await talk(customerCall);
      customerCall.hangUp();
      await agentCall.ended();
      return [outbound(agentCall, customerCall, '101', 'answered')];
    },
  },
  {
    name: 'click-not-picked-up',
    title: 'a click: the phone of 101 rings until the time for it is over',
    async run(office, click) {
      office.phone('101').reaction = { kind: 'ring' };
      await click('101', '79211101107');
      const agentCall = await office.phone('101').nextCall();
      await agentCall.ended(60_000);
      return [clickedInVain(agentCall, '79211101107', '101', 'agent did not pick up')];
    },
  },
  {
    name: 'click-refused',
    title: 'a click: 101 rejects the call',
    async run(office, click) {
      office.phone('101').reaction = { kind: 'decline', declineAfter: 500 };
      await click('101', '79211101108');
      const agentCall = await office.phone('101').nextCall();
      await agentCall.ended();
      return [clickedInVain(agentCall, '79211101108', '101', 'agent declined')];
    },
  },
  {
    name: 'two-at-once',
    title: 'two customers at once, one to 101 and one to 102; both are answered',
    async run(office) {
      const first = await office.provider.dial(did.ivan, { number: '79211101109' });
      const second = await office.provider.dial(did.anna, { number: '79211101110' });
      const ivan = await office.phone('101').nextCall();
      const anna = await office.phone('102').nextCall();
      await Promise.all([talk(first), talk(second)]);
      first.hangUp();
      await ivan.ended();
      await pause(500);
      anna.hangUp();
      await second.ended();
      return [
        inbound(first, ivan, '79211101109', '101', 'answered'),
        inbound(second, anna, '79211101110', '102', 'answered'),
      ];
    },
  },
];

async function talk(call: PhoneCall): Promise<void> {
  await call.answered();
  await pause(talkMs);
}

function inbound(
  customerCall: PhoneCall,
  agentCall: ReceivedCall,
  customer: string,
  agent: AgentExtension,
  outcome: ScenarioOutcome,
): TrueCall {
  return {
    direction: 'inbound',
    customer,
    agent,
    outcome,
    startedAt: customerCall.startedAt,
    ...conversation(agentCall),
  };
}

function outbound(
  agentCall: PhoneCall,
  customerCall: ReceivedCall,
  agent: AgentExtension,
  outcome: ScenarioOutcome,
): TrueCall {
  const customer = customerCall.called;
  return {
    direction: 'outbound',
    customer,
    agent,
    outcome,
    startedAt: agentCall.startedAt,
    ...conversation(customerCall),
  };
}

function clickedInVain(
  agentCall: ReceivedCall,
  customer: string,
  agent: AgentExtension,
  outcome: ScenarioOutcome,
): TrueCall {
  return {
    direction: 'outbound',
    customer,
    agent,
    outcome,
    startedAt: agentCall.startedAt,
    ...conversation(agentCall),
  };
}

function conversation({ answeredAt, endedAt, peer }: PhoneCall) {
  if (endedAt === null) throw new Error(`the call with ${peer} has not ended`);
  return { answeredAt, endedAt, talkedSeconds: answeredAt === null ? 0 : (endedAt - answeredAt) / 1000 };
}
