import { did } from './layout.ts';
import type { PhoneCall } from './phone-call.ts';
import type { Caller } from './placed-call.ts';
import { answerAfter, ring, type Scene, type Story, talk } from './story.ts';
import { type Facts, inbound, outbound } from './telling.ts';
import { pause, until } from './wait.ts';

/** A name that looks like the lines of an AMI event. */
const oddName = 'ООО «Ромашка», Event: Hangup; Linkedid: 1 <Ёж> "q" \\ 100%';

/** Callers who hide or decorate themselves, several calls at once, and numbers that reach nobody. */
export const oddStories: readonly Story[] = [
  answered('s26', 'inbound with withheld number (anonymous, Privacy: id), answered by 101', () => ({
    caller: { number: 'anonymous', name: 'Anonymous', headers: [['Privacy', 'id']] },
    facts: { customer: null },
  })),
  answered('s26b', 'inbound anonymous with P-Asserted-Identity and Privacy: id, answered by 101', (scene) => ({
    caller: {
      number: 'anonymous',
      name: 'Anonymous',
      headers: [
        ['P-Asserted-Identity', `<sip:${scene.customer()}@provider.example>`],
        ['Privacy', 'id'],
      ],
    },
    facts: { customer: null, withheld_number: scene.customer() },
  })),
  answered('s27', 'inbound with a Cyrillic name full of header-like characters, answered by 101', (scene) => ({
    caller: { number: scene.customer(), name: oddName.replace(/["\\]/g, '\\$&') },
    facts: { customer_name: oddName },
  })),
  answered('s27b', 'inbound from a number that begins with +, answered by 101', (scene) => ({
    caller: { number: `+${scene.customer()}` },
    facts: { customer: `+${scene.customer()}` },
  })),
  {
    name: 's28',
    title: 'two inbound calls at once, to 101 and to 102, both answered',
    async play(scene) {
      scene.expect({ '101': answerAfter(2000), '102': answerAfter(3000) });
      const [one, two] = [scene.customer(1), scene.customer(2)];
      const first = await scene.callIn('ivan', { number: one });
      const second = await scene.callIn('anna', { number: two });
      const ivan = await scene.office.phone('101').nextCall();
      const anna = await scene.office.phone('102').nextCall();
      await talk(first, 4000);
      first.hangUp();
      await pause(1500);
      second.hangUp();
      await scene.allEnded();
      return [
        inbound(scene, first, { customer: one, legs: [ivan], outcome: 'answered' }),
        inbound(scene, second, { customer: two, legs: [anna], outcome: 'answered' }),
      ];
    },
  },
  {
    name: 's33',
    title:
      'three inbound calls of one customer within a minute, all answered by 101; the recording of each overwrites the last',
    async play(scene) {
      scene.expect({ '101': answerAfter(500) });
      await roomInTheMinute(15_000);
      const calls = [];
      for (const [nth, talkMs] of [2000, 4000, 3000].entries()) {
        const call = await scene.callIn('ivan');
        const agentCall = await scene.office.phone('101').nextCall();
        await talk(call, talkMs);
        call.hangUp();
        await agentCall.ended();
        // Only the last one's file is left as it was.
        calls.push(inbound(scene, call, { legs: [agentCall], outcome: 'answered', recording: nth === 2 }));
        await pause(1000);
      }
      return calls;
    },
  },
  {
    name: 's35',
    title: 'outbound 101 to a customer, who is shown the office number (CALLERID overwritten), answered, 101 hangs up',
    async play(scene) {
      scene.office.provider.reaction = answerAfter(2000);
      const customer = scene.customer(1, '7812');
      const call = await scene.office.phone('101').dial(customer);
      await talk(call);
      call.hangUp();
      await scene.allEnded();
      const shown = scene.office.provider.received[0]?.peer;
      if (shown !== did.ivan) throw new Error(`the customer was shown ${shown}`);
      return [outbound(scene, call, '101', { customer, outcome: 'answered' })];
    },
  },
  unanswered('s36', 'inbound to 105, whose phone is not registered', 'away', 'missed (phone not registered)'),
  {
    name: 's37',
    title: 'a greeting answers, then 101 rings for 6 s and does not pick up; the PBX hangs up',
    async play(scene) {
      scene.expect({ '101': ring });
      const call = await scene.callIn('greeting');
      await scene.allEnded();
      return [inbound(scene, call, { outcome: 'missed' })];
    },
  },
  unanswered('s38', 'inbound to a number that the dialplan does not know', 'unknown', 'missed (no such number)'),
  {
    name: 's41',
    title:
      'a second customer calls 101, who is in a call and does not take it; the second gives up, then the first hangs up',
    async play(scene) {
      const ivan = scene.office.phone('101');
      const [one, two] = [scene.customer(1), scene.customer(2)];
      ivan.reaction = answerAfter(1000);
      const first = await scene.callIn('ivan', { number: one });
      const firstLeg = await ivan.nextCall();
      await talk(first, 2000);
      ivan.reaction = ring;
      const second = await scene.callIn('ivan', { number: two });
      const secondLeg = await ivan.nextCall();
      await pause(4000);
      second.hangUp();
      await secondLeg.ended();
      await pause(2000);
      first.hangUp();
      await scene.allEnded();
      return [
        inbound(scene, first, { customer: one, legs: [firstLeg], outcome: 'answered' }),
        inbound(scene, second, { customer: two, legs: [secondLeg], outcome: 'missed' }),
      ];
    },
  },
];

/** A call to 101 that differs from the plain one only by who calls. */
function answered(
  name: string,
  title: string,
  who: (scene: Scene) => { caller: Caller; facts: Omit<Facts, 'outcome'> },
): Story {
  return {
    name,
    title,
    async play(scene) {
      scene.expect({ '101': answerAfter(2000) });
      const { caller, facts } = who(scene);
      const call = await scene.callIn('ivan', caller);
      await talk(call);
      call.hangUp();
      await scene.allEnded();
      return [inbound(scene, call, { ...facts, outcome: 'answered' })];
    },
  };
}

/** A call that no phone hears of. */
function unanswered(name: string, title: string, to: keyof typeof did, outcome: string): Story {
  return {
    name,
    title,
    async play(scene) {
      const call: PhoneCall = await scene.callIn(to);
      await scene.allEnded();
      return [inbound(scene, call, { outcome })];
    },
  };
}

/** Waits until the running minute lasts so much longer, or for the next one. */
async function roomInTheMinute(ms: number): Promise<void> {
  await until(ms + 1000, 'a new minute', () => (60_000 - (Date.now() % 60_000) > ms ? true : undefined));
}
