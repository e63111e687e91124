import { type Finding, fault, ok, skipped, span, warning } from './finding.ts';

/** How the CRM's answers to one kind of callback were judged lately. */
export interface KindSeen {
  readonly kind: string;
  readonly accepted: number;
  /** HTTP 500 without a word, although the CRM was well. */
  readonly emptyServerErrors: number;
}

/** What the connector's database says of the way to the CRM. */
export interface OutboxSeen {
  readonly waiting: number;
  readonly oldestMs: number | null;
  readonly givenUp: number;
  /** Why the last one was given up. */
  readonly lastWhy: string | null;
  readonly kinds: readonly KindSeen[];
}

/** Whether what the CRM is told gets there. @param seen null: there is no database to ask */
export function judgeOutbox(seen: OutboxSeen | null): Finding[] {
  return [judgeWaiting(seen), judgeGivenUp(seen), judgeApplied(seen), judgeStrict(seen)];
}

const noDatabase = 'the connector has no database yet, or it could not be asked: see machine.database';
const noCalls = 'nothing was told to the CRM yet';

const longMs = 60_000;

function judgeWaiting(seen: OutboxSeen | null): Finding {
  const id = 'crm.waiting';
  if (seen === null) return skipped(id, noDatabase);
  const { waiting, oldestMs } = seen;
  if (waiting === 0) return ok(id, 'nothing waits for the CRM');
  const what = `${waiting} callbacks wait for the CRM, the oldest for ${span(oldestMs ?? 0)}`;
  if ((oldestMs ?? 0) < longMs) return ok(id, what);
  return warning(
    id,
    what,
    'Nothing is lost: they are sent when the CRM takes them. See crm.reach, crm.secret and machine.connector; the command `outbox` lists them.',
  );
}

function judgeGivenUp(seen: OutboxSeen | null): Finding {
  const id = 'crm.given-up';
  if (seen === null) return skipped(id, noDatabase);
  if (seen.givenUp === 0) return ok(id, 'no callback was given up');
  return warning(
    id,
    `${seen.givenUp} callbacks were given up, as the CRM did not understand them: ${seen.lastWhy ?? 'no reason kept'}`,
    'The command `outbox` shows each with its reason. When the CRM is put right: `outbox retry --all`; to let them go: `outbox drop --all`.',
  );
}

/** The callbacks that make a record; all others change one. */
const isCreating = ({ kind }: KindSeen) => kind === 'DialBegin' || kind === 'StartApp';

function sums(kinds: readonly KindSeen[]) {
  return {
    accepted: kinds.reduce((sum, { accepted }) => sum + accepted, 0),
    errors: kinds.reduce((sum, { emptyServerErrors }) => sum + emptyServerErrors, 0),
  };
}

/**
 * SalesPlatform 7.2.0-202008 as its wizard leaves it answers 500 to whatever it has applied, of any kind. It shows in real
 * callbacks alone: one that does nothing is answered well.
 */
function judgeApplied(seen: OutboxSeen | null): Finding {
  const id = 'crm.error-500';
  if (seen === null) return skipped(id, noDatabase);
  const changing = sums(seen.kinds.filter((one) => !isCreating(one)));
  if (changing.accepted + changing.errors === 0) return skipped(id, noCalls);
  if (changing.errors === 0) return ok(id, 'the CRM answers what it has applied with HTTP 200');
  return warning(
    id,
    'the CRM answers HTTP 500 without a word to callbacks that it has applied (SalesPlatform 7.2.0-202008 as its wizard leaves it)',
    'In the CRM, put modules/PBXManager/models/Record.php of the source tree in the place of the one that packages/vtiger/mandatory/PBXManager.zip brought. The connector counts such answers as delivered, so no call is lost; but a real error of PHP looks the same.',
  );
}

/** SalesPlatform with MySQL's STRICT mode answers 500 to what makes a record, makes none, and leaves a transaction open (measured). */
function judgeStrict(seen: OutboxSeen | null): Finding {
  const id = 'crm.strict-sql';
  if (seen === null) return skipped(id, noDatabase);
  const creating = sums(seen.kinds.filter(isCreating));
  const changing = sums(seen.kinds.filter((one) => !isCreating(one)));
  if (creating.accepted + creating.errors === 0) return skipped(id, noCalls);
  if (creating.errors === 0 || changing.errors > 0) return ok(id, 'the CRM makes records of calls');
  return fault(
    id,
    'the CRM answers HTTP 500 to each callback that makes a record, and not to others: as with MySQL in STRICT mode, where no call gets a record',
    'Set sql_mode of the CRM’s MySQL without STRICT_TRANS_TABLES (my.cnf, [mysqld], then restart it), as vTiger’s requirements say; or see PHP’s error log in the CRM.',
  );
}
