import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import knex from 'knex';
import { ConnectorProcess } from '../test/faults/connector-process.ts';
import { copyProgram } from '../test/faults/program.ts';
import { Branch } from './several-branch.ts';

/**
 * Two PBXs with two CRMs in one process, of which one after the other fails on one side: what the other one's callbacks and
 * records are meanwhile. `npm run build && npm run bench:several -- --seconds 60 --rate 10` (calls a second on each side).
 */
const { values } = parseArgs({ options: { seconds: { type: 'string' }, rate: { type: 'string' } } });
const seconds = Number(values.seconds ?? 60);
const rate = Number(values.rate ?? 10);

const folder = await mkdtemp(join(tmpdir(), 'several-load-'));
const [north, south] = [await Branch.start('north', folder), await Branch.start('south', folder)];
const file = join(folder, 'connector.yaml');
await writeFile(
  file,
  `
ami: { host: 127.0.0.1 }
crm: { time_zone: Europe/Moscow, dialect: salesplatform }
http: { port: 0 }
cdr: { source: none }
log: { level: error }
connections:
${north.yaml}${south.yaml}`,
);
const connector = new ConnectorProcess(await copyProgram('several'), file);
connector.start();
while (!north.isHeard || !south.isHeard) await pause(20);

/** Lets both have calls for a while, and tells what became of them. */
async function phase(name: string): Promise<void> {
  south.forget();
  await Promise.all([north.callFor(seconds, rate), south.callFor(seconds, rate)]);
  await pause(8_000);
  console.log(`${name.padEnd(34)} ${south.report()}`);
}

await phase('warming up');
await phase('both well');
await north.asterisk.refuse();
await phase("north's Asterisk is gone");
await north.asterisk.listen();
while (!north.isHeard) await pause(20);
north.crm.isHanging = true;
await phase("north's CRM hangs");
north.crm.isHanging = false;
const locking = knex({ client: 'sqlite3', connection: { filename: north.database }, useNullAsDefault: true });
await locking.raw('BEGIN EXCLUSIVE');
await phase("north's database is locked");
await locking.raw('COMMIT');
await locking.destroy();
await phase('both well again');
console.log(connector.log.slice(-10).join('\n'));
await connector.stop();
await Promise.all([north.stop(), south.stop()]);
await rm(folder, { recursive: true, force: true });
process.exit();
