import { rootCertificates } from 'node:tls';
import Pool from 'undici/lib/dispatcher/pool.js';
import { type Answer, judge } from './answer.ts';
import { Deadlines } from './deadlines.ts';
import { Exchange, type Reply } from './exchange.ts';
import { formOf } from './form.ts';
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

/** An unknown callstatus with the right token is answered like a callback that was taken, and does nothing (measured). */
const harmless = { callstatus: 'ConnectorProbe' };

/** For each question of `which`: a stop of the connector waits for it. */
const whichMs = 5_000;

type Params = Readonly<Record<string, string>>;

const agent = ['user-agent', 'asterisk-vtiger-connector'];
const form = [...agent, 'content-type', 'application/x-www-form-urlencoded; charset=utf-8'];

/** Sends callbacks to PBXManager over kept connections. The token is added here and is stored and logged nowhere. */
export function createPost(settings: PostSettings): Post {
  const endpoint = new URL(settings.url);
  const pool = createPool(endpoint, settings);
  const exchange = exchanging(pool, endpoint, settings);
  const inTime = new Deadlines(settings.timeoutMs);
  const probe = () => exchange(harmless, inTime);
  return {
    send: (params) => exchange(params, inTime, (answer) => isCrmWell(answer, probe)),
    probe,
    async which() {
      const soon = new Deadlines(Math.min(settings.timeoutMs, whichMs));
      const callback = await exchange(harmless, soon);
      // Pages that are not there are not asked for again and again while it is away: some hosts shut out who does that.
      const pages = whyAway(callback) === null ? await tellingPagesOf(pool, endpoint) : { agi: null, script: null };
      return judgeWhich({ callback, ...pages });
    },
    // Nobody waits for an answer any more, and one that never comes would hold up the end of the process.
    close: () => pool.destroy(),
  };
}

function createPool(endpoint: URL, settings: PostSettings): Pool {
  return new Pool(endpoint.origin, {
    connections: settings.connections,
    connect: {
      timeout: Math.min(settings.timeoutMs, 10_000),
      // Said, or NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would switch it off.
      rejectUnauthorized: true,
      ...trust(settings.ca),
    },
    // The one deadline is ours: undici's own timers are coarse, and none of them covers a whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** @returns what sends a callback and judges what comes of it; `again` judges an answer that proves nothing by itself */
function exchanging(pool: Pool, endpoint: URL, { token }: PostSettings) {
  const path = endpoint.pathname + endpoint.search;
  const signature = formOf({ vtigersignature: token });
  return (params: Params, deadlines: Deadlines, again?: (answer: Answer) => Answer | Promise<Answer>) =>
    new Promise<Answer>((resolve) => {
      const done = (answer: Answer) => resolve(again === undefined ? answer : again(answer));
      const failed = (fault: unknown) => done(whyUnreachable(fault, endpoint.origin, deadlines.ms));
      const judged = (reply: Reply) => done(judgeReply(reply, endpoint));
      try {
        const body = signed(params, signature);
        pool.dispatch({ method: 'POST', path, headers: form, body }, new Exchange(deadlines, judged, failed));
      } catch (fault) {
        failed(fault);
      }
    });
}

/** The token comes last, and no parameter takes its place. */
function signed(params: Params, signature: string): string {
  const { vtigersignature, ...others } = params;
  const told = formOf(vtigersignature === undefined ? params : others);
  return told === '' ? signature : `${told}&${signature}`;
}

async function tellingPagesOf(pool: Pool, endpoint: URL): Promise<Omit<Evidence, 'callback'>> {
  const soon = new Deadlines(whichMs);
  const ask = (page: string) =>
    new Promise<Page | null>((resolve) => {
      const handler = new Exchange(soon, resolve, () => resolve(null));
      pool.dispatch({ method: 'GET', path: new URL(page, endpoint).pathname, headers: agent }, handler);
    });
  const [agi, script] = await Promise.all([ask(tellingPages.agi), ask(tellingPages.script)]);
  return { agi, script };
}

/** A `ca` of one's own takes the place of Node's list, so the list is added again. */
function trust(ca: string | undefined): { ca?: string[] } {
  return ca === undefined ? {} : { ca: [...rootCertificates, ca] };
}

function judgeReply({ status, location, body }: Reply, endpoint: URL): Answer {
  if (status < 300 || status >= 400 || location === null) return judge(status, body);
  // Not followed: most clients turn a redirected POST into a GET without its parameters.
  return { kind: 'refused', reason: 'url', why: `the URL redirects to ${target(location, endpoint)}` };
}

/** Its query, and a user and password, may be secrets of somebody's. */
function target(location: string, endpoint: URL): string {
  if (!URL.canParse(location, endpoint.href)) return 'what is no address';
  const { origin, pathname } = new URL(location, endpoint);
  return `${origin}${pathname}: put that in crm.url`;
}

/**
 * A 500 without a word means either that SalesPlatform as its installer leaves it has applied the callback, or that PHP
 * died (no database, no memory) and has not. A callback that changes nothing tells them apart: the former takes it.
 */
function isCrmWell(answer: Answer, probe: () => Promise<Answer>): Answer | Promise<Answer> {
  return answer.kind === 'emptyServerError' ? probe().then((probed) => byProbe(answer, probed)) : answer;
}

function byProbe(answer: Answer, probed: Answer): Answer {
  if (probed.kind === 'accepted') return answer;
  if (probed.kind !== 'emptyServerError') return probed;
  return { kind: 'unavailable', why: 'HTTP 500 without a word, whatever it is asked', maybeApplied: true };
}
