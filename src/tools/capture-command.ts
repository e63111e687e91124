import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { faultOf } from '../ami/action.ts';
import { eventMask } from '../ami/wanted.ts';
import { isExtension } from '../call/classify.ts';
import type { Config } from '../config/schema.ts';
import { callRules } from '../settings.ts';
import { createCleaner } from './capture/clean.ts';
import { createDisguise } from './capture/disguise.ts';
import { type HeadFacts, headOf } from './capture/head.ts';
import { createSecretRemover } from './capture/secrets.ts';

export interface CaptureRequest extends HeadFacts {
  /** Where to write, and beside it the times; a file that is there is never overwritten. */
  readonly file: string;
  /** Told once it is logged in, and when it ends by itself. */
  readonly tell: (text: string) => void;
  readonly onEnd: () => void;
}

const loginLimitMs = 10_000;

/**
 * Writes what Asterisk sends to a file, with the times beside it, for replay or for a bug report. It is a login of its own,
 * beside the connector's; what is sent to Asterisk (the secret) is not in the file, and other secrets are taken out.
 *
 * @throws Error with a sentence for the operator
 */
export async function startCapture(config: Config, request: CaptureRequest): Promise<{ stop(): Promise<void> }> {
  const { ami } = config;
  const paths = [request.file, `${request.file.replace(/\.[^./]*$/, '')}.timing.json`] as const;
  const files = await openBoth(paths);
  const socket = connect(ami.port, ami.host);
  const end = keep(socket, files, cleanerFor(config, request), headOf(config, request));
  try {
    await logIn(socket, ami);
    // Its answer says which Asterisk it is; an account that may not ask is told so, and all goes on.
    socket.write('Action: CoreSettings\r\nActionID: capture-settings\r\n\r\n');
  } catch (fault) {
    await finish(socket, files, end);
    for (const path of paths) await rm(path, { force: true });
    throw fault;
  }
  request.tell(`capturing to ${paths.join(' and ')}: make the call, then press Ctrl+C`);
  const endEarly = (why: string) => {
    socket.removeAllListeners('close');
    request.tell(why);
    request.onEnd();
  };
  let isWell = true;
  const onFault = ({ message }: Error) => {
    if (isWell) endEarly(`the capture ends here, as it cannot be written: ${message}`);
    isWell = false;
  };
  for (const file of [files.bytes, files.times]) file.on('error', onFault);
  socket.on('close', () => endEarly('Asterisk has closed the connection'));
  return {
    async stop() {
      socket.removeAllListeners('close');
      await finish(socket, files, end);
    },
  };
}

interface Files {
  readonly bytes: WriteStream;
  /** A list of [milliseconds since the connect, offset, length] of each read, which lacks its end while it is written. */
  readonly times: WriteStream;
}

/** Both are new: another recording's times would make nonsense of this one. */
async function openBoth([bytes, times]: readonly [string, string]): Promise<Files> {
  const first = await openNew(bytes);
  try {
    return { bytes: first, times: await openNew(times) };
  } catch (fault) {
    first.destroy();
    await rm(bytes, { force: true });
    throw fault;
  }
}

async function openNew(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await once(file, 'open').catch((fault: NodeJS.ErrnoException) => {
    throw new Error(fault.code === 'EEXIST' ? `${path} is there already: name a new file` : fault.message);
  });
  // Until somebody is there to be told.
  file.on('error', () => {});
  return file;
}

async function finish(socket: Socket, { bytes, times }: Files, end: () => void): Promise<void> {
  socket.destroy();
  end();
  if (times.writable) times.write(']\n');
  await Promise.all([bytes, times].map(closed));
}

/** One whose disk is full has closed itself, or will. */
async function closed(file: WriteStream): Promise<void> {
  if (file.closed) return;
  const over = new Promise<void>((resolve) => file.once('close', resolve));
  file.end();
  await over;
}

function cleanerFor(config: Config, { mask }: CaptureRequest) {
  const { ami, crm, cdr } = config;
  const rules = callRules(config);
  const remove = createSecretRemover([ami.secret, crm.token, cdr.password]);
  const isOwn = (digits: string) => isExtension(digits, rules) || rules.trunks.has(digits);
  return createCleaner(mask ? [remove, createDisguise({ isOwn })] : [remove]);
}

/** @returns writes what is left when no more comes */
function keep(
  socket: Socket,
  { bytes, times }: Files,
  cleaner: ReturnType<typeof createCleaner>,
  head: string,
): () => void {
  const start = performance.now();
  let offset = 0;
  const write = (piece: Buffer) => {
    if (piece.length === 0 || !bytes.writable) return;
    const read = [Math.round(performance.now() - start), offset, piece.length];
    if (times.writable) times.write(`${offset === 0 ? '' : ',\n'}${JSON.stringify(read)}`);
    offset += piece.length;
    bytes.write(piece);
  };
  times.write('[');
  write(Buffer.from(head));
  socket.on('data', (read) => write(cleaner.take(read)));
  return () => write(cleaner.rest());
}

async function logIn(socket: Socket, { host, port, username, secret }: Config['ami']): Promise<void> {
  const action = { Action: 'Login', Username: username, Secret: secret, Events: eventMask };
  const fault = faultOf(action);
  if (fault !== null) throw new Error(`ami.username or ami.secret: ${fault}`);
  const answer = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (bytes) => {
      // Of no interest any more once the login is through.
      if (text.length < 4096) text += bytes.toString('latin1');
      const found = /^Response: [\s\S]*?\r\n\r\n/m.exec(text);
      if (found !== null) resolve(found[0]);
    });
    socket.on('error', ({ message }) => reject(new Error(`Asterisk at ${host}:${port} is not reached: ${message}`)));
    socket.once('close', () => reject(new Error(`Asterisk at ${host}:${port} has closed the connection`)));
    setTimeout(() => reject(new Error(`no answer of ${host}:${port} to the login`)), loginLimitMs).unref();
  });
  const lines = Object.entries(action).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${lines.join('')}\r\n`);
  const response = await answer;
  if (response.startsWith('Response: Success')) return;
  const message = /^Message: (.*)\r$/m.exec(response)?.[1] ?? 'no reason given';
  throw new Error(`Asterisk refuses the login of ${username}: ${message}`);
}
