import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { Authority, type Issued } from '../http/certificates.ts';

let authority: Authority;
let own: Issued;
let other: Issued;
let locked: string;
beforeAll(async () => {
  authority = await Authority.make();
  own = await authority.issue('IP:127.0.0.1');
  other = await authority.issue('IP:127.0.0.1', { file: 'other' });
  locked = join(authority.folder, 'locked.key');
  execFileSync('openssl', ['pkey', '-in', own.keyFile, '-aes256', '-passout', 'pass:x', '-out', locked]);
});
afterAll(() => authority.remove());

const rest = "ami: { username: vtiger, secret: s }\ncrm: { url: 'http://crm', token: t, time_zone: UTC }\n";

function problems(http: string): string[] {
  const file = join(authority.folder, 'connector.yaml');
  const read = (path: string) =>
    path === file ? `${rest}http: {${http}}\n` : execFileSync('cat', [path], { encoding: 'utf8', stdio: 'pipe' });
  const loaded = loadConfig({ file, env: {}, read });
  if (loaded.ok) return [];
  return loaded.problems.map(({ key, expected, got = '', hint = '' }) => `${key}: ${expected}; got ${got}; ${hint}`);
}

describe('a certificate of our own', () => {
  test('and its key are taken, relative to the folder of the settings', () => {
    const file = join(authority.folder, 'connector.yaml');
    expect(problems('tls_certificate_file: own.pem, tls_key_file: own.key')).toEqual([]);
    const loaded = loadConfig({
      file,
      env: {},
      read: (path) =>
        path === file
          ? `${rest}http: { tls_certificate_file: own.pem, tls_key_file: own.key }`
          : execFileSync('cat', [path], { encoding: 'utf8' }),
    });
    if (!loaded.ok) throw new Error();
    const { http, recordings } = loaded.config;
    expect(http).toMatchObject({ tls_certificate_file: own.certificateFile, tls_key_file: own.keyFile });
    expect(recordings.public_url).toBe('https://127.0.0.1:5000');
  });

  test.each([
    [
      'without a key',
      'tls_certificate_file: own.pem',
      /^http.tls_key_file: the path of a file, as http.tls_certificate_file is set; got nothing/,
    ],
    [
      'a key alone',
      'tls_key_file: own.key',
      /^http.tls_certificate_file: the path of a file, as http.tls_key_file is set/,
    ],
    [
      'that is not there',
      'tls_certificate_file: none.pem, tls_key_file: own.key',
      /^http.tls_certificate_file: a file that can be read; got .*none.pem/,
    ],
    [
      'that is a key',
      'tls_certificate_file: own.key, tls_key_file: own.key',
      /^http.tls_certificate_file: a file that begins with a certificate \(PEM\)/,
    ],
    [
      'with a certificate for a key',
      'tls_certificate_file: own.pem, tls_key_file: own.pem',
      /^http.tls_key_file: a file with a private key \(PEM\) without a password/,
    ],
    [
      'with a key under a password',
      'tls_certificate_file: own.pem, tls_key_file: locked.key',
      /openssl pkey -in OLD -out NEW/,
    ],
    [
      'with the key of another',
      'tls_certificate_file: own.pem, tls_key_file: other.key',
      /^http.tls_key_file: the private key of the certificate .*CN=own; got the key of another one/,
    ],
    [
      'behind that of the authority',
      'tls_certificate_file: ca.pem, tls_key_file: own.key',
      /first certificate in that file must be the connector’s own/,
    ],
  ])('%s is a fault', (_, http, expected) => {
    const found = problems(http);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
    expect(found[0]).not.toContain(own.key.split('\n')[1]);
    expect(other.keyFile).toMatch(/other.key$/);
  });
});
