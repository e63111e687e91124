import { type Finding, fault, ok, skipped, some, span, warning } from './finding.ts';

/** Who listens at http.port. */
export type PortSeen =
  | { readonly kind: 'free' }
  /** A connector of ours: what its /health says. */
  /** `version` null: it tells that only to http.monitors, and this machine is none. */
  | { readonly kind: 'ours'; readonly version: string | null; readonly status: string }
  | { readonly kind: 'other'; readonly what: string };

export interface DiskSeen {
  readonly path: string;
  readonly freeBytes: number;
  readonly allBytes: number;
}

export interface FileSeen {
  readonly path: string;
  /** Whether anybody on the machine may read it. */
  readonly isOpenToAll: boolean;
}

export type DatabaseSeen =
  | { readonly kind: 'absent'; readonly folderProblem: string | null }
  | { readonly kind: 'refused'; readonly why: string }
  /** `writeProblem`: what keeps this process from writing it; null: nothing. */
  | { readonly kind: 'open'; readonly writeProblem: string | null };

export interface MachineSeen {
  readonly node: string;
  readonly version: string;
  readonly port: PortSeen;
  /** Whether http.bind is an address of this machine; null: a name, which was not found. */
  readonly isBindOurs: boolean | null;
  readonly disks: readonly DiskSeen[];
  readonly secrets: readonly FileSeen[];
  readonly database: DatabaseSeen;
  /** Whose the database is; null: there is none. */
  readonly owner: number | null;
  /** As whom this was looked at: 0 is root, who may read and write whatever there is. */
  readonly user: number;
}

export interface MachineTerms {
  readonly bind: string;
  readonly port: number;
  readonly isEverywhere: boolean;
  readonly isBindLocal: boolean;
  readonly isCrmLocal: boolean;
  readonly databasePath: string;
  /** What the settings' reader had to remark. */
  readonly notes: readonly string[];
}

/** The machine that the connector runs on, and whether it runs. */
export function judgeMachine(seen: MachineSeen, terms: MachineTerms): Finding[] {
  return [
    judgeNode(seen),
    judgeNotes(terms),
    judgeConnector(seen, terms),
    judgePort(seen, terms),
    judgeBind(seen, terms),
    judgeDatabase(seen.database, terms),
    judgeDisk(seen.disks),
    judgeSecrets(seen.secrets),
    judgeUser(seen),
  ];
}

/** package.json's `engines`. */
const oldestNode = [20, 19] as const;

function judgeNode({ node }: MachineSeen): Finding {
  const id = 'machine.node';
  const [major = 0, minor = 0] = node.replace(/^v/, '').split('.').map(Number);
  const isFit = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (isFit) return ok(id, `Node.js ${node}`);
  return fault(id, `Node.js ${node} is too old`, `Install Node.js ${oldestNode.join('.')} or newer.`);
}

/** What is remarked may be as it should; what is not is a check of its own (crm.zone, recordings.link, crm.secret). */
function judgeNotes({ notes }: MachineTerms): Finding {
  return ok('machine.settings', ['the settings are whole', ...notes].join('; '));
}

function judgeConnector({ port, version, database }: MachineSeen, terms: MachineTerms): Finding {
  const id = 'machine.connector';
  if (port.kind === 'ours') {
    if (port.status !== 'ok')
      return fault(id, `the connector runs, and says: ${port.status}`, 'See its log, and the other findings here.');
    if (port.version === null) return ok(id, 'the connector runs, and is well');
    if (port.version === version) return ok(id, `the connector runs, version ${version}, and is well`);
    const seen = `version ${port.version} of the connector runs, but ${version} is installed`;
    return warning(id, seen, 'Restart the connector.');
  }
  if (terms.port === 0) return skipped(id, 'http.port is 0: where a connector listens is not known beforehand');
  if (database.kind === 'absent') return skipped(id, 'the connector has not been started yet');
  return fault(
    id,
    'the connector does not run',
    'Start it, and see its log for why it ended: `pm2 logs`, `journalctl -u`, or its supervisor’s.',
  );
}

function judgePort({ port }: MachineSeen, terms: MachineTerms): Finding {
  const id = 'machine.port';
  if (terms.port === 0) return skipped(id, 'http.port is 0: any free one is taken');
  const place = `${terms.bind}:${terms.port}`;
  if (port.kind === 'free') return ok(id, `${place} is free`);
  if (port.kind === 'ours') return ok(id, `the connector listens on ${place}`);
  return fault(
    id,
    `another program listens on ${place}: ${port.what}`,
    `End it (\`ss -ltnp\` names it; often it is the connector that this one replaces), or set http.port to another one, and “Vtiger PBX App URL” in the CRM as well.`,
  );
}

function judgeBind(
  { isBindOurs }: MachineSeen,
  { bind, isEverywhere, isBindLocal, isCrmLocal }: MachineTerms,
): Finding {
  const id = 'machine.bind';
  if (isEverywhere)
    return warning(
      id,
      `the connector listens on every address (${bind}): whoever reaches the machine can try the secret`,
      'Set http.bind to the one address that the CRM comes to, or 127.0.0.1 where it is on this machine; else let only the CRM through the firewall.',
    );
  if (isBindOurs !== true)
    return fault(
      id,
      `${bind} is no address of this machine`,
      'Set http.bind to an address that `ip addr` shows, or to 127.0.0.1: the connector does not start otherwise.',
    );
  if (isBindLocal && !isCrmLocal)
    return warning(
      id,
      `the connector listens on ${bind} alone, and the CRM is another machine: clicks and recordings do not get here`,
      'Set http.bind to the address that the CRM reaches; fine where a web server on this machine passes them on.',
    );
  return ok(id, `the connector listens on ${bind}`);
}

function judgeDatabase(database: DatabaseSeen, { databasePath }: MachineTerms): Finding {
  const id = 'machine.database';
  const cure =
    'Give the folder and the file to the user that the connector runs as (`chown`), on a disk of this machine.';
  if (database.kind === 'refused')
    return fault(id, database.why, 'See database.path, the rights of the file, and docs/operating.md, “The database”.');
  if (database.kind === 'absent') {
    if (database.folderProblem === null) return ok(id, `${databasePath} will be made at the first start`);
    return fault(id, `${databasePath} cannot be made: ${database.folderProblem}`, cure);
  }
  if (database.writeProblem === null) return ok(id, `${databasePath} is sound and of this version`);
  return warning(id, `${databasePath} can be read, but not written by this user: ${database.writeProblem}`, cure);
}

const gib = 2 ** 30;
const mib = 2 ** 20;

function judgeDisk(disks: readonly DiskSeen[]): Finding {
  const id = 'machine.disk';
  if (disks.length === 0) return skipped(id, 'no disk says how much room is left');
  const text = ({ path, freeBytes }: DiskSeen) =>
    `${path}: ${freeBytes >= gib ? `${Math.floor(freeBytes / gib)} GB` : `${Math.floor(freeBytes / mib)} MB`} free`;
  const full = disks.filter(({ freeBytes }) => freeBytes < 100 * mib);
  const cure = 'Make room: without it calls are kept in memory only, and recordings end short.';
  if (full.length > 0) return fault(id, full.map(text).join('; '), cure);
  const low = disks.filter(({ freeBytes, allBytes }) => freeBytes < gib || freeBytes < allBytes / 50);
  return low.length > 0 ? warning(id, low.map(text).join('; '), cure) : ok(id, disks.map(text).join('; '));
}

function judgeSecrets(files: readonly FileSeen[]): Finding {
  const id = 'machine.rights';
  if (files.length === 0) return skipped(id, 'the settings come from the environment');
  const open = files.filter(({ isOpenToAll }) => isOpenToAll).map(({ path }) => path);
  if (open.length === 0)
    return ok(id, `${some(files.map(({ path }) => path))} can be read by its owner and group alone`);
  return warning(
    id,
    `anybody on this machine can read ${some(open)}, with secrets or calls in it`,
    `\`chmod o= ${open[0]}\`, and give it to the user that the connector runs as.`,
  );
}

function judgeUser({ owner, user }: MachineSeen): Finding {
  const id = 'machine.user';
  if (owner === null) return ok(id, 'there is no database yet that would belong to the connector’s user');
  if (owner === user) return ok(id, 'looked at as the user that the database belongs to');
  return skipped(
    id,
    user === 0
      ? 'looked at as root: whether the connector’s user may read recordings and write its database was not seen'
      : 'looked at as another user than the connector’s: what is said of rights holds for this one',
    `Run it as the connector’s user: sudo -u '#${owner}' ...`,
  );
}

/** Both the CRM and Asterisk as far from us, so that it is our clock that is wrong. */
export function judgeOwnClock(asteriskMs: number | null, crmMs: number | null, isAsteriskLocal: boolean): Finding {
  const id = 'machine.clock';
  if (crmMs === null && asteriskMs === null) return skipped(id, 'neither Asterisk nor the CRM told its time');
  if (asteriskMs === null || crmMs === null || isAsteriskLocal || Math.abs(asteriskMs) <= 10_000)
    return ok(id, 'see ami.clock and crm.clock');
  if (Math.abs(asteriskMs - crmMs) > 5_000) return ok(id, 'see ami.clock and crm.clock: they differ from each other');
  return fault(
    id,
    `Asterisk’s clock and the CRM’s agree, and ours is ${span(crmMs)} ${crmMs > 0 ? 'behind' : 'ahead of'} both`,
    'Have this machine take its time from a server (chrony, systemd-timesyncd).',
  );
}
