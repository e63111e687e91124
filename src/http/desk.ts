import { timingSafeEqual } from 'node:crypto';
import { ClickRate } from './click-rate.ts';
import { DoubleClick } from './double-click.ts';
import { LiveStreams } from './live-streams.ts';
import { createTokenCheck, type TokenCheck } from './live-token.ts';
import type { HttpLog, HttpPorts, HttpSettings } from './ports.ts';
import { recordingKeys } from './recording-key.ts';
import { digest, type SecretCheck, type SecretVerdict } from './secret.ts';

/** One connection of a PBX with a CRM, as the HTTP side has it. */
export interface HttpSite {
  readonly ports: HttpPorts;
  readonly settings: HttpSettings;
  readonly log: HttpLog;
}

/** One of several, served below `/name` besides. */
export interface NamedSite extends HttpSite {
  readonly name: string;
}

/** A site with what the HTTP side remembers for it, whichever of its paths is asked for. */
export interface Desk extends HttpSite {
  readonly doubleClick: DoubleClick;
  readonly clickRate: ClickRate;
  readonly streams: LiveStreams;
  readonly tokens: TokenCheck;
  /** Of the secret. */
  readonly digest: Buffer;
  /** The key that opens one recording without the secret. */
  readonly keyOf: (id: string) => string;
}

export function createDesk({ ports, settings, log }: HttpSite): Desk {
  return {
    ports,
    settings,
    log,
    doubleClick: new DoubleClick(settings.doubleClickMs, ports.now),
    clickRate: new ClickRate(settings.clicksPerSecond, ports.now),
    streams: new LiveStreams(settings.live, ports.now),
    tokens: createTokenCheck(settings.secret, ports.now),
    digest: digest(settings.secret),
    keyOf: recordingKeys(settings.secret),
  };
}

export type Desks = readonly [Desk, ...Desk[]];

/**
 * Those whose secret it is: several, where PBXs share a CRM; or why nobody is asked.
 *
 * @param secretCheck of the secrets of these desks and of no others
 */
export function admit(
  secret: string | null,
  address: string,
  { desks, secretCheck }: { readonly desks: readonly Desk[]; readonly secretCheck: SecretCheck },
): { readonly desks: Desks } | { readonly verdict: Exclude<SecretVerdict, 'right'> } {
  const verdict = secretCheck.judge(address, secret);
  if (verdict !== 'right') return { verdict };
  // The right secret of one is his.
  const [first, ...more] = desks.length === 1 ? desks : desksWith(secret, desks);
  return first === undefined ? { verdict: 'wrong' } : { desks: [first, ...more] };
}

/** Expects that the secret was found to be somebody's. */
export function desksWith(secret: string | null, desks: readonly Desk[]): readonly Desk[] {
  const given = digest(secret ?? '');
  return desks.filter((desk) => timingSafeEqual(given, desk.digest));
}

/** The one whose phone an extension is; where it fits several or none, the first. */
export function deskOfExtension(extension: string, desks: Desks): Desk {
  return desks.find(({ settings }) => settings.call.extension.test(extension)) ?? desks[0];
}
