import { rootCertificates } from 'node:tls';
import { type Dispatcher, Pool } from 'undici';
import { type Answer, judge } from './answer.ts';
import { whyUnreachable } from './unreachable.ts';
import { type Evidence, judgeWhich, type Page, tellingPages, type Which, whyAway } from './which.ts';

export interface PostSettings {
  /** The address of PBXManager.php. */
  readonly url: string;
  readonly token: string;
  /** For one callback, from the connect to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Kept connections at most. */
  readonly connections: number;
  /** PEM of a certificate authority to trust besides the system's, for a CRM with a certificate of its own making. */
  readonly ca?: string;
}

export interface Post {
  /** Never rejects: whatever goes wrong is an answer. */
  send(params: Readonly<Record<string, string>>): Promise<Answer>;
  /** Asks the CRM something that changes nothing: tells whether address and token are right. */
  probe(): Promise<Answer>;
  /** Finds out which kind of CRM it is, without a trace in it. Never rejects. */
  which(): Promise<Which>;
  close(): Promise<void>;
}

/** More of an answer is not read: PBXManager's longest, a list of users, is a few KB. */
const longestBody = 64 * 1024;

/** An unknown callstatus with the right token is answered like a callback that was taken, and does nothing (measured). */
const harmless = { callstatus: 'ConnectorProbe' };

/** For each question of `which`: a stop of the connector waits for it. */
const whichMs = 5_000;

type Params = Readonly<Record<string, string>>;

const headers = { 'user-agent': 'asterisk-vtiger-connector' };

/** Sends callbacks to PBXManager over kept connections. The token is added here and is stored and logged nowhere. */
export function createPost(settings: PostSettings): Post {
  const endpoint = new URL(settings.url);
  const pool = new Pool(endpoint.origin, {
    connections: settings.connections,
    connect: {
      timeout: Math.min(settings.timeoutMs, 10_000),
      // Said, or NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would switch it off.
      rejectUnauthorized: true,
      ...trust(settings.ca),
    },
    // The one deadline is the signal's: undici's own timers are coarse, and none of them covers a whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const exchange = async (params: Params, timeoutMs = settings.timeoutMs): Promise<Answer> => {
    try {
      const request = requestOf(endpoint, { ...settings, timeoutMs }, params);
      return await judgeResponse(await pool.request(request), endpoint);
    } catch (fault) {
      return whyUnreachable(fault, endpoint.origin, timeoutMs);
    }
  };
  const probe = () => exchange(harmless);
  return {
    async send(params) {
      const answer = await exchange(params);
      return answer.kind === 'emptyServerError' ? isCrmWell(answer, await probe()) : answer;
    },
    probe,
    async which() {
      const callback = await exchange(harmless, Math.min(settings.timeoutMs, whichMs));
      // Pages that are not there are not asked for again and again while it is away: some hosts shut out who does that.
      const pages = whyAway(callback) === null ? await tellingPagesOf(pool, endpoint) : { agi: null, script: null };
      return judgeWhich({ callback, ...pages });
    },
    // Nobody waits for an answer any more, and one that never comes would hold up the end of the process.
    close: () => pool.destroy(),
  };
}

async function tellingPagesOf(pool: Pool, endpoint: URL): Promise<Omit<Evidence, 'callback'>> {
  const ask = async (page: string): Promise<Page | null> => {
    const { pathname } = new URL(page, endpoint);
    try {
      const response = await pool.request({
        method: 'GET',
        path: pathname,
        headers,
        signal: AbortSignal.timeout(whichMs),
      });
      return { status: response.statusCode, body: await readBody(response.body) };
    } catch {
      return null;
    }
  };
  const [agi, script] = await Promise.all([ask(tellingPages.agi), ask(tellingPages.script)]);
  return { agi, script };
}

/** A `ca` of one's own takes the place of Node's list, so the list is added again. */
function trust(ca: string | undefined): { ca?: string[] } {
  return ca === undefined ? {} : { ca: [...rootCertificates, ca] };
}

function requestOf(endpoint: URL, settings: PostSettings, params: Params): Dispatcher.RequestOptions {
  return {
    method: 'POST',
    path: endpoint.pathname + endpoint.search,
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ ...params, vtigersignature: settings.token }).toString(),
    signal: AbortSignal.timeout(settings.timeoutMs),
  };
}

async function judgeResponse(response: Dispatcher.ResponseData, endpoint: URL): Promise<Answer> {
  const body = await readBody(response.body);
  const location = response.headers['location'];
  if (response.statusCode < 300 || response.statusCode >= 400 || typeof location !== 'string') {
    return judge(response.statusCode, body);
  }
  // Not followed: most clients turn a redirected POST into a GET without its parameters.
  return { kind: 'refused', reason: 'url', why: `the URL redirects to ${target(location, endpoint)}` };
}

/** Its query, and a user and password, may be secrets of somebody's. */
function target(location: string, endpoint: URL): string {
  if (!URL.canParse(location, endpoint.href)) return 'what is no address';
  const { origin, pathname } = new URL(location, endpoint);
  return `${origin}${pathname}: put that in crm.url`;
}

async function readBody(body: AsyncIterable<Uint8Array> & { destroy(): void }): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= longestBody) break;
  }
  // Leaving the loop early has destroyed the stream and with it the connection; one read to its end is kept.
  return Buffer.concat(chunks).toString('utf8', 0, longestBody);
}

/**
 * A 500 without a word means either that SalesPlatform as its installer leaves it has applied the callback, or that PHP
 * died (no database, no memory) and has not. A callback that changes nothing tells them apart: the former takes it.
 */
function isCrmWell(answer: Answer, probed: Answer): Answer {
  if (probed.kind === 'accepted') return answer;
  if (probed.kind !== 'emptyServerError') return probed;
  return { kind: 'unavailable', why: 'HTTP 500 without a word, whatever it is asked', maybeApplied: true };
}
