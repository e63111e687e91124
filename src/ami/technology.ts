import type { AmiLink } from './link.ts';

/** In the order in which they are asked for: an extension may be left over in the older driver's configuration. */
const technologies = ['PJSIP', 'SIP'] as const;

export interface TechnologyFinder {
  /** Learns from a channel's name, `PJSIP/101-0000001f`: what lives is right. */
  saw(channelName: string): void;
  /** The technology of a phone, `PJSIP` or `SIP`. Asks Asterisk when no channel of the phone was seen yet. */
  find(extension: string): Promise<string>;
  /** After a Reload or a restart phones may have moved. */
  forget(): void;
}

/** More extensions than any PBX has; trunks are learnt along with them. */
const mostLearnt = 10_000;

/** @param configured a technology that all phones have, or 'auto' */
export function createTechnologyFinder(
  link: Pick<AmiLink, 'send' | 'allowedActions'>,
  configured: string,
): TechnologyFinder {
  const learnt = new Map<string, string>();
  return {
    saw(channelName) {
      const [, technology, endpoint] = /^(PJSIP|SIP)\/(.+)-[0-9a-f]{8}$/.exec(channelName) ?? [];
      if (technology === undefined || endpoint === undefined) return;
      if (learnt.size >= mostLearnt) learnt.clear();
      learnt.set(endpoint, technology);
    },
    async find(extension) {
      if (configured !== 'auto') return configured;
      return learnt.get(extension) ?? (await asked(link, extension, learnt)) ?? loadedDriver(link.allowedActions);
    },
    forget: () => learnt.clear(),
  };
}

/**
 * Getvar of DEVICE_STATE needs write class `call` or `reporting` only, and both drivers (16.28, 22.10) say INVALID of a
 * phone that is not theirs, as Asterisk does of a driver that is not loaded. PJSIPShowEndpoint would need `system`.
 */
async function asked(
  link: Pick<AmiLink, 'send'>,
  extension: string,
  learnt: Map<string, string>,
): Promise<string | null> {
  if (!/^[A-Za-z0-9_.+-]{1,64}$/.test(extension)) return null;
  for (const technology of technologies) {
    const result = await link.send({ Action: 'Getvar', Variable: `DEVICE_STATE(${technology}/${extension})` });
    if (result.kind !== 'answered') return null;
    const state = result.response.get('value') ?? '';
    if (state === '' || state === 'INVALID') continue;
    learnt.set(extension, technology);
    return technology;
  }
  return null;
}

/** Each driver brings actions of its own, of class `reporting`, which ListCommands then shows. */
function loadedDriver(allowed: ReadonlySet<string>): string {
  const has = (prefix: string) => [...allowed].some((action) => action.startsWith(prefix));
  return !has('pjsip') && has('sip') ? 'SIP' : 'PJSIP';
}
