import type { AgentExtension } from './layout.ts';
import type { PhoneCall } from './phone-call.ts';
import { answeredBy, answeredOutside, pressCode, talkWithCustomer } from './scenarios-blind.ts';
import { answerAfter, declineAfter, ring, type Scene, type Story, talk } from './story.ts';
import { inbound, outbound } from './telling.ts';
import { pause } from './wait.ts';

const refusedBy102 = { direction: 'internal', caller: '101', callee: '102', outcome: 'declined' };

/** Somebody of the office has a call, has it wait while he asks a colleague, and then gives it to him, or not. */
export const attendedStories: readonly Story[] = [
  {
    name: 's20',
    title: 'inbound to 101, attended transfer by the phone (REFER with Replaces) to 102; the caller hangs up',
    async play(scene) {
      scene.expect({ '102': answerAfter(1500) });
      const { call, agentCall } = await answeredBy(scene, '101');
      const target = await giveAfterAsking(scene, agentCall, '101', '102');
      return transferredTo102(scene, call, target);
    },
  },
  {
    name: 's20b',
    title: 'inbound to 101, attended transfer with *2 (DTMF) to 102, 101 leaves; the caller hangs up',
    async play(scene) {
      scene.expect({ '102': answerAfter(1500) });
      const { call, agentCall } = await answeredBy(scene, '101');
      await pressCode(agentCall, '*2', '102');
      const target = await scene.office.phone('102').nextCall();
      await talk(target, 2000);
      agentCall.hangUp();
      return transferredTo102(scene, call, target);
    },
  },
  {
    name: 's20d',
    title: 'inbound to 101, *2 to 102, 101 leaves while 102 still rings; 102 answers; the caller hangs up',
    async play(scene) {
      scene.expect({ '102': answerAfter(4000) });
      const { call, agentCall } = await answeredBy(scene, '101');
      const target = await leaveWhileRinging(scene, agentCall);
      return transferredTo102(scene, call, target);
    },
  },
  {
    name: 's20e',
    title:
      'inbound to 101, *2 to 102, 101 leaves while 102 still rings; 102 never answers, and 101 is rung again and answers',
    async play(scene) {
      scene.expect({ '102': ring });
      const { call, agentCall } = await answeredBy(scene, '101');
      await leaveWhileRinging(scene, agentCall);
      await talkWithCustomer(await scene.office.phone('101').nextCall(20_000));
      call.hangUp();
      await scene.allEnded();
      const also = { tried: 'attended', tried_to: '102', outcome: 'no answer', came_back_to: '101' };
      return [inbound(scene, call, { outcome: 'answered', transfer: null, also })];
    },
  },
  {
    name: 's21',
    title:
      'inbound to 101, attended transfer tried by the phone, 102 declines, 101 takes the caller back; the caller hangs up',
    async play(scene) {
      scene.expect({ '102': declineAfter(2000) });
      const { call, agentCall } = await answeredBy(scene, '101');
      await agentCall.hold();
      const asked = await scene.office.phone('101').dial('102');
      await asked.ended();
      await agentCall.unhold();
      return keptBy101(scene, call);
    },
  },
  {
    name: 's21b',
    title:
      'inbound to 101, attended transfer tried with *2, 102 declines, 101 takes the caller back (*1); the caller hangs up',
    async play(scene) {
      scene.expect({ '102': declineAfter(2000) });
      const { call, agentCall } = await answeredBy(scene, '101');
      await pressCode(agentCall, '*2', '102');
      await (await scene.office.phone('102').nextCall()).ended();
      // Until somebody acts, 101 hears a busy tone, and the caller music.
      await pause(1000);
      await agentCall.press('*1');
      await agentCall.hears('provider');
      return keptBy101(scene, call);
    },
  },
  {
    name: 's30',
    title: 'queue sales, 102 answers, attended transfer by the phone to 104, who answers; the caller hangs up',
    async play(scene) {
      scene.expect({ '101': ring, '103': ring, '104': answerAfter(1500) });
      const { call, agentCall } = await answeredBy(scene, '102', 'sales');
      await talkWithCustomer(await giveAfterAsking(scene, agentCall, '102', '104'));
      call.hangUp();
      await scene.allEnded();
      const transfer = { transfer: 'attended', transferred_to: '104' } as const;
      return [inbound(scene, call, { queue: 'sales', outcome: 'answered', ...transfer })];
    },
  },
  {
    name: 's46',
    title: 'outbound 101 to a customer, answered, attended transfer of the customer to 102; the customer hangs up',
    async play(scene) {
      scene.expect({ '102': answerAfter(1500) });
      const { call, customerCall } = await answeredOutside(scene, '101');
      await talkWithCustomer(await giveAfterAsking(scene, call, '101', '102'));
      customerCall.hangUp();
      await scene.allEnded();
      const facts = {
        outcome: 'answered',
        transfer: 'attended',
        transferred_to: '102',
        hung_up_by: 'customer',
      } as const;
      return [{ ...outbound(scene, call, '101', facts), rang: ['102'], last_agent: '102' }];
    },
  },
];

/** By a second call of the same phone, as desk phones do it. Returns the call of who has been given the customer. */
async function giveAfterAsking(scene: Scene, call: PhoneCall, agent: AgentExtension, target: AgentExtension) {
  await call.hold();
  const asked = await scene.office.phone(agent).dial(target);
  await talk(asked, 2000);
  await call.transferInto(asked);
  await asked.ended();
  return scene.office.phone(target).nextCall();
}

/** Returns the call that goes on ringing at 102. */
async function leaveWhileRinging(scene: Scene, agentCall: PhoneCall): Promise<PhoneCall> {
  await pressCode(agentCall, '*2', '102');
  const rung = await scene.office.phone('102').nextCall();
  await rung.rang();
  await pause(1500);
  agentCall.hangUp();
  return rung;
}

async function transferredTo102(scene: Scene, call: PhoneCall, target: PhoneCall) {
  await talkWithCustomer(target);
  call.hangUp();
  await scene.allEnded();
  return [inbound(scene, call, { outcome: 'answered', transfer: 'attended', transferred_to: '102' })];
}

async function keptBy101(scene: Scene, call: PhoneCall) {
  await pause(2000);
  call.hangUp();
  await scene.allEnded();
  return [inbound(scene, call, { outcome: 'answered', transfer: null, also: refusedBy102 })];
}
