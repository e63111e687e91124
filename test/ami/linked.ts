import { type AmiLink, createAmiLink, type LinkParts, type LinkSettings, linkDefaults } from '../../src/ami/link.ts';
import type { AmiEvent } from '../../src/call/ami-event.ts';
import { systemClock } from '../../src/clock.ts';
import { account } from '../doubles/fake-asterisk.ts';
import { type LogLine, rememberingLog } from '../doubles/silent-log.ts';
import { eventually } from './eventually.ts';

export interface Linked {
  readonly link: AmiLink;
  readonly inputs: AmiEvent[];
  readonly downs: string[];
  readonly lines: LogLine[];
  ups(): number;
  said(level: LogLine['level']): string[];
  up(): Promise<void>;
}

/** A link to a fake Asterisk, with the short times that tests want. */
export function linkTo(port: number, settings: Partial<LinkSettings> = {}, parts: Partial<LinkParts> = {}): Linked {
  const inputs: AmiEvent[] = [];
  const downs: string[] = [];
  const log = rememberingLog();
  let ups = 0;
  const link = createAmiLink(
    {
      ...linkDefaults,
      host: '127.0.0.1',
      port,
      username: account.name,
      secret: account.secret,
      probeRights: false,
      reconnect: { firstMs: 20, mostMs: 50 },
      ...settings,
    },
    {
      clock: systemClock,
      log,
      onInput: (event) => void inputs.push(event),
      onUp: () => {
        ups += 1;
      },
      onDown: (reason) => void downs.push(reason),
      ...parts,
    },
  );
  return {
    link,
    inputs,
    downs,
    lines: log.lines,
    ups: () => ups,
    said: (level) => log.lines.filter((line) => line.level === level).map((line) => line.text),
    async up() {
      link.start();
      await eventually('the link is up', () => link.state === 'up');
    },
  };
}
