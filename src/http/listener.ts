import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ListenSettings } from './ports.ts';
import type { RefusalLog } from './refusal-log.ts';

/** Limits against clients that send, or take, too slowly or too much. A player that pauses for longer asks anew by Range. */
const limits = {
  maxHeaderSize: 8192,
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2000,
  keepAliveTimeout: 5000,
};

/** @param streams how many connections pages may keep open, of which none is taken away from the CRM's clicks */
export function nodeServer(
  answer: RequestListener,
  streams: number,
  { tls }: Pick<ListenSettings, 'tls'>,
  refusals: RefusalLog,
): Server {
  const server = tls === null ? createServer(limits, answer) : tlsServer(answer, tls, refusals);
  server.timeout = 120_000;
  server.maxConnections = 500 + streams;
  return server;
}

/** Both files are read now: a renewed certificate is served from the next start, or reload, on. */
function tlsServer(
  answer: RequestListener,
  { certificateFile, keyFile }: NonNullable<ListenSettings['tls']>,
  refusals: RefusalLog,
): Server {
  const options = {
    cert: readFileSync(certificateFile),
    key: readFileSync(keyFile),
    // Said, as NODE_OPTIONS and a system's openssl.cnf can allow older ones.
    minVersion: 'TLSv1.2',
    handshakeTimeout: 10_000,
  } as const;
  const server = createTlsServer({ ...limits, ...options }, answer);
  server.on('tlsClientError', (fault: NodeJS.ErrnoException, socket: TLSSocket) => {
    if (fault.code === 'ECONNRESET') return;
    const why = handshakeFaults[fault.code ?? ''] ?? `no TLS came about (${fault.code ?? fault.message})`;
    refusals.refused(`connection refused: ${why}`, socket.remoteAddress ?? 'unknown');
  });
  return server;
}

const handshakeFaults: Readonly<Record<string, string>> = {
  ERR_SSL_HTTP_REQUEST: 'it was asked without TLS, at an address that begins with http:// in place of https://',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the other side does not trust our certificate (http.tls_certificate_file)',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the other side does not trust our certificate (http.tls_certificate_file)',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the other side does not trust our certificate (http.tls_certificate_file)',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'our certificate (http.tls_certificate_file) has expired',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the other side knows no TLS 1.2',
};

/** What an admin should know of an address that is open to more than the CRM; null: it is not. */
export function wordOnAddress({ address, tls }: ListenSettings): string | null {
  if (address !== '0.0.0.0' && address !== '::') return null;
  const open = tls === null ? ', and what passes is not encrypted' : '';
  return (
    `http.bind is ${address}: whoever reaches this machine on that port meets nothing but crm.token${open}. ` +
    'Name the one address that the CRM comes to, or let only the CRM through the firewall; ' +
    'in a container it counts where the port is published (docs/security.md)'
  );
}

export function listen(server: Server, settings: ListenSettings): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.address, () => {
      server.off('error', reject);
      resolve({ port: (server.address() as AddressInfo).port });
    });
  });
}

export function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
