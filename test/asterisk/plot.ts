import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { claim } from './claim.ts';
import { command } from './command.ts';
import { officeCache } from './provision.ts';

const lowest = 20;
const highest = 250;

/** The ground of one office: addresses 127.0.number.*, and a system of its own. */
export interface Plot {
  readonly number: number;
  readonly root: string;
  readonly sipPort: number;
  readonly amiPort: number;
  address(last: number): string;
  leave(): Promise<void>;
}

/** Takes free addresses, and a copy of `base` made of hard links (0.2 s): what Asterisk writes, it writes there. */
export async function takePlot(base: string): Promise<Plot> {
  const plots = join(officeCache(), 'offices');
  await mkdir(plots, { recursive: true });
  await clearRuins(plots);
  const number = await claimNumber(plots);
  const root = join(plots, String(number));
  const address = (last: number) => `127.0.${number}.${last}`;
  await removeSystem(root);
  const copied = await command('cp', ['-al', base, root]);
  if (!copied.ok) throw new Error(`cannot copy ${base}: ${copied.output}`);
  return {
    number,
    root,
    address,
    sipPort: await freeUdpPort(address(1), 5060),
    amiPort: await freeTcpPort(address(1), 5038),
    leave: async () => {
      await removeSystem(root);
      await rm(`${root}.lock`, { force: true });
    },
  };
}

async function claimNumber(plots: string): Promise<number> {
  const count = highest - lowest + 1;
  const first = Math.floor(Math.random() * count);
  for (let step = 0; step < count; step += 1) {
    const number = lowest + ((first + step) % count);
    if (await claim(join(plots, `${number}.lock`))) return number;
  }
  throw new Error(`all ${count} office addresses are taken: ${plots}`);
}

/** Offices whose test was killed: their Asterisk may still run. */
async function clearRuins(plots: string): Promise<void> {
  for (const name of await readdir(plots)) {
    if (name.endsWith('.lock')) continue;
    const lock = join(plots, `${name}.lock`);
    if (!(await claim(lock))) continue;
    await removeSystem(join(plots, name));
    await rm(lock, { force: true });
  }
}

async function removeSystem(root: string): Promise<void> {
  // Not var/run: in there that is an absolute link to /run, which from out here is this machine's own.
  const left = Number(await readFile(join(root, 'run/asterisk/asterisk.pid'), 'utf8').catch(() => '0'));
  // Process ids are given anew: only one whose root is this system is its Asterisk.
  const itsRoot = left > 0 ? await readlink(`/proc/${left}/root`).catch(() => '') : '';
  if (itsRoot === root) process.kill(left, 'SIGKILL');
  await rm(root, { recursive: true, force: true });
}

async function freeUdpPort(host: string, wanted: number): Promise<number> {
  const socket = createSocket('udp4');
  try {
    socket.bind(wanted, host);
    await once(socket, 'listening');
    return socket.address().port;
  } catch (error) {
    if (wanted === 0) throw error;
    return await freeUdpPort(host, 0);
  } finally {
    socket.close();
  }
}

async function freeTcpPort(host: string, wanted: number): Promise<number> {
  const server = createServer();
  try {
    server.listen(wanted, host);
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  } catch (error) {
    if (wanted === 0) throw error;
    return await freeTcpPort(host, 0);
  } finally {
    server.close();
  }
}
