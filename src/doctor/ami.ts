import type { AmiSeen, AsteriskSeen, Greeting, Login } from './asterisk-seen.ts';
import { type Finding, fault, ok, skipped, span, warning } from './finding.ts';

export interface AmiTerms {
  /** `host:port` and the account's name, as the settings have them. */
  readonly address: string;
  readonly user: string;
  /** Whether that is this machine; null: its name is not found. */
  readonly isLocal: boolean | null;
}

/** Whether Asterisk is there and lets us in, and what it is. */
export function judgeAmi({ greeting, login, asterisk }: AmiSeen, terms: AmiTerms): Finding[] {
  return [
    judgeReach(greeting, terms),
    judgeBanner(greeting, terms),
    judgeLogin(login, terms),
    judgeWay(terms),
    judgeVersion(asterisk),
    judgeClock(asterisk),
  ];
}

const unreached = 'Asterisk could not be asked: see ami.reach and ami.login';

function judgeReach(greeting: Greeting, { address }: AmiTerms): Finding {
  const id = 'ami.reach';
  if (greeting.kind !== 'unreached') return ok(id, `a connection to ${address} is taken`);
  if (greeting.isAbsent)
    return fault(
      id,
      `nobody listens at ${address}`,
      'Start Asterisk. In manager.conf, [general], have `enabled = yes`, and port and bindaddr so that the connector’s machine reaches them; then `manager reload`. ami.host and ami.port of the connector’s settings must say the same.',
    );
  return fault(
    id,
    `${address} is not reached: ${greeting.why}`,
    'See ami.host: a slip in the name, a firewall between the two machines, or a bindaddr in manager.conf that only Asterisk’s own machine reaches.',
  );
}

function judgeBanner(greeting: Greeting, { address }: AmiTerms): Finding {
  const id = 'ami.banner';
  if (greeting.kind === 'unreached') return skipped(id, unreached);
  if (greeting.kind === 'silent')
    return fault(
      id,
      `whoever listens at ${address} says nothing`,
      'It is no AMI, one that only speaks TLS (tlsbindaddr), or an Asterisk that hangs: see ami.port, and `asterisk -rx "core show uptime"`.',
    );
  if (greeting.line.startsWith('Asterisk Call Manager/')) return ok(id, greeting.line);
  return fault(
    id,
    `at ${address} is no AMI; it says "${greeting.line.slice(0, 60)}"`,
    'See ami.port: AMI’s is `port` in [general] of manager.conf, 5038 as a rule.',
  );
}

function judgeLogin(login: Login | null, { user }: AmiTerms): Finding {
  const id = 'ami.login';
  if (login === null) return skipped(id, unreached);
  if (login.kind === 'in') return ok(id, `as ${user}`);
  if (login.kind === 'refused')
    return fault(
      id,
      `the login of ${user} is refused: ${login.message}`,
      `ami.username must be a section of manager.conf, [${user}], and ami.secret its \`secret\`; its permit and deny must let this machine in. Then \`manager reload\`. Asterisk’s log names the reason.`,
    );
  return fault(
    id,
    `the login of ${user} was not answered: ${login.reason}`,
    'Asterisk takes connections but does not serve them: look whether it hangs (`asterisk -rx "core show channels"`), and at authlimit in manager.conf.',
  );
}

function judgeWay({ address, isLocal }: AmiTerms): Finding {
  const id = 'ami.way';
  if (isLocal === null) return skipped(id, unreached);
  if (isLocal) return ok(id, `${address} is this machine`);
  return warning(
    id,
    `AMI at ${address} is another machine, and AMI is not encrypted`,
    'Put a tunnel between the two (WireGuard, `ssh -L`, stunnel), or be sure of the network: whoever reads along can place calls. The account’s `permit` should let this machine in alone.',
  );
}

function judgeVersion(asterisk: AsteriskSeen | null): Finding {
  const id = 'ami.version';
  if (asterisk === null) return skipped(id, unreached);
  const version = asterisk.core?.get('asteriskversion') ?? '';
  // FreePBX, and builds from git, put words before it.
  const major = Number(/(\d+)\.\d+/.exec(version)?.[1] ?? Number.NaN);
  if (version === '' || Number.isNaN(major))
    return skipped(id, 'Asterisk does not say its version', 'The account lacks write class `reporting`.');
  if (major >= 13) return ok(id, `Asterisk ${version}`);
  return fault(id, `Asterisk ${version}`, 'Its events lack what calls are told by: upgrade to 13 or newer.');
}

const tolerableMs = 2_000;
const grossMs = 60_000;

function judgeClock(asterisk: AsteriskSeen | null): Finding {
  const id = 'ami.clock';
  if (asterisk === null) return skipped(id, unreached);
  const { aheadMs } = asterisk;
  if (aheadMs === null)
    return skipped(id, 'Asterisk does not tell its time', 'The account lacks write class `reporting`.');
  if (Math.abs(aheadMs) <= tolerableMs) return ok(id, 'Asterisk’s clock is as ours');
  const seen = `Asterisk’s clock is ${span(aheadMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`;
  const cure = 'Have both machines take their time from the same servers (chrony, systemd-timesyncd).';
  return Math.abs(aheadMs) > grossMs ? fault(id, seen, cure) : warning(id, seen, cure);
}
