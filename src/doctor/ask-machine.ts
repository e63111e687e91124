import { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { promises as files, type Stats } from 'node:fs';
import { request } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import type { OwnCertificate } from './door.ts';
import type { DiskSeen, FileSeen, PortSeen } from './machine.ts';

const askMs = 3_000;
const longestBody = 64 * 1024;

/** Who listens there, by what he says to `GET /health`, or to that of one of several connections. Never rejects. */
export function askPort(
  bind: string,
  port: number,
  connection: string | null = null,
  isTls = false,
): Promise<PortSeen> {
  const host = bind === '0.0.0.0' || bind === '::' ? 'localhost' : bind;
  const path = connection === null ? '/health' : `/${connection}/health`;
  return new Promise((resolve) => {
    // Looked at, not trusted: nothing secret is sent, and our certificate need not be for this name.
    const options = { host, port, path, agent: false, rejectUnauthorized: false, signal: AbortSignal.timeout(askMs) };
    const asking = (isTls ? requestOverTls : request)(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        if (body.length < longestBody) body += part;
      });
      response.on('error', () => resolve({ kind: 'other', what: 'it breaks off' }));
      response.on('end', () => resolve(whoIs(response.statusCode ?? 0, response.headers['server'], body)));
    });
    asking.on('error', (fault: NodeJS.ErrnoException) => resolve(whoFails(fault)));
    asking.end();
  });
}

function whoFails({ code, name, message, ...more }: NodeJS.ErrnoException): PortSeen {
  // A name with several addresses fails with an AggregateError, without a code of its own in Node 20.0 to 20.9.
  const codes = [code, ...((more as { errors?: NodeJS.ErrnoException[] }).errors ?? []).map((one) => one.code)];
  if (codes.some((one) => one === 'ECONNREFUSED' || one === 'EADDRNOTAVAIL' || one === 'ENOTFOUND'))
    return { kind: 'free' };
  const isLate = name === 'AbortError' || name === 'TimeoutError';
  return {
    kind: 'other',
    what: isLate ? `it does not answer within ${askMs / 1000} s` : `it speaks no HTTP (${code ?? message})`,
  };
}

const ownWords = /^ok$|no link to Asterisk|the database fails/;

function whoIs(status: number, server: string | string[] | undefined, body: string): PortSeen {
  try {
    const said = JSON.parse(body) as { version?: unknown; status?: unknown; link?: unknown; outbox?: unknown };
    if (typeof said.version === 'string' && typeof said.status === 'string' && said.link && said.outbox)
      return { kind: 'ours', version: said.version, status: said.status };
    // Where this machine is not one of http.monitors.
    if (Object.keys(said).join() === 'status' && ownWords.test(String(said.status)))
      return { kind: 'ours', version: null, status: String(said.status) };
  } catch {
    // Not ours, then.
  }
  return {
    kind: 'other',
    what: `it answers HTTP ${status}${server === undefined ? '' : ` as ${String(server).slice(0, 40)}`}`,
  };
}

/** null: there is none, or it cannot be read, which the settings' reader has said. */
export async function ownCertificate(path: string | null): Promise<OwnCertificate | null> {
  if (path === null) return null;
  try {
    const { subject, validTo } = new X509Certificate(await files.readFile(path));
    return { subject, validTo: Date.parse(validTo) };
  } catch {
    return null;
  }
}

/** Whether a host is this machine; null: a name that is not found. */
export async function isThisMachine(host: string): Promise<boolean | null> {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []);
  const isOwn = (address: string) => address.startsWith('127.') || address === '::1' || own.includes(address);
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return isOwn(bare);
  try {
    return (await lookup(bare, { all: true })).some(({ address }) => isOwn(address));
  } catch {
    return null;
  }
}

/** Of folders that are there. */
export async function askDisks(paths: readonly string[]): Promise<DiskSeen[]> {
  const seen = new Map<number, DiskSeen>();
  for (const path of paths) {
    try {
      const { bavail, blocks, bsize } = await files.statfs(path);
      // The same disk is told of once.
      const { dev } = await files.stat(path);
      if (blocks > 0 && !seen.has(dev)) seen.set(dev, { path, freeBytes: bavail * bsize, allBytes: blocks * bsize });
    } catch {
      // A folder that is not there is another check's affair.
    }
  }
  return [...seen.values()];
}

/** Of files that are there: whether others than owner and group may read them. */
export async function askRights(paths: readonly string[]): Promise<FileSeen[]> {
  const found: FileSeen[] = [];
  for (const path of paths) {
    const stat = await files.stat(path).catch(() => null);
    if (stat !== null) found.push({ path, isOpenToAll: (stat.mode & 0o004) !== 0 && (await isWayOpen(path)) });
  }
  return found;
}

/** Whether others may pass the folders above. */
async function isWayOpen(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const stat: Stats | null = await files.stat(folder).catch(() => null);
    if (stat !== null && (stat.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** A file's owner; null: there is no such file. */
export function ownerOf(path: string): Promise<number | null> {
  return files.stat(path).then(
    ({ uid }) => uid,
    () => null,
  );
}

/** What keeps this process from writing there; null: nothing. */
export async function writeProblem(path: string): Promise<string | null> {
  try {
    await files.access(path, files.constants.W_OK);
    return null;
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code === 'ENOENT') return `${path} is not there`;
    return code === 'EROFS' ? `${path} is mounted read-only` : `${path} may not be written (${code})`;
  }
}
