import type { PhoneCall } from './phone-call.ts';
import { answerAfter, ring, type Scene, type Story, talk } from './story.ts';
import { type Facts, inbound, type ToldCall } from './telling.ts';
import { pause, until } from './wait.ts';

/** Calls that several phones may take: queues, the ring group, two phones of one extension. */
export const queueStories: readonly Story[] = [
  {
    name: 's14',
    title: 'queue sales (ringall 101,102,103), 102 answers, the caller hangs up',
    async play(scene) {
      scene.expect({ '101': ring, '102': answerAfter(3000), '103': ring });
      const call = await scene.callIn('sales');
      await talk(await scene.office.phone('102').nextCall());
      return hungUp(scene, call, { queue: 'sales', outcome: 'answered' });
    },
  },
  {
    name: 's15',
    title: 'queue support (rrmemory 102,103; 8 s each): the first does not answer, the second does; the agent hangs up',
    async play(scene) {
      const phones = [scene.office.phone('102'), scene.office.phone('103')];
      scene.expect({ '102': ring, '103': ring });
      const call = await scene.callIn('support');
      // Such a queue remembers from call to call whose turn it is.
      const first = await until(3000, 'the first rings', () => phones.find(({ received }) => received.length > 0));
      const second = phones.find((phone) => phone !== first) ?? first;
      second.reaction = answerAfter(2000);
      const agentCall = await second.nextCall(15_000);
      await talk(agentCall);
      agentCall.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { queue: 'support', outcome: 'answered' })];
    },
  },
  {
    name: 's16',
    title: 'queue sales, the caller hangs up after 5 s of ringing',
    async play(scene) {
      scene.expect({ '101': ring, '102': ring, '103': ring });
      const call = await scene.callIn('sales');
      await pause(5000);
      return hungUp(scene, call, { queue: 'sales', outcome: 'missed (abandoned in the queue)' });
    },
  },
  {
    name: 's17',
    title: 'queue sales, nobody answers in 25 s, the queue times out and the PBX hangs up',
    async play(scene) {
      scene.expect({ '101': ring, '102': ring, '103': ring });
      const call = await scene.callIn('sales');
      await scene.allEnded();
      return [inbound(scene, call, { queue: 'sales', outcome: 'missed (queue timed out)' })];
    },
  },
  {
    name: 's22',
    title: 'ring group 101 and 102, 102 answers, the caller hangs up',
    async play(scene) {
      scene.expect({ '101': ring, '102': answerAfter(3000) });
      const call = await scene.callIn('group');
      await talk(call);
      return hungUp(scene, call, { outcome: 'answered' });
    },
  },
  {
    name: 's34',
    title: 'queue helpdesk with Local members (FreePBX style), 102 answers, the caller hangs up',
    async play(scene) {
      scene.expect({ '101': ring, '102': answerAfter(3000) });
      const call = await scene.callIn('helpdesk');
      await talk(await scene.office.phone('102').nextCall());
      return hungUp(scene, call, { queue: 'helpdesk', outcome: 'answered' });
    },
  },
  {
    name: 's42',
    title:
      'queue helpdesk with Local members, nobody answers in the first 8 s, 102 does in the second round; 102 hangs up',
    async play(scene) {
      const anna = scene.office.phone('102');
      scene.expect({ '101': ring, '102': ring });
      const call = await scene.callIn('helpdesk');
      await (await anna.nextCall()).ended();
      anna.reaction = answerAfter(2000);
      const agentCall = await anna.nextCall();
      await talk(agentCall);
      agentCall.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { queue: 'helpdesk', outcome: 'answered' })];
    },
  },
  {
    name: 's43',
    title: '104 sits at two phones (two contacts) and both ring, the second one is answered; the caller hangs up',
    variants: ['22', '16-pjsip'],
    async play(scene) {
      scene.expect({ '104': ring });
      scene.office.softphone.reaction = answerAfter(3000);
      const call = await scene.callIn('everywhere');
      await talk(call);
      return hungUp(scene, call, { outcome: 'answered' });
    },
  },
];

/** The caller hangs up. */
async function hungUp(scene: Scene, call: PhoneCall, facts: Facts): Promise<ToldCall[]> {
  call.hangUp();
  await scene.allEnded();
  return [inbound(scene, call, facts)];
}
