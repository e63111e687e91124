import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { Problem } from './problem.ts';
import { isRawMap, type RawMap, type Source } from './source.ts';

type Read = (path: string) => string;

/** What is wrong with files of certificates and keys: of the text as written, so that it is told together with other faults. */
export function certificateFaults({ values }: Source, folder: string, read: Read): Problem[] {
  return [...authorityFaults(values, folder, read), ...ownFaults(values, folder, read)];
}

function authorityFaults(values: RawMap, folder: string, read: Read): Problem[] {
  const key = 'crm.ca_file';
  const file = textOf(key, values, folder, read);
  if (file === null) return [];
  if ('expected' in file) return [file];
  return file.text.includes('-----BEGIN ') ? [] : [{ key, expected: 'a file with certificates (PEM)', got: file.path }];
}

const certificateKey = 'http.tls_certificate_file';
const keyKey = 'http.tls_key_file';

function ownFaults(values: RawMap, folder: string, read: Read): Problem[] {
  const [certificate, key] = [certificateKey, keyKey].map((name) => textOf(name, values, folder, read));
  const shown = certificate && ('expected' in certificate ? certificate : certificateIn(certificate));
  const secret = key && ('expected' in key ? key : privateKeyIn(key));
  const faults = [shown, secret].filter((one) => one !== null && one !== undefined && 'expected' in one);
  if (faults.length > 0) return faults as Problem[];
  if (!(shown instanceof X509Certificate) || !secret || 'expected' in secret || shown.checkPrivateKey(secret))
    return [];
  const expected = `the private key of the certificate in ${certificateKey}, which is of ${shown.subject || 'no name'}`;
  const hint = 'the first certificate in that file must be the connector’s own, those that vouch for it come behind it';
  return [{ key: keyKey, expected, got: 'the key of another one', hint }];
}

interface Text {
  readonly path: string;
  readonly text: string;
}

/** null: the key is not set, or is no text, which is told elsewhere. */
function textOf(key: string, values: RawMap, folder: string, read: Read): Text | Problem | null {
  const [section = '', name = ''] = key.split('.');
  const keys = values[section];
  const written = isRawMap(keys) ? keys[name] : undefined;
  if (typeof written !== 'string' || written.trim() === '') return null;
  const path = resolve(folder, written);
  try {
    return { path, text: read(path) };
  } catch (error) {
    return { key, expected: 'a file that can be read', got: path, hint: (error as Error).message };
  }
}

function certificateIn({ path, text }: Text): X509Certificate | Problem {
  try {
    return new X509Certificate(text);
  } catch {
    return { key: certificateKey, expected: 'a file that begins with a certificate (PEM)', got: path };
  }
}

/** Nothing of what is in the file is told. */
function privateKeyIn({ path, text }: Text): KeyObject | Problem {
  try {
    return createPrivateKey(text);
  } catch {
    const isLocked = /ENCRYPTED/.test(text);
    const hint = isLocked ? { hint: 'this one has a password: `openssl pkey -in OLD -out NEW` takes it off' } : {};
    return { key: keyKey, expected: 'a file with a private key (PEM) without a password', got: path, ...hint };
  }
}
