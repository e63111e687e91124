import { header, type SipRequest, type SipResponse } from './sip-message.ts';
import { within } from './wait.ts';

/** Requests within a call whose final response has not come yet. */
export class PendingRequests {
  readonly #waiting = new Map<string, (response: SipResponse) => void>();

  /** The final response to a request that is about to be sent. */
  expect(request: SipRequest, limitMs = 5000): Promise<SipResponse> {
    const sequence = header(request, 'CSeq');
    const answer = new Promise<SipResponse>((resolve) => this.#waiting.set(sequence, resolve));
    return within(limitMs, `the PBX answers ${sequence}`, answer);
  }

  /** Whether the response belongs to one of them. */
  take(response: SipResponse): boolean {
    const sequence = header(response, 'CSeq');
    const resolve = this.#waiting.get(sequence);
    if (!resolve) return false;
    if (response.status < 200) return true;
    this.#waiting.delete(sequence);
    resolve(response);
    return true;
  }
}
