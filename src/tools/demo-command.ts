import { stringify } from 'yaml';
import { loadConfig } from '../config/load.ts';
import type { Log } from '../log.ts';
import { startService } from '../service.ts';
import { startDemo } from './demo/demo.ts';

/** Where the demo's page is unless another port is asked for. */
const usualPort = 8080;

export interface DemoCommand {
  readonly port: number | null;
  readonly log: Log;
  readonly version: string;
  readonly onFatal: (fault: unknown) => void;
}

/** The demo as a command: the real connector, started with the settings that the demo's PBX and CRM call for. */
export async function runDemo({ port, log, version, onFatal }: DemoCommand): Promise<{ stop(): Promise<void> }> {
  const startConnector = (settings: object) => {
    const loaded = loadConfig({ file: 'demo.yaml', env: {}, read: () => stringify(settings) });
    if (!loaded.ok) throw new Error(`the demo's settings are at fault: ${JSON.stringify(loaded.problems)}`);
    return startService(loaded.config, { log, version, onFatal });
  };
  const demo = await startDemo({ port: port ?? usualPort, log, startConnector });
  console.log(`\n  The demo is ready: open ${demo.url} in a browser. Ctrl+C ends it.\n`);
  return demo;
}
