import type { RtpStream } from './rtp.ts';
import { type Endpoint, respond, type SipDialog } from './sip-dialog.ts';
import { header, type SipMessage, type SipRequest } from './sip-message.ts';
import { within } from './wait.ts';

/** What a call needs of the phone it is on. */
export interface Line {
  readonly name: string;
  readonly endpoint: Endpoint;
  send(message: SipMessage, to: Endpoint): void;
}

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

/** One call on one phone, either end of it: what both ends have in common. Times are epoch milliseconds. */
export abstract class PhoneCall {
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
  protected readonly line: Line;
  protected readonly media: RtpStream;
  protected readonly pbx: Endpoint;
  readonly #rang = new Signal();
  readonly #answered = new Signal();
  readonly #ended = new Signal();

  constructor(line: Line, media: RtpStream, pbx: Endpoint) {
    this.line = line;
    this.media = media;
    this.pbx = pbx;
  }

  protected abstract readonly dialog: SipDialog;

  /** Takes back, refuses or ends the call, whichever its state asks for. */
  abstract hangUp(): void;
  /** What the PBX sends within this call. */
  abstract receive(message: SipMessage): void;

  /** Ends the call at once, whether or not the PBX is still there to hear of it. */
  drop(): void {
    this.hangUp();
    this.markEnded('this phone', 'unplugged');
  }

  get packets(): { sent: number; received: number } {
    return { sent: this.media.sent, received: this.media.received };
  }

  rang(limitMs = 5000): Promise<void> {
    return within(limitMs, `${this.line.name} rings (${this.peer})`, this.#rang.promise);
  }

  answered(limitMs = 10_000): Promise<void> {
    return within(limitMs, `${this.line.name} is in conversation (${this.peer})`, this.#answered.promise);
  }

  ended(limitMs = 30_000): Promise<void> {
    return within(limitMs, `${this.line.name}'s call ends (${this.peer})`, this.#ended.promise);
  }

  protected note(what: string): void {
    this.moments.push({ at: Date.now(), phone: this.line.name, what });
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

  protected send(message: SipMessage): void {
    this.line.send(message, this.pbx);
  }

  protected sayBye(): void {
    this.send(this.dialog.request('BYE'));
    this.markEnded('this phone', 'BYE');
  }

  /** Requests that come alike at both ends. */
  protected receiveInDialog(request: SipRequest): void {
    if (request.method === 'ACK') return;
    const renews = request.method === 'INVITE' || request.method === 'UPDATE';
    const { endpoint } = this.line;
    const answer = renews && request.body ? { sdp: this.media.describe() } : {};
    this.send(respond(request, { status: 200, reason: 'OK', tag: this.dialog.localTag, contact: endpoint, ...answer }));
    if (request.method === 'BYE') this.markEnded('the PBX side', 'BYE', request);
  }
}
