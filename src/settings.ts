import type { LinkSettings } from './ami/link.ts';
import { linkDefaults } from './ami/link.ts';
import type { Rules } from './call/classify.ts';
import type { Extension } from './call/ids.ts';
import type { Config } from './config/schema.ts';
import { wholePattern } from './config/whole-pattern.ts';
import type { Dialect, DialectSettings } from './crm/dialect.ts';
import { shieldNumber } from './crm/shield.ts';
import { type HttpSettings, liveLimits } from './http/ports.ts';
import type { ListeningParts } from './listening.ts';
import { createNumbers, type NumberSettings } from './numbers/numbers.ts';
import type { WatchSettings } from './recordings/judge.ts';
import type { RecordingPlaces } from './recordings/locate.ts';

/** What each part is told of the configuration, in the part's own words and in milliseconds. */

export function callRules(config: Config): Rules {
  return {
    extensionPattern: wholePattern(config.extensions.pattern),
    trunks: new Set(config.trunks),
    lateEventMs: config.calls.late_event_seconds * 1000,
    idleMs: 60_000,
    missedExtension: missedExtension(config),
    hangupGraceMs: config.calls.hangup_grace_seconds * 1000,
    // An Originate ends by its own time limit; well after it, Asterisk has forgotten the click.
    clickLimitMs: (config.click_to_call.ring_seconds + 30) * 1000,
  };
}

/** Providers write the number called with a plus or without, and not always alike. */
function missedExtension({ calls }: Config): Rules['missedExtension'] {
  const bare = (line: string) => line.replace(/^\+/, '');
  const byLine = new Map(Object.entries(calls.missed_extensions).map(([line, name]) => [bare(line), name]));
  return (line) => (byLine.get(bare(line)) ?? (calls.missed_extension || null)) as Extension | null;
}

export function linkSettings({ ami, calls }: Config): LinkSettings {
  return {
    ...linkDefaults,
    host: ami.host,
    port: ami.port,
    username: ami.username,
    secret: ami.secret,
    pingIntervalMs: ami.ping_interval_seconds * 1000,
    pingTimeoutMs: ami.ping_timeout_seconds * 1000,
    actionTimeoutMs: ami.action_timeout_seconds * 1000,
    variables: calls.lookup_variables,
  };
}

export function listeningSettings({ ami }: Config): Pick<ListeningParts, 'presumeDeadMs' | 'compareMs'> {
  return { presumeDeadMs: ami.presume_dead_seconds * 1000, compareMs: ami.compare_seconds * 1000 };
}

export function dialectSettings(config: Config, dialect: Dialect['name'] = 'salesplatform'): DialectSettings {
  const pattern = wholePattern(config.extensions.pattern);
  const numbers = createNumbers(numberSettings(config, dialect));
  return {
    timeZone: config.crm.time_zone,
    callIdPrefix: config.crm.call_id_prefix,
    isExtension: (text) => pattern.test(text),
    number: (raw) => numbers.disguised(shieldNumber(numbers.toCrm(raw))),
  };
}

/** A vanilla vTiger looks for the number among the beginnings and ends of its customers': +7... would not find 8.... */
export function numberSettings(config: Config, dialect: Dialect['name'] = 'salesplatform'): NumberSettings {
  const { country, area_code, to_crm, to_dialplan, of_users } = config.numbers;
  const usual = dialect === 'vanilla' ? 'national' : 'as-is';
  const pattern = wholePattern(config.extensions.pattern);
  return {
    country,
    areaCode: area_code,
    toCrm: to_crm === 'auto' ? usual : to_crm,
    toDialplan: to_dialplan,
    dialPrefix: config.click_to_call.dial_prefix,
    ofUsers: of_users,
    isExtension: (text) => pattern.test(text) && !config.trunks.includes(text),
  };
}

export function httpSettings(config: Config): HttpSettings {
  const click = config.click_to_call;
  return {
    address: config.http.bind,
    port: config.http.port,
    secret: config.crm.token,
    call: {
      extension: wholePattern(config.extensions.pattern),
      contexts: [click.context, ...click.allowed_contexts],
      plainVariables: click.plain_variables,
      variablePrefix: click.variable_prefix,
    },
    tls: tlsFiles(config),
    trustedProxies: config.http.trusted_proxies,
    players: config.recordings.players,
    doubleClickMs: click.double_click_seconds * 1000,
    clicksPerSecond: click.clicks_per_second,
    closeGraceMs: config.http.close_grace_seconds * 1000,
    live: { ...liveLimits, streams: config.http.live_streams },
    monitors: { addresses: config.http.monitors, token: config.http.monitor_token },
  };
}

function tlsFiles({ http }: Config): HttpSettings['tls'] {
  const { tls_certificate_file: certificateFile, tls_key_file: keyFile } = http;
  return certificateFile === null || keyFile === null ? null : { certificateFile, keyFile };
}

export function recordingPlaces({ recordings }: Config): RecordingPlaces {
  return { roots: recordings.roots, pathMap: recordings.path_map };
}

export function watchSettings({ recordings }: Config): WatchSettings {
  return { settleMs: recordings.settle_seconds * 1000, giveUpMs: recordings.give_up_minutes * 60_000 };
}
