import { randomUUID } from 'node:crypto';
import {
  header,
  headerValues,
  type SipHeader,
  type SipRequest,
  type SipResponse,
  tagOf,
  uriOf,
} from './sip-message.ts';

/** An address and port where SIP or media is received. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface DialogStart {
  readonly callId: string;
  readonly contact: Endpoint;
  /** From of what this side sends, without tag: `"Name" <sip:number@host>`. */
  readonly local: string;
  /** To of what this side sends: without tag before the other side gave one. */
  readonly remote: string;
  readonly remoteTag: string;
  /** Where requests go: the other side's Contact. */
  readonly target: string;
}

const branch = () => `z9hG4bK${randomUUID()}`;
const sequenceOf = (invite: SipRequest) => header(invite, 'CSeq').split(' ')[0];

/** One side of a SIP dialog (RFC 3261, 12). No route set: there are no proxies between these phones and the PBX. */
export class SipDialog {
  readonly localTag = randomUUID();
  readonly callId: string;
  readonly #start: DialogStart;
  #remoteTag: string;
  #target: string;
  #sequence = 1;

  constructor(start: DialogStart) {
    this.callId = start.callId;
    this.#start = start;
    this.#remoteTag = start.remoteTag;
    this.#target = start.target;
  }

  /** Takes the other side's tag and Contact from its response. */
  learn(response: SipResponse): void {
    this.#remoteTag = tagOf(header(response, 'To')) || this.#remoteTag;
    const contact = header(response, 'Contact');
    if (contact) this.#target = uriOf(contact);
  }

  /** The other side's tag; '' before it gave one. */
  get remoteTag(): string {
    return this.#remoteTag;
  }

  request(method: string, extra: readonly SipHeader[] = [], body = ''): SipRequest {
    this.#sequence += 1;
    return this.#build(method, `${this.#sequence} ${method}`, branch(), extra, body);
  }

  /** The ACK of an INVITE that was answered: a transaction of its own, under the INVITE's number (RFC 3261, 13.2.2.4). */
  acknowledge(invite: SipRequest): SipRequest {
    return this.#build('ACK', `${sequenceOf(invite)} ACK`, branch(), [], '');
  }

  /** ACK of a refused INVITE, and CANCEL, repeat its branch, URI and sequence (RFC 3261, 9.1 and 17.1.1.3). */
  followUp(method: 'ACK' | 'CANCEL', invite: SipRequest, to: string): SipRequest {
    const sequence = `${sequenceOf(invite)} ${method}`;
    const kept = invite.headers.filter(([name]) => ['Via', 'Max-Forwards', 'From', 'Call-ID'].includes(name));
    return {
      kind: 'request',
      method,
      uri: invite.uri,
      headers: [...kept, ['To', to], ['CSeq', sequence]],
      body: '',
    };
  }

  #build(method: string, sequence: string, via: string, extra: readonly SipHeader[], body: string): SipRequest {
    const { contact, local, remote } = this.#start;
    const address = `${contact.host}:${contact.port}`;
    return {
      kind: 'request',
      method,
      uri: this.#target,
      headers: [
        ['Via', `SIP/2.0/UDP ${address};branch=${via};rport`],
        ['Max-Forwards', '70'],
        ['From', `${local};tag=${this.localTag}`],
        ['To', this.#remoteTag ? `${remote};tag=${this.#remoteTag}` : remote],
        ['Call-ID', this.callId],
        ['CSeq', sequence],
        ['Contact', `<sip:${address}>`],
        ...(body ? [['Content-Type', 'application/sdp'] as const] : []),
        ...extra,
      ],
      body,
    };
  }
}

export interface Reply {
  readonly status: number;
  readonly reason: string;
  /** This side's tag, put into To where the request has none yet. */
  readonly tag?: string;
  readonly contact?: Endpoint;
  /** Where the caller should try instead (3xx), in place of `contact`. */
  readonly elsewhere?: string;
  readonly sdp?: string;
}

export function respond(request: SipRequest, reply: Reply): SipResponse {
  const to = header(request, 'To');
  const contact = reply.elsewhere ?? (reply.contact ? `sip:${reply.contact.host}:${reply.contact.port}` : null);
  return {
    kind: 'response',
    status: reply.status,
    reason: reply.reason,
    headers: [
      ...headerValues(request, 'Via').map((via) => ['Via', via] as const),
      ['From', header(request, 'From')],
      ['To', reply.tag && !tagOf(to) ? `${to};tag=${reply.tag}` : to],
      ['Call-ID', header(request, 'Call-ID')],
      ['CSeq', header(request, 'CSeq')],
      ...(contact === null ? [] : [['Contact', `<${contact}>`] as const]),
      ...(reply.sdp ? [['Content-Type', 'application/sdp'] as const] : []),
    ],
    body: reply.sdp ?? '',
  };
}
