import { stringify } from 'yaml';
import { exitCodes } from '../cli/exit-codes.ts';
import type { ReplayCommand } from '../cli/replay.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Dialect } from '../crm/dialect.ts';
import { salesPlatform } from '../crm/salesplatform.ts';
import { vanilla } from '../crm/vanilla.ts';
import { callRules, dialectSettings, linkSettings } from '../settings.ts';
import { Unreadable } from './replay/read-stream.ts';
import { replayFile } from './replay/replay.ts';

/** As shipped: what a replay has no use for is made up. */
export function shippedConfig(): Config {
  const made = { ami: { username: 'replay', secret: 'replay' }, crm: { url: 'http://crm', token: 'replay' } };
  const loaded = loadConfig({ file: 'replay.yaml', env: {}, read: () => stringify(made) });
  if (!loaded.ok) throw new Error(`the settings as shipped are at fault: ${JSON.stringify(loaded.problems)}`);
  return loaded.config;
}

export interface Output {
  out(text: string): void;
  complain(text: string): void;
}

/** Tells each file, whatever becomes of the others. @returns the exit code: that of the first file that could not be told */
export async function runReplay(command: ReplayCommand, config: Config, { out, complain }: Output): Promise<number> {
  // Which CRM `auto` would find only the CRM can say.
  const name = command.dialect ?? (config.crm.dialect === 'vanilla' ? 'vanilla' : 'salesplatform');
  const settings = {
    rules: callRules(config),
    dialect: dialects[name](dialectSettings(config, name)),
    timeZone: config.crm.time_zone,
    variables: linkSettings(config).variables,
    call: command.call,
    allEvents: command.events,
    mask: command.mask,
  };
  out(`${settingsLine(command, config, name)}\n`);
  let code = 0;
  let isTold = false;
  for (const file of command.files) {
    try {
      const replayed = await replayFile(file, settings);
      out(`\n${replayed.text}`);
      isTold ||= replayed.isTold;
      // A call that is asked for is in one of the files.
      if (!replayed.isTold && command.call === null) code ||= exitCodes.content;
    } catch (fault) {
      if (!(fault instanceof Unreadable)) throw fault;
      complain(`${fault.message}\n`);
      code ||= exitCodes.unreadable;
    }
  }
  return code || (isTold || command.call === null ? 0 : exitCodes.content);
}

const dialects: Readonly<Record<Dialect['name'], typeof salesPlatform>> = { salesplatform: salesPlatform, vanilla };

function settingsLine(
  { config: file, dialect: asked }: ReplayCommand,
  config: Config,
  dialect: Dialect['name'],
): string {
  const { extensions, trunks, crm } = config;
  const whose = file === null ? 'the settings as shipped (--config names yours)' : file;
  const own = trunks.length === 0 ? '' : `, trunks ${trunks.join(' ')}`;
  const guess = asked === null && crm.dialect === 'auto' ? ' (--dialect vanilla: as vTiger’s own)' : '';
  return `Told as a ${dialect} CRM hears it${guess}, by ${whose}: extensions ${extensions.pattern}${own}, times of ${crm.time_zone}`;
}
