import { answeredBy, talkWithCustomer } from './scenarios-blind.ts';
import { answerAfter, type Story, talk } from './story.ts';
import { inbound, outbound } from './telling.ts';
import { pause } from './wait.ts';

/** Who transfers a call there parks it; the first one takes the first place (office/res_parking.conf). */
const parking = '700';
const firstPlace = '701';

/** A call that waits, or goes elsewhere by itself. */
export const parkStories: readonly Story[] = [
  {
    name: 's25',
    title: 'inbound to 101, who parks the call (REFER to 700); 102 retrieves it (701); the caller hangs up',
    async play(scene) {
      const { call, agentCall } = await answeredBy(scene, '101');
      await agentCall.transfer(parking);
      await pause(2000);
      await talkWithCustomer(await scene.office.phone('102').dial(firstPlace));
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'answered', transfer: 'park', transferred_to: '102' })];
    },
  },
  {
    name: 's25b',
    title:
      'inbound to 101, who parks the call (REFER to 700); nobody retrieves it, it rings 101 again, who answers; the caller hangs up',
    async play(scene) {
      const { call, agentCall } = await answeredBy(scene, '101');
      await agentCall.transfer(parking);
      await talkWithCustomer(await scene.office.phone('101').nextCall(20_000));
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'answered', transfer: 'park', transferred_to: '101' })];
    },
  },
  {
    name: 's31',
    title: 'inbound to 101, whose phone redirects to 104 (302), who answers; the caller hangs up',
    async play(scene) {
      scene.expect({ '101': { kind: 'redirect', to: '104' }, '104': answerAfter(1500) });
      const call = await scene.callIn('ivan');
      await talkWithCustomer(await scene.office.phone('104').nextCall());
      call.hangUp();
      await scene.allEnded();
      const also = { redirected_by: '101', redirected_to: '104' };
      return [inbound(scene, call, { outcome: 'answered', also })];
    },
  },
  {
    name: 's32',
    title: 'inbound to 101, answered, held and taken back, the caller hangs up',
    async play(scene) {
      const { call, agentCall } = await answeredBy(scene, '101');
      await agentCall.hold();
      await pause(3000);
      await agentCall.unhold();
      await pause(2000);
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'answered' })];
    },
  },
  {
    name: 's44',
    title: 'inbound to 101, held while 101 calls an outside number by itself, then taken back; the caller hangs up',
    async play(scene) {
      scene.office.provider.reaction = answerAfter(1500);
      const { call, agentCall } = await answeredBy(scene, '101');
      await agentCall.hold();
      const outside = scene.customer(2);
      const asked = await scene.office.phone('101').dial(outside);
      await talk(asked);
      asked.hangUp();
      await asked.ended();
      await agentCall.unhold();
      await pause(2000);
      call.hangUp();
      await scene.allEnded();
      return [
        inbound(scene, call, { outcome: 'answered', legs: [agentCall] }),
        outbound(scene, asked, '101', { customer: outside, outcome: 'answered' }),
      ];
    },
  },
];
