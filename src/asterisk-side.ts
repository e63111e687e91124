import { type AmiLink, createAmiLink } from './ami/link.ts';
import { listChannels } from './ami/resync.ts';
import { createTechnologyFinder, type TechnologyFinder } from './ami/technology.ts';
import type { Input } from './call/ami-event.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { Log } from './log.ts';
import { linkSettings } from './settings.ts';

export interface AsteriskSideParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly take: (input: Input, at: number) => void;
}

/** The link to Asterisk, joined with what learns from it: the call core, and who knows each phone's technology. */
export function createAsteriskSide(
  config: Config,
  parts: AsteriskSideParts,
): { link: AmiLink; technology: TechnologyFinder } {
  const { clock, log, take } = parts;
  const link: AmiLink = createAmiLink(linkSettings(config), {
    clock,
    log,
    onInput: (event, at) => {
      if (event.kind === 'newChannel') technology.saw(event.channel.name);
      take(event, at);
    },
    onUp: () => {
      technology.forget();
      resync(parts, link).catch((fault) => log.error('the resync after a connect failed', { fault: String(fault) }));
    },
    onDown: () => {},
  });
  const technology = createTechnologyFinder(link, config.extensions.technology);
  return { link, technology };
}

/** What happened while we were not listening: calls that Asterisk no longer has are ended, those it has are known. */
async function resync({ clock, log, take }: AsteriskSideParts, link: AmiLink): Promise<void> {
  const list = await listChannels(link, clock);
  if (list.kind === 'listed') take({ kind: 'snapshot', channels: list.channels, since: list.since }, clock.now());
  else
    log.warn(`the list of Asterisk's channels could not be had: ${list.reason}; calls that ended meanwhile stay open`);
}
