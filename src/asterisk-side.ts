import { type AmiLink, createAmiLink } from './ami/link.ts';
import { createTechnologyFinder, type TechnologyFinder } from './ami/technology.ts';
import type { Input } from './call/ami-event.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { createListening, type Listening, type ListeningParts } from './listening.ts';
import type { LiveSide } from './live-side.ts';
import type { Log } from './log.ts';
import type { Meters } from './metrics/meters.ts';
import { linkSettings, listeningSettings } from './settings.ts';

export interface AsteriskSideParts
  extends Pick<ListeningParts, 'hasOpenCalls' | 'heardBefore' | 'saveHeard' | 'onHeardAgain'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly take: (input: Input, at: number) => void;
  readonly meters: Pick<Meters, 'amiEvent' | 'linkUp' | 'linkLost' | 'pinged'>;
  readonly live: Pick<LiveSide, 'linkIs'>;
}

export interface AsteriskSide {
  readonly link: AmiLink;
  readonly technology: TechnologyFinder;
  readonly listening: Listening;
}

/** The link to Asterisk, joined with what learns from it: the call core, and who knows each phone's technology. */
export function createAsteriskSide(config: Config, parts: AsteriskSideParts): AsteriskSide {
  const { clock, log, take, meters, live } = parts;
  const link: AmiLink = createAmiLink(linkSettings(config), {
    clock,
    log,
    onInput: (event, at) => {
      if (event.kind === 'newChannel') technology.saw(event.channel.name);
      if (event.kind === 'hangup') listening.onHangup(event.channel.uniqueid);
      take(event, at);
    },
    onPacket: () => meters.amiEvent(),
    onPong: (ms) => meters.pinged(ms),
    onUp: () => {
      meters.linkUp();
      live.linkIs(true);
      technology.forget();
      listening.onUp();
    },
    onDown: () => {
      meters.linkLost();
      live.linkIs(false);
      listening.onDown();
    },
    onAbsent: () => listening.onAbsent(),
  });
  const technology = createTechnologyFinder(link, config.extensions.technology);
  const listening = createListening({ ...parts, ...listeningSettings(config), link });
  return { link, technology, listening };
}
