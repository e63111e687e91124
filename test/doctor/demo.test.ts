import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Config } from '../../src/config/schema.ts';
import { examine } from '../../src/doctor/doctor.ts';
import { startService } from '../../src/service.ts';
import { startDemo } from '../../src/tools/demo/demo.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { configOf } from '../service/office.ts';

test('the demo is well, as its connector’s settings have it', async () => {
  const log = rememberingLog();
  let config: Config | null = null;
  const demo = await startDemo({
    port: 0,
    log,
    async startConnector(settings) {
      const own = configOf(JSON.stringify(settings));
      const service = await startService(own, { log, version: '0.0.0', onFatal: () => {} });
      config = { ...own, http: { ...own.http, port: service.httpPort } };
      return service;
    },
  });
  try {
    if (config === null) throw new Error('the demo has started no connector');
    const parts = { clock: systemClock, version: '0.0.0', node: process.version, file: null, notes: [] };
    const findings = await examine(config, parts);
    expect(findings.filter(({ verdict }) => verdict === 'fault' || verdict === 'warning')).toEqual([]);
    expect(findings.filter(({ verdict }) => verdict === 'ok').length).toBeGreaterThan(25);
  } finally {
    await demo.stop();
  }
});
