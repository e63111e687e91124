import type { AgentExtension } from './layout.ts';
import type { PhoneCall } from './phone-call.ts';
import { answerAfter, ring, type Scene, type Story, talk } from './story.ts';
import { inbound, outbound } from './telling.ts';
import { pause } from './wait.ts';

/** After a feature code Asterisk says "transfer", and only then listens for the number. */
export const promptMs = 1200;

/** Somebody of the office has a call, and gives it away without asking whom he gives it to. */
export const blindStories: readonly Story[] = [
  {
    name: 's18',
    title: 'inbound to 101, blind transfer by the phone (REFER) to 102, who answers; the caller hangs up',
    async play(scene) {
      scene.expect({ '102': answerAfter(1500) });
      const { call, agentCall } = await answeredBy(scene, '101');
      await agentCall.transfer('102');
      return toldOf102(scene, call);
    },
  },
  {
    name: 's18b',
    title: 'inbound to 101, blind transfer with #1 (DTMF) to 102, who answers; the caller hangs up',
    async play(scene) {
      scene.expect({ '102': answerAfter(1500) });
      const { call, agentCall } = await answeredBy(scene, '101');
      await pressCode(agentCall, '#1', '102');
      return toldOf102(scene, call);
    },
  },
  {
    name: 's18d',
    title: 'inbound to 101, blind transfer by the phone to 102, who does not answer in 25 s; the PBX hangs up',
    async play(scene) {
      scene.expect({ '102': ring });
      const { call, agentCall } = await answeredBy(scene, '101');
      await agentCall.transfer('102');
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'answered', transfer: 'blind', transferred_to: '102' })];
    },
  },
  {
    name: 's19',
    title: 'inbound to 101, blind transfer to an outside number, answered there; the caller hangs up',
    async play(scene) {
      scene.office.provider.reaction = answerAfter(1500);
      const { call, agentCall } = await answeredBy(scene, '101');
      const outside = scene.customer(2);
      await agentCall.transfer(outside);
      await talkWithCustomer(await scene.office.provider.nextCall());
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'answered', transfer: 'blind', transferred_to: outside })];
    },
  },
  {
    name: 's29',
    title: 'queue sales, 102 answers, blind transfer by the phone to 104, who answers; the caller hangs up',
    async play(scene) {
      scene.expect({ '101': ring, '103': ring, '104': answerAfter(1500) });
      const { call, agentCall } = await answeredBy(scene, '102', 'sales');
      await agentCall.transfer('104');
      await talkWithCustomer(await scene.office.phone('104').nextCall());
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { queue: 'sales', outcome: 'answered', transfer: 'blind', transferred_to: '104' })];
    },
  },
  {
    name: 's40',
    title:
      'outbound 101 to a customer, answered, blind transfer of the customer to 102, who answers; the customer hangs up',
    async play(scene) {
      scene.expect({ '102': answerAfter(1500) });
      const { call, customerCall } = await answeredOutside(scene, '101');
      await call.transfer('102');
      await talkWithCustomer(await scene.office.phone('102').nextCall());
      customerCall.hangUp();
      await scene.allEnded();
      const facts = { outcome: 'answered', transfer: 'blind', transferred_to: '102', hung_up_by: 'customer' } as const;
      return [{ ...outbound(scene, call, '101', facts), rang: ['102'], last_agent: '102' }];
    },
  },
  {
    name: 's45',
    title: 'inbound to 101, blind transfer by the phone to the queue sales, where 102 answers; the caller hangs up',
    async play(scene) {
      const { call, agentCall } = await answeredBy(scene, '101');
      // His phone may be free again before the queue looks: then it rings him as well.
      scene.expect({ '101': ring, '102': answerAfter(1500), '103': ring });
      await agentCall.transfer('601');
      await talkWithCustomer(await scene.office.phone('102').nextCall());
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { queue: 'sales', outcome: 'answered', transfer: 'blind', transferred_to: '102' })];
    },
  },
];

/** A customer calls, `agent` answers, and they talk. */
export async function answeredBy(scene: Scene, agent: AgentExtension, at: 'ivan' | 'sales' = 'ivan') {
  scene.expect({ [agent]: answerAfter(1000) });
  const call = await scene.callIn(at);
  const agentCall = await scene.office.phone(agent).nextCall();
  await talk(agentCall);
  return { call, agentCall };
}

/** `agent` calls a customer, who answers, and they talk. */
export async function answeredOutside(scene: Scene, agent: AgentExtension) {
  scene.office.provider.reaction = answerAfter(1500);
  const call = await scene.office.phone(agent).dial(scene.customer());
  const customerCall = await scene.office.provider.nextCall();
  await talk(call);
  return { call, customerCall };
}

/** Waits until a call carries the voice of somebody outside, and lets them talk. */
export async function talkWithCustomer(call: PhoneCall): Promise<void> {
  await call.hears('provider');
  await pause(3000);
}

export async function pressCode(call: PhoneCall, code: string, number: string): Promise<void> {
  await call.press(code);
  await pause(promptMs);
  await call.press(number);
}

async function toldOf102(scene: Scene, call: PhoneCall) {
  await talkWithCustomer(await scene.office.phone('102').nextCall());
  call.hangUp();
  await scene.allEnded();
  return [inbound(scene, call, { outcome: 'answered', transfer: 'blind', transferred_to: '102' })];
}
