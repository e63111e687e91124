import type { Action, AmiPacket, AmiSession } from './ami-session.ts';
import { type AgentExtension, did, type VariantName } from './layout.ts';
import type { Office } from './office.ts';
import type { PhoneCall } from './phone-call.ts';
import type { Caller } from './placed-call.ts';
import type { Reaction } from './received-call.ts';
import type { Click } from './scenarios.ts';
import type { ToldCall } from './telling.ts';
import { pause, until } from './wait.ts';

/** One kind of call: played by the office's phones, and then told as a person in the room would. */
export interface Story {
  /** `s18b`: the customers' numbers are made of it. */
  readonly name: string;
  readonly title: string;
  /** Where it can be played; everywhere without. */
  readonly variants?: readonly VariantName[];
  play(scene: Scene): Promise<ToldCall[]>;
}

export const ring: Reaction = { kind: 'ring' };
export const busy: Reaction = { kind: 'busy' };
export const answerAfter = (ms: number): Reaction => ({ kind: 'answer', answerAfter: ms });
export const declineAfter = (ms: number): Reaction => ({ kind: 'decline', declineAfter: ms });

const variantDigit: Readonly<Record<VariantName, string>> = { '22': '1', '16-sip': '2', '16-pjsip': '3' };

/** An action that nobody at a phone took. */
export interface ActedByHand {
  readonly at: number;
  readonly action: Action;
}

/** The office while a story is played. */
export class Scene {
  readonly office: Office;
  /** Clicks a number in the CRM. */
  readonly click: Click;
  readonly acted: ActedByHand[] = [];
  readonly #story: string;
  readonly #operator: AmiSession;

  private constructor(office: Office, story: string, click: Click, operator: AmiSession) {
    this.office = office;
    this.#story = story;
    this.click = click;
    this.#operator = operator;
  }

  static async play(office: Office, story: Story, click: Click): Promise<{ calls: ToldCall[]; acted: ActedByHand[] }> {
    const operator = await office.operate();
    const scene = new Scene(office, story.name, click, operator);
    try {
      return { calls: await story.play(scene), acted: scene.acted };
    } finally {
      operator.close();
    }
  }

  /** The number of this story's nth customer: 79211018021 is the first one of s18b on 22. `area` is what it begins with. */
  customer(nth = 1, area = '7921'): string {
    const [, number = '', letter = ''] = /^s(\d+)([a-z]?)$/.exec(this.#story) ?? [];
    const part = letter === '' ? 1 : letter.charCodeAt(0) - 96;
    return `${area}${variantDigit[this.office.variant]}${number.padStart(3, '0')}0${part}${nth}`;
  }

  /** A customer calls one of the office's numbers. */
  callIn(to: keyof typeof did, caller: Caller = { number: this.customer() }): Promise<PhoneCall> {
    return this.office.provider.dial(did[to], caller);
  }

  /** What the phones will do when they are called. */
  expect(reactions: Readonly<Partial<Record<AgentExtension, Reaction>>>): void {
    for (const [phone, reaction] of Object.entries(reactions))
      this.office.phone(phone as AgentExtension).reaction = reaction;
  }

  /** Waits until no phone is in a call. */
  async allEnded(limitMs = 60_000): Promise<void> {
    const calls = () => this.office.phones.flatMap((phone) => phone.calls);
    await until(limitMs, 'all calls end', () => calls().every((call) => call.endedAt !== null) || undefined);
  }

  /** By a second AMI account: the session that is captured only listens. Throws when Asterisk refuses. */
  async act(action: Action): Promise<AmiPacket> {
    this.acted.push({ at: Date.now(), action });
    const response = await this.#operator.act(action);
    if (response.get('Response') !== 'Success') throw new Error(`${action.Action}: ${response.get('Message')}`);
    return response;
  }

  /** The newest channel of a phone, or of the provider. */
  channelOf(phone: string): Promise<string> {
    return until(3000, `a channel of ${phone}`, async () => {
      const names = await this.#channels();
      return names.findLast((name) => name.startsWith(`${this.office.driver}/${phone}-`));
    });
  }

  async #channels(): Promise<string[]> {
    const before = this.#operator.events('CoreShowChannelsComplete').length;
    await this.#operator.act({ Action: 'CoreShowChannels' });
    const lists = await until(3000, 'the list of channels', () => {
      const completed = this.#operator.events('CoreShowChannelsComplete');
      return completed.length > before ? completed : undefined;
    });
    const list = lists.at(-1)?.get('ActionID');
    const shown = this.#operator.events('CoreShowChannel').filter((event) => event.get('ActionID') === list);
    return shown.map((event) => event.get('Channel') ?? '').sort();
  }
}

/** Waits until a call is in conversation, and lets it be so for `ms`. */
export async function talk(call: PhoneCall, ms = 3000): Promise<void> {
  await call.answered();
  await pause(ms);
}
