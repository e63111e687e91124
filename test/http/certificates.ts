import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** An authority of our own and what it has signed, made by openssl in a folder of its own. */
export class Authority {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(name = 'authority'): Promise<Authority> {
    const authority = new Authority(await mkdtemp(join(tmpdir(), 'tls-')));
    const path = (file: string) => join(authority.folder, file);
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`, '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
      ...['-keyout', path('ca.key'), '-out', path('ca.pem')],
    ]);
    return authority;
  }

  get caFile(): string {
    return join(this.folder, 'ca.pem');
  }

  ca(): Promise<string> {
    return readFile(this.caFile, 'utf8');
  }

  /** @param names as X.509 has them: `IP:127.0.0.1`. @param days from yesterday on; fewer than one: it is over */
  async issue(names: string, { days = 2, file = 'own' } = {}): Promise<Issued> {
    const path = (name: string) => join(this.folder, name);
    const [keyFile, request, certificateFile, extensions] = ['key', 'csr', 'pem', 'ext'].map((end) =>
      path(`${file}.${end}`),
    );
    if (!keyFile || !request || !certificateFile || !extensions) throw new Error('no path');
    await run('openssl', [
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${file}`],
      ...['-keyout', keyFile, '-out', request],
    ]);
    await writeFile(extensions, `subjectAltName=${names}\nbasicConstraints=critical,CA:FALSE\n`);
    const signed = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-extfile', extensions];
    await run('openssl', ['x509', '-req', '-in', request, ...signed, '-out', certificateFile, '-days', String(days)]);
    const [cert, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
    return { cert, key, certificateFile, keyFile };
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
