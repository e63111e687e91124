import { type Line, PhoneCall } from './phone-call.ts';
import type { RtpStream } from './rtp.ts';
import { type Endpoint, type Reply, respond, SipDialog } from './sip-dialog.ts';
import { header, type SipMessage, type SipRequest, type SipResponse, tagOf, uriOf } from './sip-message.ts';

/** What a phone does when it is called. Times are milliseconds after the call came. */
export type Reaction =
  | { readonly kind: 'answer'; readonly ringAfter?: number; readonly answerAfter: number }
  /** Rings until the other side gives up. */
  | { readonly kind: 'ring'; readonly ringAfter?: number }
  | { readonly kind: 'busy' }
  /** Rings, then the person at the phone rejects the call (603). */
  | { readonly kind: 'decline'; readonly declineAfter: number }
  /** The network says that nobody can be reached (480), at once or after it rang. */
  | { readonly kind: 'unavailable'; readonly ringMs?: number }
  /** Does not ring, and says who is to be called instead (302). */
  | { readonly kind: 'redirect'; readonly to: string };

/** A call that came to this phone. */
export class ReceivedCall extends PhoneCall {
  readonly placedHere = false;
  readonly peer: string;
  /** The number that the PBX asked for: on a trunk, the customer's. */
  readonly called: string;
  protected readonly dialog: SipDialog;
  readonly #invite: SipRequest;
  #lastResponse: SipResponse | null = null;
  #timers: NodeJS.Timeout[] = [];

  constructor(line: Line, media: RtpStream, pbx: Endpoint, invite: SipRequest) {
    super(line, media, pbx);
    this.#invite = invite;
    const from = header(invite, 'From');
    this.peer = userOf(uriOf(from));
    this.called = userOf(invite.uri);
    this.dialog = new SipDialog({
      callId: header(invite, 'Call-ID'),
      contact: line.endpoint,
      local: header(invite, 'To'),
      remote: from.replace(/;tag=[^;]*/, ''),
      remoteTag: tagOf(from),
      target: uriOf(header(invite, 'Contact')),
    });
  }

  react(reaction: Reaction): void {
    this.note(`called by ${this.peer}`);
    this.#reply({ status: 100, reason: 'Trying' });
    if (reaction.kind === 'busy') return this.#refuse(486, 'Busy Here');
    if (reaction.kind === 'redirect') return this.#redirect(reaction.to);
    if (reaction.kind === 'unavailable' && !reaction.ringMs) return this.#refuse(480, 'Temporarily Unavailable');
    this.#after('ringAfter' in reaction ? (reaction.ringAfter ?? 0) : 0, () => this.#ring());
    if (reaction.kind === 'answer') this.#after(reaction.answerAfter, () => this.answer());
    if (reaction.kind === 'unavailable')
      this.#after(reaction.ringMs ?? 0, () => this.#refuse(480, 'Temporarily Unavailable'));
    if (reaction.kind === 'decline') this.#after(reaction.declineAfter, () => this.#refuse(603, 'Decline'));
  }

  answer(): void {
    if (this.answeredAt !== null || this.endedAt !== null) return;
    this.#reply({ status: 200, reason: 'OK', sdp: this.media.describe() });
    this.media.start(this.#invite.body);
    this.markAnswered();
  }

  hangUp(): void {
    if (this.endedAt !== null) return;
    if (this.answeredAt !== null) this.sayBye();
    else this.#refuse(603, 'Decline');
  }

  protected receiveRequest(request: SipRequest): void {
    if (request.method === 'CANCEL') this.#receiveCancel(request);
    else if (this.#isRepeated(request)) this.#repeat();
    else this.receiveInDialog(request);
  }

  protected receiveResponse(): void {}

  #ring(): void {
    this.#reply({ status: 180, reason: 'Ringing' });
    this.markRang();
  }

  #refuse(status: number, reason: string): void {
    this.#reply({ status, reason });
    this.#end('this phone', status);
  }

  #redirect(number: string): void {
    this.note(`says to call ${number} instead`);
    const elsewhere = `sip:${number}@${this.pbx.host}:${this.pbx.port}`;
    this.#reply({ status: 302, reason: 'Moved Temporarily', elsewhere });
    this.#end('this phone', 302);
  }

  #receiveCancel(cancel: SipRequest): void {
    this.send(respond(cancel, { status: 200, reason: 'OK', tag: this.dialog.localTag }));
    if (this.answeredAt !== null || this.endedAt !== null) return;
    this.#reply({ status: 487, reason: 'Request Terminated' });
    this.#end('the PBX side', 'CANCEL', cancel);
  }

  #end(by: 'this phone' | 'the PBX side', how: string | number, cause?: SipMessage): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.markEnded(by, how, cause);
  }

  /** The PBX repeats an INVITE whose response it has not seen in time; the same branch tells it from a re-INVITE. */
  #isRepeated(request: SipRequest): boolean {
    return request.method === 'INVITE' && header(request, 'Via') === header(this.#invite, 'Via');
  }

  #repeat(): void {
    if (this.#lastResponse) this.send(this.#lastResponse);
  }

  #reply(reply: Reply): void {
    this.#lastResponse = respond(this.#invite, {
      tag: this.dialog.localTag,
      contact: this.line.endpoint,
      ...reply,
    });
    this.send(this.#lastResponse);
  }

  #after(ms: number, run: () => void): void {
    if (ms === 0) run();
    else this.#timers.push(setTimeout(() => this.endedAt === null && run(), ms));
  }
}

const userOf = (uri: string) => uri.replace(/^sip:/, '').split('@')[0] ?? '';
