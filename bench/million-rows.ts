import type { Knex } from 'knex';

/** How much of everything: a call has five callbacks, every second one a recording, some rang nobody. */
export interface Amount {
  readonly calls: number;
  readonly open: number;
  /** Calls whose callbacks wait for a CRM that is away. */
  readonly waiting: number;
  /** Epoch milliseconds: the last call ended now, the first one 300 days ago. */
  readonly now: number;
}

const day = 86_400_000;
const span = 300 * day;

/** As many rows as an office makes in most of a year, straight into the tables. */
export async function fill(database: Knex, amount: Amount): Promise<void> {
  await database.raw('PRAGMA synchronous = OFF');
  for (const [statement, bindings] of statements(amount)) await database.raw(statement, bindings);
  await database.raw('PRAGMA synchronous = FULL');
  await database.raw('PRAGMA wal_checkpoint(TRUNCATE)');
}

function statements({ calls, open, waiting, now }: Amount): [string, Record<string, number>][] {
  const numbers = 'WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :calls)';
  const times = { calls, begin: now - span, step: span / calls };
  const at = 'CAST(:begin + i * :step AS INTEGER)';
  const call = `(${at} / 1000) || '.' || (i * 7)`;
  const kinds = ['DialBegin', 'DialAnswer', 'EndCall', 'Hangup', 'Hangup'];
  const kind = `CASE k ${kinds.map((name, k) => `WHEN ${k} THEN '${name}'`).join(' ')} END`;
  const params = `json_object('callstatus', ${kind},
    'callUUID', ${call} || '-10' || (i % 9), 'callerIDNumber', '+7921' || (1000000 + i % 8999999), 'callerIDName', 'Customer ' || i,
    'dialString', 'PJSIP/10' || (i % 9), 'starttime', '2026-03-01 10:11:12', 'endtime', '2026-03-01 10:13:14',
    'duration', i % 300, 'billableseconds', i % 200, 'callerNumber', '10' || (i % 9))`;
  const callbacks = `INSERT INTO callbacks (call, key, kind, params, created_at, due_at, attempts, state, outcome, finished_at)
    ${numbers} SELECT ${call}, ${call} || '|' || ${kind} || '|10' || (i % 9) || '|' || k, ${kind}, ${params}, ${at} + k * 1000,
    CASE WHEN i >= :first AND k = 0 THEN ${at} END, 1, CASE WHEN i >= :first THEN 'pending' ELSE 'delivered' END,
    CASE WHEN i < :first THEN 'accepted' END, CASE WHEN i < :first THEN ${at} + k * 1000 + 50 END
    FROM n CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)`;
  const state = `json_object('version', 3, 'call', json_object('id', ${call}, 'more', hex(zeroblob(400))), 'channels', json_array())`;
  const talks = `json_array(json_object('leg', json_object('call', ${call}, 'extension', '10' || (i % 9), 'direction', 'inbound',
    'party', json_object('number', '+7921' || i, 'name', 'Customer'), 'line', '74951112233', 'ring', 1, 'startedAt', ${at},
    'variables', json_object()), 'from', ${at}, 'until', ${at}, 'last', json('true')))`;
  return [
    [callbacks, { ...times, first: calls - waiting }],
    [
      `INSERT INTO calls (id, state, updated_at) ${numbers} SELECT 'open ' || ${call}, ${state}, ${at} FROM n`,
      { ...times, calls: open },
    ],
    [
      `INSERT INTO history (call, extension, direction, number, name, line, ring, started_at, ended_at, talked_ms, outcome)
      ${numbers} SELECT ${call}, '10' || (i % 9), 'inbound', '+7921' || (1000000 + i % 50000),
      'Customer', '74951112233', 1, ${at}, ${at} + 60000, 40000, 'completed' FROM n`,
      times,
    ],
    [
      `INSERT INTO recordings (id, call, path, talks, state, created_at, closed_at, announced_at, announced_to, size, looks)
      ${numbers} SELECT hex(randomblob(11)), ${call}, '/var/spool/asterisk/monitor/2026/03/01/in-74951112233-' || ${call} || '.wav',
      ${talks}, CASE WHEN i % 10 < 8 THEN 'ready' ELSE 'unheard' END, ${at}, ${at} + 60000,
      CASE WHEN i % 10 < 8 THEN ${at} + 63000 END, '["101"]', 480044, 2 FROM n WHERE i % 2 = 0`,
      times,
    ],
    [
      `INSERT INTO unrung_calls (call, line, number, name, started_at, ended_at) ${numbers} SELECT 'unrung ' || ${call}, '74951112233', '+7921', '', ${at}, ${at} FROM n WHERE i % 50 = 0`,
      times,
    ],
  ];
}
