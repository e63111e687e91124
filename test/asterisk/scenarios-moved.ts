import type { PhoneCall } from './phone-call.ts';
import { answerAfter, ring, type Scene, type Story, talk } from './story.ts';
import { inbound } from './telling.ts';
import { pause } from './wait.ts';

/** Calls that go to another phone than the one that was called, without a REFER or touch tones. */
export const movedStories: readonly Story[] = [
  {
    name: 's18c',
    title: 'inbound to 101, blind transfer by AMI BlindTransfer to 102, who answers; 102 hangs up',
    async play(scene) {
      const call = await answeredByIvan(scene);
      scene.expect({ '102': answerAfter(2000) });
      await scene.act({
        Action: 'BlindTransfer',
        Channel: await scene.channelOf('101'),
        Context: 'internal',
        Exten: '102',
      });
      const target = await scene.office.phone('102').nextCall();
      await talk(target);
      target.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { transfer: 'blind', transferred_to: '102', outcome: 'answered' })];
    },
  },
  {
    name: 's20c',
    title: 'inbound to 101, attended transfer by AMI Atxfer to 102, 101 leaves; the caller hangs up',
    async play(scene) {
      const call = await answeredByIvan(scene);
      scene.expect({ '102': answerAfter(2000) });
      await scene.act({ Action: 'Atxfer', Channel: await scene.channelOf('101'), Context: 'internal', Exten: '102' });
      await talk(await scene.office.phone('102').nextCall(), 2000);
      (await scene.office.phone('101').nextCall()).hangUp();
      await pause(3000);
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { transfer: 'attended', transferred_to: '102', outcome: 'answered' })];
    },
  },
  {
    name: 's23',
    title: 'inbound rings 101, 103 picks it up with *8, the caller hangs up',
    async play(scene) {
      scene.expect({ '101': ring });
      const call = await scene.callIn('ivan');
      await (await scene.office.phone('101').nextCall()).rang();
      await pause(3000);
      await scene.office.phone('103').dial('*8');
      await talk(call);
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'answered (picked up)' })];
    },
  },
  {
    name: 's24',
    title: 'inbound forwarded through a Local channel to 104, who answers; the caller hangs up',
    async play(scene) {
      scene.expect({ '104': answerAfter(3000) });
      const call = await scene.callIn('forwarded');
      await talk(call);
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'answered' })];
    },
  },
  {
    name: 's39',
    title: 'inbound to 101, answered, the caller is sent to 102 by AMI Redirect; 102 answers, the caller hangs up',
    async play(scene) {
      const call = await answeredByIvan(scene);
      scene.expect({ '102': answerAfter(2000) });
      await scene.act({
        Action: 'Redirect',
        Channel: await scene.channelOf('provider'),
        Context: 'internal',
        Exten: '102',
        Priority: '1',
      });
      await talk(await scene.office.phone('102').nextCall());
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { transfer: 'redirect', transferred_to: '102', outcome: 'answered' })];
    },
  },
];

/** A customer talks with 101 for 2 s. */
async function answeredByIvan(scene: Scene): Promise<PhoneCall> {
  scene.expect({ '101': answerAfter(1000) });
  const call = await scene.callIn('ivan');
  await talk(call, 2000);
  return call;
}
