import { ObservedCall } from './observed-call.ts';
import { PendingRequests } from './pending-requests.ts';
import { blindTarget, type DialogIds, replacingTarget, transferStatus } from './refer.ts';
import type { RtpStream } from './rtp.ts';
import { type Endpoint, respond, type SipDialog } from './sip-dialog.ts';
import type { SipHeader, SipMessage, SipRequest, SipResponse } from './sip-message.ts';
import { until } from './wait.ts';

/** What a call needs of the phone it is on. */
export interface Line {
  readonly name: string;
  readonly endpoint: Endpoint;
  send(message: SipMessage, to: Endpoint): void;
}

/** One call on one phone, either end of it: what both ends have in common, and what can be done with it at the phone. */
export abstract class PhoneCall extends ObservedCall {
  protected readonly line: Line;
  protected readonly pbx: Endpoint;
  readonly #pending = new PendingRequests();
  #transferStatus: number | null = null;

  constructor(line: Line, media: RtpStream, pbx: Endpoint) {
    super(line.name, media);
    this.line = line;
    this.pbx = pbx;
  }

  protected abstract readonly dialog: SipDialog;

  /** Takes back, refuses or ends the call, whichever its state asks for. */
  abstract hangUp(): void;
  protected abstract receiveRequest(request: SipRequest): void;
  /** A response to something else than what was asked within the call. */
  protected abstract receiveResponse(response: SipResponse): void;

  /** What the PBX sends within this call. */
  receive(message: SipMessage): void {
    if (message.kind === 'request') this.receiveRequest(message);
    else if (!this.#pending.take(message)) this.receiveResponse(message);
  }

  /** Ends the call at once, whether or not the PBX is still there to hear of it. */
  drop(): void {
    this.hangUp();
    this.markEnded('this phone', 'unplugged');
  }

  get ids(): DialogIds {
    const { callId, localTag, remoteTag } = this.dialog;
    return { callId, localTag, remoteTag };
  }

  hold(): Promise<void> {
    this.note('holds');
    return this.#renew('sendonly');
  }

  unhold(): Promise<void> {
    this.note('takes back from hold');
    return this.#renew('sendrecv');
  }

  /** Presses keys, one after the other; comes back when the last one is out. */
  async press(keys: string): Promise<void> {
    this.note(`presses ${keys}`);
    await this.media.press(keys);
  }

  /** Blind: the other party is to call `number`. The phone leaves when the PBX has taken it over. */
  transfer(number: string): Promise<void> {
    this.note(`sends REFER to ${number}`);
    return this.#refer(blindTarget(number, this.pbx));
  }

  /** Attended: the other party is to take this phone's place in `consultation`, another call of it. */
  transferInto(consultation: PhoneCall): Promise<void> {
    this.note(`sends REFER into its call with ${consultation.peer}`);
    return this.#refer(replacingTarget(consultation.peer, this.pbx, consultation.ids));
  }

  /** Throws when the PBX does not want it. */
  async #refer(referTo: string): Promise<void> {
    const referredBy = `<sip:${this.line.name}@${this.line.endpoint.host}>`;
    const { status } = await this.#ask('REFER', [
      ['Refer-To', referTo],
      ['Referred-By', referredBy],
    ]);
    this.note(`REFER answered ${status}`);
    if (status >= 300) throw new Error(`${this.line.name}: transfer refused, ${status}`);
    const final = await until(10_000, `${this.line.name} hears how its transfer went`, () => this.#transferResult());
    if (final >= 300) throw new Error(`${this.line.name}: transfer failed, ${final}`);
    this.hangUp();
  }

  /** A PBX that hangs up on the one who transfers has taken the other over. */
  #transferResult(): number | undefined {
    if (this.#transferStatus !== null && this.#transferStatus >= 200) return this.#transferStatus;
    return this.endedAt === null ? undefined : 200;
  }

  async #renew(direction: 'sendonly' | 'sendrecv'): Promise<void> {
    this.media.turn(direction);
    const invite = this.dialog.request('INVITE', [], this.media.describe());
    const response = await this.#send(invite);
    if (response.status >= 300) throw new Error(`${this.line.name}: ${direction} refused, ${response.status}`);
    this.send(this.dialog.acknowledge(invite));
  }

  #ask(method: string, headers: readonly SipHeader[]): Promise<SipResponse> {
    return this.#send(this.dialog.request(method, headers));
  }

  #send(request: SipRequest): Promise<SipResponse> {
    const response = this.#pending.expect(request);
    this.send(request);
    return response;
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
    const { endpoint } = this.line;
    const { localTag } = this.dialog;
    this.send(
      respond(request, { status: 200, reason: 'OK', tag: localTag, contact: endpoint, ...this.#sdpFor(request) }),
    );
    if (request.method === 'NOTIFY') this.#hearOfTransfer(request);
    if (request.method === 'BYE') this.markEnded('the PBX side', 'BYE', request);
  }

  /** Asterisk sends an INVITE or UPDATE also to show a new name; not every one has sound to agree on. */
  #sdpFor({ method, body }: SipRequest): { sdp?: string } {
    const renews = method === 'INVITE' || (method === 'UPDATE' && body !== '');
    return renews ? { sdp: this.media.describe() } : {};
  }

  #hearOfTransfer(notify: SipRequest): void {
    const status = transferStatus(notify);
    if (status === null) return;
    this.#transferStatus = status;
    this.note(`is told of its transfer: ${status}`);
  }
}
