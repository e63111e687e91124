import type { RtpStream } from './rtp.ts';
import { header, type SipMessage } from './sip-message.ts';
import { until, within } from './wait.ts';

export type EndedBy = 'this phone' | 'the PBX side';

/** A moment of a call as this phone saw it. */
export interface Moment {
  readonly at: number;
  readonly phone: string;
  readonly what: string;
}

/** Resolves once, from outside. */
class Signal {
  readonly promise: Promise<void>;
  fire: () => void = () => undefined;
  constructor() {
    this.promise = new Promise((resolve) => {
      this.fire = resolve;
    });
  }
}

/** What can be seen of one call at one phone. Times are epoch milliseconds. */
export abstract class ObservedCall {
  abstract readonly placedHere: boolean;
  /** The number that this phone dialled, or that the PBX showed it as the caller. */
  abstract readonly peer: string;
  readonly startedAt = Date.now();
  rangAt: number | null = null;
  answeredAt: number | null = null;
  endedAt: number | null = null;
  endedBy: EndedBy | null = null;
  /** `BYE`, `CANCEL` or the final status. */
  endedHow: string | number | null = null;
  /** The Reason header of what ended the call (`Q.850;cause=16`). */
  endedReason: string | null = null;
  readonly moments: Moment[] = [];
  protected readonly media: RtpStream;
  readonly #phone: string;
  readonly #rang = new Signal();
  readonly #answered = new Signal();
  readonly #ended = new Signal();

  constructor(phone: string, media: RtpStream) {
    this.#phone = phone;
    this.media = media;
    media.onVoice = (heard) => this.note(`hears ${heard ?? 'nobody'}`);
  }

  get packets(): { sent: number; received: number } {
    return { sent: this.media.sent, received: this.media.received };
  }

  rang(limitMs = 5000): Promise<void> {
    return within(limitMs, `${this.#phone} rings (${this.peer})`, this.#rang.promise);
  }

  answered(limitMs = 10_000): Promise<void> {
    return within(limitMs, `${this.#phone} is in conversation (${this.peer})`, this.#answered.promise);
  }

  ended(limitMs = 30_000): Promise<void> {
    return within(limitMs, `${this.#phone}'s call ends (${this.peer})`, this.#ended.promise);
  }

  /** Waits until the voice of another phone is heard in this call. */
  async hears(phone: string, limitMs = 10_000): Promise<void> {
    await until(limitMs, `${this.#phone} hears ${phone}`, () => this.media.heard === phone || undefined);
  }

  protected note(what: string): void {
    this.moments.push({ at: Date.now(), phone: this.#phone, what });
  }

  protected markRang(): void {
    if (this.rangAt !== null) return;
    this.rangAt = Date.now();
    this.note('rings');
    this.#rang.fire();
  }

  protected markAnswered(): void {
    if (this.answeredAt !== null) return;
    this.answeredAt = Date.now();
    this.note('in conversation');
    this.#answered.fire();
  }

  protected markEnded(by: EndedBy, how: string | number, cause?: SipMessage): void {
    if (this.endedAt !== null) return;
    this.endedAt = Date.now();
    this.endedBy = by;
    this.endedHow = how;
    this.endedReason = (cause && header(cause, 'Reason')) || null;
    this.note(`ended by ${by}: ${how}`);
    this.media.close();
    this.#ended.fire();
  }
}
