/**
 * passing: the disk or another program is to blame; tried again, it may succeed · damaged: the file is no sound database any
 * more · ours: a mistake in a statement, which waiting does not mend · closed: it was asked for while all of it ends.
 */
export type FaultKind = 'passing' | 'damaged' | 'ours' | 'closed';

const problems: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'the disk is full',
  SQLITE_BUSY: 'another program has it locked',
  SQLITE_LOCKED: 'another program has it locked',
  SQLITE_PROTOCOL: 'another program has it locked',
  SQLITE_IOERR: 'the disk reports a fault',
  SQLITE_READONLY: 'it cannot be written to',
  SQLITE_PERM: 'it may not be accessed',
  SQLITE_CANTOPEN: 'it cannot be opened',
  SQLITE_NOMEM: 'there is not enough memory',
  SQLITE_CORRUPT: 'it is damaged',
  SQLITE_NOTADB: 'it is damaged',
};

const advice: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'make room on it',
  SQLITE_BUSY: 'end the program that has the file open for writing (`fuser` names it)',
  SQLITE_IOERR: 'see the kernel’s log, and the room left, also of a quota or a limit on the size of files',
  SQLITE_READONLY: 'see the rights of the file and its folder, and whether the file system is mounted read-only',
  SQLITE_CANTOPEN: 'see whether the folder is there and mounted, and its rights',
};

/** What of a fault of the database can be said to people, and done. `code` is SQLite's. */
export interface Fault {
  readonly kind: FaultKind;
  readonly code: string;
  readonly problem: string;
  readonly advice: string;
}

/** By its words alone, as knex 3.3 and its pool say it: who waits for the connection when it is closed, and who comes after. */
const closed: readonly string[] = ['aborted', 'Unable to acquire a connection'];

export function judgeFault(fault: unknown): Fault {
  const { code = '', name = '', message = '' } = (fault ?? {}) as { code?: string; name?: string; message?: string };
  if (code === '' && closed.includes(message)) return { kind: 'closed', code, problem: 'it is closed', advice: '' };
  if (name === 'KnexTimeoutError') return { kind: 'passing', code: name, problem: 'it does not answer', advice: '' };
  const problem = problems[code];
  if (problem === undefined) return { kind: 'ours', code, problem: String(fault), advice: '' };
  const kind = code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB' ? 'damaged' : 'passing';
  return { kind, code, problem, advice: advice[code] ?? '' };
}

/** The file, or what it lies on, is to blame: what was asked may succeed later. */
export function isOfTheFile({ kind }: Fault): boolean {
  return kind === 'passing' || kind === 'damaged';
}

/** A connection that met any other may stay unusable after the cause is gone: opened read-only, or on a file that is no more. */
const harmless: readonly string[] = ['SQLITE_FULL', 'SQLITE_BUSY', 'SQLITE_LOCKED', 'KnexTimeoutError'];

export function spoilsConnection({ code }: Fault): boolean {
  return !harmless.includes(code);
}
