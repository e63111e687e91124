/** What became of one callback that was sent. */
export type Answer =
  | { readonly kind: 'accepted' }
  /** HTTP 500 without a word although the CRM is well: SalesPlatform as its installer leaves it, see `judge`. */
  | { readonly kind: 'emptyServerError' }
  /** The CRM dealt with the callback and objected to it. */
  | { readonly kind: 'notUnderstood'; readonly why: string }
  /**
   * Nobody was there to deal with it. `maybeApplied`: it was sent, so it may have been dealt with all the same. `timedOut`: it
   * may even be dealt with later.
   */
  | { readonly kind: 'unavailable'; readonly why: string; readonly maybeApplied: boolean; readonly timedOut?: true }
  /** Our settings are wrong: every callback would be refused alike. */
  | { readonly kind: 'refused'; readonly reason: 'token' | 'url'; readonly why: string };

/**
 * SalesPlatform 7.x answers every callback that it has taken with 200 and an empty body, and most that it has not
 * taken as well: a wrong token, a fault of its own and an unknown parameter are all 200 (measured). So the body decides.
 *
 * As its own installer leaves it (7.2.0-202008), it answers 500 with an empty body to whatever it has applied.
 *
 * vTiger 7.5 and 8.0 differ in StartApp alone, which SalesPlatform is not sent: its answer is an XML document that says
 * Success. One that has a complaint of the database before it (`Input array has 15 params...`) says Success as well, and
 * no record was made (measured).
 */
export function judge(status: number, body: string): Answer {
  // A byte order mark or a line end after PHP's closing tag is no answer; trim() takes both.
  const text = body.trim();
  if (text.includes('<Authentication>Failure')) return wrongToken;
  const fault = judgeStatus(status, text);
  if (fault !== null) return fault;
  if (text === '' || isSuccess.test(text)) return { kind: 'accepted' };
  // A proxy's, a maintenance or a login page: nothing of PBXManager's is a whole page.
  if (isPage(text)) {
    const why = `a web page in place of PBXManager's answer: ${excerpt(text)}`;
    return { ...unavailable(why), maybeApplied: false };
  }
  return { kind: 'notUnderstood', why: `the CRM answered: ${excerpt(text)}` };
}

const isSuccess = /^<\?xml\b.*<Authentication>Success<\/Authentication>/s;

const wrongToken: Answer = {
  kind: 'refused',
  reason: 'token',
  why: "the CRM refuses the token: crm.token must equal the Vtiger Secret Key in the CRM's PBX Manager settings",
};

/** What the status alone tells; null: the body must tell. */
function judgeStatus(status: number, text: string): Answer | null {
  if (status >= 200 && status < 300) return null;
  if (status === 500 && text === '') return { kind: 'emptyServerError' };
  // A proxy's word for a CRM that takes too long.
  if (status === 504) return { ...unavailable(`HTTP 504 ${excerpt(text)}`.trim()), timedOut: true };
  const why = `HTTP ${status} ${excerpt(text)}`.trim();
  // Said by whoever stands before the CRM and has not let the request through to it.
  if (status === 503 || status === 408 || status === 429) return { ...unavailable(why), maybeApplied: false };
  if (status >= 500) return unavailable(why);
  return { kind: 'refused', reason: 'url', why: `the CRM answers HTTP ${status} at this address: see crm.url` };
}

function unavailable(why: string): Extract<Answer, { kind: 'unavailable' }> {
  return { kind: 'unavailable', why, maybeApplied: true };
}

function isPage(text: string): boolean {
  return /<!doctype html|<html[\s>]/i.test(text);
}

/** Enough of a body for a log line. */
function excerpt(text: string): string {
  return text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 160);
}
