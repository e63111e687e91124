import { judgeFault } from './fault.ts';

/**
 * settings: only a person can put it right · passing: to be tried again soon · other: another connector has it, or its folder
 * is not there (yet); a supervisor may well try again.
 */
export type RefusalReason = 'settings' | 'passing' | 'other';

/** The database cannot be used; the message is a sentence for the operator. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused';
  readonly reason: RefusalReason;

  constructor(message: string, reason: RefusalReason, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

const sentences: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: 'is not an SQLite database',
  SQLITE_CORRUPT: 'is damaged: restore a copy, or move it away and a new one is made',
  SQLITE_CANTOPEN: 'cannot be opened or created: see the rights of the file and of its folder',
  SQLITE_READONLY: 'cannot be written to: see the rights of the file and of its folder',
  SQLITE_PERM: 'may not be accessed: see the rights of the file and of its folder',
  SQLITE_FULL: 'cannot grow: the disk is full',
  SQLITE_IOERR: 'cannot be read or written: the disk reports a fault',
  SQLITE_BUSY: 'is locked by another program: close what has it open for writing',
};

/** A fault of our own database as a sentence, any other as it is. */
export function refusalOr(path: string, fault: unknown): unknown {
  const { code } = (fault ?? {}) as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_') ? refusal(path, fault) : fault;
}

/** Puts what SQLite and knex throw into a sentence that names the file. */
export function refusal(path: string, fault: unknown): DatabaseRefused {
  if (fault instanceof DatabaseRefused) return fault;
  const { code = '', message = String(fault) } = fault as { code?: string; message?: string };
  // Knex's words for a database that holds migrations we do not have.
  const newer = message.includes('migration directory is corrupt') ? 'was written by a newer version' : undefined;
  const sentence = newer ?? sentences[code] ?? `cannot be used: ${message}`;
  const reasons = {
    passing: 'passing',
    damaged: 'settings',
    closed: 'other',
    ours: newer === undefined ? 'other' : 'settings',
  } as const;
  const reason = reasons[judgeFault(fault).kind];
  return new DatabaseRefused(`The database ${path} ${sentence}.`, reason, fault);
}
