import type { Answer } from '../crm/answer.ts';
import type { Dialect } from '../crm/dialect.ts';
import { localTimeIn } from '../crm/local-time.ts';
import { whyAway } from '../crm/which.ts';
import type { CrmSeen } from './crm-seen.ts';
import { type Finding, fault, ok, skipped, span, warning } from './finding.ts';

export interface CrmTerms {
  readonly url: string;
  readonly isLocal: boolean | null;
  readonly dialect: Dialect['name'] | 'auto';
  readonly timeZone: string;
  /** Whether crm.time_zone stands in the settings, and is not this machine's for want of one. */
  readonly isZoneSet: boolean;
  readonly timeoutMs: number;
}

/** Whether the CRM is there, is one, takes our token, and has the same time. */
export function judgeCrm(seen: CrmSeen, terms: CrmTerms): Finding[] {
  return [
    judgeReach(seen, terms),
    judgeAddress(seen, terms),
    judgeSecret(seen),
    judgeDialect(seen, terms),
    judgeClock(seen),
    judgeZone(seen, terms),
    judgeModule(seen),
    skipped(
      'crm.users',
      'the CRM does not say which extensions its users have',
      'Compare the phones at dialplan.extensions with the users’ “CRM Phone Extension”: each must be one user’s, written alike, without blanks. The settings page of the connector’s module names users without one, and those that share one.',
    ),
  ];
}

const away = 'the CRM could not be asked: see crm.reach and crm.address';

const slowMs = 2_000;

function judgeReach({ answer, tookMs }: CrmSeen, { url, timeoutMs }: CrmTerms): Finding {
  const id = 'crm.reach';
  if (answer.kind === 'emptyServerError')
    return fault(
      id,
      `${url} answers HTTP 500 without a word even to what changes nothing`,
      'If that is the address of its PBXManager.php, PHP fails in the CRM (its database, its memory, a file with a mistake): see PHP’s error log there.',
    );
  if (answer.kind === 'unavailable')
    return fault(
      id,
      answer.why,
      'See crm.url, whether the CRM’s web server and its database run, and whether a firewall is between.',
    );
  if (tookMs > slowMs)
    return warning(
      id,
      `the CRM took ${span(tookMs)} to answer a callback that does nothing`,
      `Popups come late by as much, and after ${span(timeoutMs)} a callback is sent again: look after the CRM’s database and PHP workers.`,
    );
  return ok(id, `${url} answers in ${tookMs} ms`);
}

function judgeAddress({ answer, answerToWrongToken: wrong }: CrmSeen, { url }: CrmTerms): Finding {
  const id = 'crm.address';
  const cure = 'crm.url must be the CRM’s address, or that of modules/PBXManager/callbacks/PBXManager.php in it.';
  if (answer.kind === 'refused' && answer.reason === 'url') return fault(id, answer.why, cure);
  if (answer.kind === 'notUnderstood') return fault(id, `${url}: ${answer.why}`, cure);
  if (whyAway(answer) !== null) return skipped(id, away);
  if (wrong?.kind === 'accepted' || wrong?.kind === 'notUnderstood')
    return fault(
      id,
      `${url} takes a wrong secret as well as the right one: it is no PBXManager.php, or the CRM has no secret key and anybody can send it calls`,
      `Open PBX Manager’s settings in the CRM, and set and save its Vtiger Secret Key. Besides: ${cure}`,
    );
  return ok(id, `PBXManager answers at ${url}`);
}

function judgeSecret({ answer }: CrmSeen): Finding {
  const id = 'crm.secret';
  if (answer.kind === 'refused' && answer.reason === 'token')
    return fault(
      id,
      'the CRM refuses the secret (its answer is HTTP 200 all the same)',
      'Make crm.token equal to “Vtiger Secret Key” in the CRM’s PBX Manager settings, blanks and capitals included, and restart the connector.',
    );
  return answer.kind === 'accepted' ? ok(id, 'the CRM takes the secret') : skipped(id, away);
}

const titles: Readonly<Record<Dialect['name'], string>> = { salesplatform: 'SalesPlatform', vanilla: 'vTiger' };

function judgeDialect({ which }: CrmSeen, { dialect }: CrmTerms): Finding {
  const id = 'crm.dialect';
  if (which.kind === 'away') return skipped(id, away);
  if (which.kind === 'unclear') {
    if (dialect !== 'auto') return ok(id, `${titles[dialect]}, as crm.dialect says; the CRM does not show it`);
    return warning(
      id,
      `the CRM does not show whether it is SalesPlatform or vTiger: ${which.why}`,
      'Set crm.dialect to salesplatform or vanilla: told in the wrong way, it keeps no record of any call.',
    );
  }
  if (dialect === 'auto' || dialect === which.kind) return ok(id, `${titles[which.kind]}: ${which.why}`);
  return fault(
    id,
    `crm.dialect says ${titles[dialect]}, but the CRM is ${titles[which.kind]}: ${which.why}`,
    `Set crm.dialect to auto or ${which.kind}: told in the wrong way, it keeps no record of any call, and answers as if it did.`,
  );
}

const tolerableMs = 10_000;
/** With a call that began 300 s before its own time PBXManager takes the popup away at the first poll (measured). */
const fatalMs = 240_000;

function judgeClock({ aheadMs }: CrmSeen): Finding {
  const id = 'crm.clock';
  if (aheadMs === null) return skipped(id, 'the CRM’s answers bear no Date, or it could not be asked');
  if (Math.abs(aheadMs) <= tolerableMs) return ok(id, 'the CRM’s clock is as ours');
  const seen = `the CRM’s clock is ${span(aheadMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`;
  const cure = 'Have both machines take their time from the same servers (chrony, systemd-timesyncd).';
  if (Math.abs(aheadMs) < fatalMs) return warning(id, seen, cure);
  return fault(id, `${seen}: from 5 minutes on the CRM’s own popups vanish at once`, cure);
}

function judgeZone({ which }: CrmSeen, { timeZone, isZoneSet }: CrmTerms): Finding {
  const id = 'crm.zone';
  const hint =
    which.kind === 'vanilla'
      ? ' A vTiger 7.5 or 8.0 is installed with UTC whatever its wizard is told.'
      : which.kind === 'salesplatform'
        ? ' A SalesPlatform is installed with Europe/Moscow.'
        : '';
  const cure = `Compare with $default_timezone in the CRM’s config.inc.php: with another one calls are hours off, and the CRM’s own popups vanish.${hint}`;
  if (isZoneSet) return skipped(id, `the CRM does not tell its time zone; crm.time_zone says ${timeZone}`, cure);
  return warning(
    id,
    `crm.time_zone is not set: the CRM is taken to be in this machine’s, ${timeZone}`,
    `Set it. ${cure}`,
  );
}

const withoutModule =
  'Without it popups and players are the CRM’s own: a SalesPlatform 7.2 never asks for popups, a vTiger once per page. See vtiger-module/README.md.';

function judgeModule({ answer, modulePage, arePagesOpen }: CrmSeen): Finding {
  const id = 'crm.module';
  if (whyAway(answer) !== null || modulePage === null) return skipped(id, away);
  if (/"error"/.test(modulePage.body)) return ok(id, 'the connector’s module is installed');
  if (arePagesOpen && modulePage.status === 404)
    return warning(id, 'the connector’s module is not installed in the CRM', withoutModule);
  return skipped(id, 'whether the connector’s module is in the CRM cannot be seen from here', withoutModule);
}

/** What a certificate says of itself. Only asked where crm.url is https. */
export function judgeWay({ certificate, answer }: CrmSeen, { url, isLocal }: CrmTerms, now: number): Finding {
  const id = 'crm.way';
  if (!url.startsWith('https:')) {
    if (isLocal === null) return skipped(id, away);
    if (isLocal) return ok(id, 'http, on this machine');
    return warning(
      id,
      'the secret and all calls go to the CRM’s machine unencrypted (http)',
      'Have the CRM served over https, and crm.url begin with https://.',
    );
  }
  if (certificate === null) return skipped(id, away);
  return judgeCertificate(id, certificate, answer, now);
}

const soonMs = 21 * 86_400_000;

const objections: Readonly<Record<string, readonly [why: string, cure: string]>> = {
  CERT_HAS_EXPIRED: ['it has expired', 'Renew the certificate on the CRM’s web server.'],
  CERT_NOT_YET_VALID: ['it is not valid yet', 'See the clocks of both machines.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'it is for another name',
    'Have crm.url use the name that the certificate is for, or get one for this name.',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'it is of an unknown authority, or the web server does not send the certificates in between',
    'Have the web server send the whole chain (fullchain.pem). If the authority is your own, name its PEM file in crm.ca_file.',
  ],
};

const ownAuthority = [
  'it is of an unknown authority',
  'If the authority is your own, name its PEM file in crm.ca_file.',
] as const;

function judgeCertificate(id: 'crm.way', certificate: Certificate, answer: Answer, now: number): Finding {
  const { subject, issuer, validTo, objection } = certificate;
  const name = `the certificate of ${subject || 'no name'}, by ${issuer || 'nobody'}`;
  if (objection !== null) {
    const [why, cure] = objections[objection] ?? ownAuthority;
    return fault(id, `${name}: ${why} (${objection})`, cure);
  }
  const left = validTo - now;
  const until = localTimeIn('UTC')(validTo).slice(0, 10);
  if (left < soonMs)
    return warning(id, `${name} expires on ${until}`, 'Renew it on the CRM’s web server: afterwards nothing is sent.');
  if (answer.kind === 'unavailable') return ok(id, `${name} is trusted`);
  return ok(id, `${name} is good until ${until}`);
}

type Certificate = NonNullable<CrmSeen['certificate']>;
