import { localTimeIn } from '../crm/local-time.ts';
import { type Finding, fault, ok, warning } from './finding.ts';

/** What the connector shows to those who come to its port over TLS. */
export interface OwnCertificate {
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly validTo: number;
}

export interface DoorSeen {
  /** null: it is spoken to without TLS. */
  readonly certificate: OwnCertificate | null;
  readonly tokenLength: number;
}

export interface DoorTerms {
  readonly isBindLocal: boolean;
  readonly isCrmLocal: boolean;
}

/** What stands between a stranger and the connector's port. */
export function judgeDoor(seen: DoorSeen, terms: DoorTerms, now: number): Finding[] {
  return [judgeOwnCertificate(seen, terms, now), judgeToken(seen, terms)];
}

const soonMs = 21 * 86_400_000;
const renewed =
  'Renew it and reload the connector (SIGHUP) or restart it: afterwards a CRM that looks at certificates places no call and plays no recording.';

function judgeOwnCertificate({ certificate }: DoorSeen, terms: DoorTerms, now: number): Finding {
  const id = 'machine.tls';
  if (certificate === null) {
    if (terms.isBindLocal || terms.isCrmLocal) return ok(id, 'the CRM comes without TLS, on this machine');
    return warning(
      id,
      'the secret, clicks and recordings come and go unencrypted between the CRM’s machine and this one',
      'Set http.tls_certificate_file and http.tls_key_file, and have “Vtiger PBX App URL” begin with https://; or have a VPN between the two (docs/security.md).',
    );
  }
  const { subject, validTo } = certificate;
  const name = `our certificate (http.tls_certificate_file), of ${subject.replaceAll('\n', ', ') || 'no name'},`;
  const until = localTimeIn('UTC')(validTo).slice(0, 10);
  if (validTo <= now) return fault(id, `${name} expired on ${until}`, renewed);
  return validTo - now < soonMs
    ? warning(id, `${name} expires on ${until}`, renewed)
    : ok(id, `${name} is good until ${until}`);
}

/** Ten tries a minute for each address: a word of a dictionary is found in weeks, sixteen letters by chance never. */
const shortest = 16;

function judgeToken({ tokenLength }: DoorSeen, { isBindLocal }: DoorTerms): Finding {
  const id = 'machine.token';
  if (tokenLength >= shortest) return ok(id, 'the secret is long enough not to be guessed, if chance has made it');
  if (isBindLocal) return ok(id, 'the secret is short, but only this machine can try it');
  return warning(
    id,
    `the secret (crm.token) has only ${tokenLength} characters, and more than this machine can try it`,
    'Make a new one (`openssl rand -hex 24`), and set it here and as “Vtiger Secret Key” in the CRM. Links to recordings that a vTiger has stored end with the old one (not SalesPlatform’s).',
  );
}
