import type { PhoneCall } from './phone-call.ts';
import { answerAfter, busy, declineAfter, ring, type Scene, type Story, talk } from './story.ts';
import { outbound, type ToldCall } from './telling.ts';
import { pause } from './wait.ts';

/** Clicks on a number in the CRM, by 101; Asterisk rings his phone for 10 s. */
export const clickStories: readonly Story[] = [
  {
    name: 's11',
    title: 'click-to-call from 101, both answer, the customer hangs up',
    async play(scene) {
      scene.office.provider.reaction = answerAfter(2000);
      const agentCall = await clicked(scene);
      const customerCall = await scene.office.provider.nextCall();
      await talk(customerCall);
      customerCall.hangUp();
      return told(scene, agentCall, 'answered');
    },
  },
  {
    name: 's12',
    title: 'click-to-call, 101 never picks up (Originate timeout 10 s)',
    async play(scene) {
      scene.expect({ '101': ring });
      return told(scene, await clicked(scene), 'agent did not pick up');
    },
  },
  {
    name: 's12b',
    title: 'click-to-call, 101 declines',
    async play(scene) {
      scene.expect({ '101': declineAfter(2000) });
      return told(scene, await clicked(scene), 'agent declined');
    },
  },
  {
    name: 's13',
    title: 'click-to-call, 101 picks up, the customer is busy',
    async play(scene) {
      scene.office.provider.reaction = busy;
      return told(scene, await clicked(scene), 'busy');
    },
  },
  {
    name: 's13b',
    title: 'click-to-call, 101 picks up, the customer does not answer, 101 hangs up after 5 s',
    async play(scene) {
      scene.office.provider.reaction = ring;
      const agentCall = await clicked(scene);
      await (await scene.office.provider.nextCall()).rang();
      await pause(5000);
      agentCall.hangUp();
      return told(scene, agentCall, 'no answer');
    },
  },
];

async function clicked(scene: Scene): Promise<PhoneCall> {
  await scene.click('101', scene.customer());
  return scene.office.phone('101').nextCall();
}

async function told(scene: Scene, agentCall: PhoneCall, outcome: string): Promise<ToldCall[]> {
  await scene.allEnded();
  return [outbound(scene, agentCall, '101', { outcome })];
}
