import type { Reaction } from './received-call.ts';
import { answerAfter, busy, declineAfter, ring, type Story, talk } from './story.ts';
import { inbound, internal, outbound } from './telling.ts';
import { pause } from './wait.ts';

export const basicStories: readonly Story[] = [
  {
    name: 's01',
    title: 'inbound to 101, answered, the caller hangs up',
    async play(scene) {
      scene.expect({ '101': answerAfter(2000) });
      const call = await scene.callIn('ivan');
      await talk(call);
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'answered' })];
    },
  },
  {
    name: 's02',
    title: 'inbound to 101, not answered, the caller gives up after 4 s',
    async play(scene) {
      scene.expect({ '101': ring });
      const call = await scene.callIn('ivan');
      await call.rang();
      await pause(4000);
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'missed' })];
    },
  },
  refused('s03', 'inbound to 101, rings 20 s until the dialplan gives up', 'missed', ring),
  refused('s04', 'inbound to 101, which is busy (486)', 'busy', busy),
  refused('s05', 'inbound to 101, which rings 3 s and is declined (603)', 'declined', declineAfter(3000)),
  {
    name: 's06',
    title: 'inbound to 101, answered, the agent hangs up',
    async play(scene) {
      scene.expect({ '101': answerAfter(2000) });
      const call = await scene.callIn('ivan');
      await talk(call);
      (await scene.office.phone('101').nextCall()).hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'answered' })];
    },
  },
  {
    name: 's07',
    title: 'outbound 101 to a customer, answered, the agent hangs up',
    async play(scene) {
      scene.office.provider.reaction = answerAfter(2000);
      const call = await scene.office.phone('101').dial(scene.customer());
      await talk(call);
      call.hangUp();
      await scene.allEnded();
      return [outbound(scene, call, '101', { outcome: 'answered' })];
    },
  },
  {
    name: 's08',
    title: 'outbound 101 to a customer who is busy',
    async play(scene) {
      scene.office.provider.reaction = busy;
      const call = await scene.office.phone('101').dial(scene.customer());
      await scene.allEnded();
      return [outbound(scene, call, '101', { outcome: 'busy' })];
    },
  },
  {
    name: 's09',
    title: 'outbound 101 to a customer who does not answer, the agent gives up after 5 s',
    async play(scene) {
      scene.office.provider.reaction = ring;
      const call = await scene.office.phone('101').dial(scene.customer());
      await call.rang();
      await pause(5000);
      call.hangUp();
      await scene.allEnded();
      return [outbound(scene, call, '101', { outcome: 'no answer' })];
    },
  },
  {
    name: 's09b',
    title: 'outbound 101 to a customer, rings 4 s, the network says 480',
    async play(scene) {
      scene.office.provider.reaction = { kind: 'unavailable', ringMs: 4000 };
      const call = await scene.office.phone('101').dial(scene.customer());
      await scene.allEnded();
      return [outbound(scene, call, '101', { outcome: 'no answer' })];
    },
  },
  {
    name: 's10',
    title: 'internal 101 to 102, answered, 101 hangs up',
    async play(scene) {
      scene.expect({ '102': answerAfter(2000) });
      const call = await scene.office.phone('101').dial('102');
      await talk(call);
      call.hangUp();
      await scene.allEnded();
      return [internal(call, await scene.office.phone('102').nextCall(), '101', 'answered')];
    },
  },
];

/** A call to 101 that ends by itself. */
function refused(name: string, title: string, outcome: string, reaction: Reaction): Story {
  return {
    name,
    title,
    async play(scene) {
      scene.expect({ '101': reaction });
      const call = await scene.callIn('ivan');
      await scene.allEnded();
      return [inbound(scene, call, { outcome })];
    },
  };
}
