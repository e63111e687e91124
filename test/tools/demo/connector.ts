import { loadConfig } from '../../../src/config/load.ts';
import { startService } from '../../../src/service.ts';
import { type Demo, startDemo } from '../../../src/tools/demo/demo.ts';
import { rememberingLog } from '../../doubles/silent-log.ts';

/** The demo around the real connector, in this process. */
export async function startWholeDemo({
  speed = 1,
  port = 0,
} = {}): Promise<Demo & { log: ReturnType<typeof rememberingLog> }> {
  const log = rememberingLog();
  const demo = await startDemo({
    port,
    speed,
    log,
    startConnector(settings) {
      // JSON is YAML.
      const loaded = loadConfig({ file: '/tmp/connector.yaml', env: {}, read: () => JSON.stringify(settings) });
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
      const onFatal = (fault: unknown) => {
        throw fault;
      };
      return startService(loaded.config, { log, version: '0.0.0', onFatal });
    },
  });
  return { ...demo, log };
}
