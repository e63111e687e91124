import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { connect, type PeerCertificate, rootCertificates, type TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';
import { createPost, type PostSettings } from '../crm/post.ts';
import { tellingPages, whyAway } from '../crm/which.ts';
import type { Certificate, CrmSeen } from './crm-seen.ts';

export type CrmQuestions = Omit<PostSettings, 'connections'>;

const pageMs = 5_000;

const modulePath = '../../AsteriskConnector/poll.php';

/** Asks the CRM what the checks need to know, without a trace in it. Never rejects. */
export async function askCrm(questions: CrmQuestions, clock: Clock): Promise<CrmSeen> {
  const { url, ca } = questions;
  const post = createPost({ ...questions, connections: 2 });
  // Never a real one, as PBXManager compares loosely: no number, and not empty.
  const stranger = createPost({ ...questions, token: `not-${questions.token}`, connections: 1 });
  try {
    const certificate = url.startsWith('https:') ? await certificateOf(new URL(url), ca) : null;
    const begun = clock.now();
    const answer = await post.probe();
    const tookMs = clock.now() - begun;
    const isAway = whyAway(answer) !== null;
    const page = isAway ? null : await ask(new URL(tellingPages.script, url), ca, clock);
    const module = isAway ? null : await ask(new URL(modulePath, url), ca, clock);
    return {
      answer,
      tookMs,
      answerToWrongToken: answer.kind === 'accepted' ? await stranger.probe() : null,
      which: isAway ? { kind: 'away', why: whyAway(answer) ?? '' } : await post.which(),
      aheadMs: page?.aheadMs ?? null,
      certificate,
      arePagesOpen: page?.status === 200,
      modulePage: module,
    };
  } finally {
    await Promise.all([post.close(), stranger.close()]);
  }
}

interface Asked {
  readonly status: number;
  readonly body: string;
  readonly aheadMs: number | null;
}

const longestBody = 4096;

/** null: no answer. */
function ask(url: URL, ca: string | undefined, clock: Clock): Promise<Asked | null> {
  const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  return new Promise((resolve) => {
    const before = clock.now();
    const asking = url.protocol === 'https:' ? requestHttps : requestHttp;
    const signal = AbortSignal.timeout(pageMs);
    const request = asking(url, { ...trusted, signal, agent: false }, (response) => {
      const aheadMs = aheadOf(response.headers.date, before, clock.now());
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        if (body.length < longestBody) body += part;
      });
      response.on('error', () => resolve(null));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, aheadMs }));
    });
    request.on('error', () => resolve(null));
    request.end();
  });
}

/** A Date is of the whole second in which the answer was made. */
function aheadOf(date: string | undefined, before: number, after: number): number | null {
  const said = Date.parse(date ?? '');
  return Number.isNaN(said) ? null : Math.round(said + 500 - (before + after) / 2);
}

/** What the server shows, and whether it is trusted, as a real connection would see it. */
function certificateOf(url: URL, ca: string | undefined): Promise<Certificate | null> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const name = isIP(host) === 0 ? { servername: host } : {};
  return new Promise((resolve) => {
    const port = Number(url.port || 443);
    // Looked at, not trusted: nothing is sent over this connection.
    const socket: TLSSocket = connect({ host, port, ...name, ...trusted, rejectUnauthorized: false }, () => {
      resolve(shown(socket.getPeerCertificate(), socket.authorizationError));
      socket.destroy();
    });
    socket.setTimeout(pageMs, () => socket.destroy());
    socket.on('error', () => resolve(null));
    socket.on('close', () => resolve(null));
  });
}

function shown(certificate: PeerCertificate, objection: unknown): Certificate | null {
  if (certificate.valid_to === undefined) return null;
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validTo: Date.parse(certificate.valid_to),
    objection: objection ? codeOf(objection) : null,
  };
}

/** A code as a text in Node 20, although it is declared an Error. */
function codeOf(objection: unknown): string {
  if (typeof objection === 'string') return objection;
  return (objection as { code?: string }).code ?? String(objection);
}

function nameOf(one: PeerCertificate['subject'] | undefined): string {
  const name = one?.CN ?? one?.O ?? '';
  return Array.isArray(name) ? name.join(', ') : name;
}
