import { randomUUID } from 'node:crypto';
import { type Line, PhoneCall } from './phone-call.ts';
import type { RtpStream } from './rtp.ts';
import { type Endpoint, SipDialog } from './sip-dialog.ts';
import { header, type SipHeader, type SipRequest, type SipResponse } from './sip-message.ts';

/** Who the phone says it is. */
export interface Caller {
  readonly number: string;
  readonly name?: string;
  /** More headers of the INVITE, as Privacy and P-Asserted-Identity. */
  readonly headers?: readonly SipHeader[];
}

/** A call that this phone dialled. */
export class PlacedCall extends PhoneCall {
  readonly placedHere = true;
  readonly peer: string;
  protected readonly dialog: SipDialog;
  readonly #invite: SipRequest;
  #cancelled = false;

  constructor(line: Line, media: RtpStream, pbx: Endpoint, number: string, caller: Caller) {
    super(line, media, pbx);
    this.peer = number;
    const target = `sip:${number}@${pbx.host}:${pbx.port}`;
    this.dialog = new SipDialog({
      callId: randomUUID(),
      contact: line.endpoint,
      local: `${caller.name ? `"${caller.name}" ` : ''}<sip:${caller.number}@${line.endpoint.host}>`,
      remote: `<${target}>`,
      remoteTag: '',
      target,
    });
    this.#invite = this.dialog.request('INVITE', caller.headers ?? [], media.describe());
  }

  get callId(): string {
    return this.dialog.callId;
  }

  dial(): void {
    this.note(`dialled ${this.peer}`);
    this.send(this.#invite);
  }

  hangUp(): void {
    if (this.endedAt !== null) return;
    if (this.answeredAt !== null) this.sayBye();
    else this.#cancel();
  }

  #cancel(): void {
    this.#cancelled = true;
    this.note('takes the call back');
    this.send(this.dialog.followUp('CANCEL', this.#invite, header(this.#invite, 'To')));
  }

  protected receiveRequest(request: SipRequest): void {
    this.receiveInDialog(request);
  }

  /** Of this call's own INVITE; those that follow within the call are asked for and answered elsewhere. */
  protected receiveResponse(response: SipResponse): void {
    if (header(response, 'CSeq') === header(this.#invite, 'CSeq')) this.#receiveInviteResponse(response);
  }

  #receiveInviteResponse(response: SipResponse): void {
    if (response.status === 100) return;
    if (response.status < 200) {
      if (response.status === 180) this.markRang();
      // Early media (183): what the PBX plays before anybody answered.
      if (response.body) this.media.start(response.body);
    } else if (response.status < 300) {
      this.#receiveAnswer(response);
    } else {
      this.send(this.dialog.followUp('ACK', this.#invite, header(response, 'To')));
      if (this.#cancelled) this.markEnded('this phone', 'CANCEL');
      else this.markEnded('the PBX side', response.status, response);
    }
  }

  /** Repeated answers need an ACK each (RFC 3261, 13.2.2.4). */
  #receiveAnswer(response: SipResponse): void {
    this.dialog.learn(response);
    this.send(this.dialog.acknowledge(this.#invite));
    if (this.endedAt !== null || this.answeredAt !== null) return;
    this.media.start(response.body);
    this.markAnswered();
    // Taken back and picked up in the same moment.
    if (this.#cancelled) this.sayBye();
  }
}
