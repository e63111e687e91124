import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { alone } from '../asterisk/claim.ts';
import { command } from '../asterisk/command.ts';
import { officeCache, provisionSystem } from '../asterisk/provision.ts';

/** The oldest that CRMs in use run on and Debian still has, and the machine's own: 8.2 or newer. */
export type PhpName = '7.4' | '8.2';

export type ProvisionedPhp =
  /** `root`: the folder of the Debian in which it is; null: on this machine. */
  { readonly kind: 'ready'; readonly root: string | null } | { readonly kind: 'unavailable'; readonly reason: string };

const packages = ['php-cli', 'php-curl', 'php-mbstring', 'php-xml', 'phpunit'];

/** PHP with PHPUnit, installed or made where there is none yet (about 20 s each). Needs root and apt for that. */
export function provisionPhp(name: PhpName): Promise<ProvisionedPhp> {
  return name === '7.4' ? provisionSystem('php-7.4', 'bullseye', packages) : ownPhp();
}

async function ownPhp(): Promise<ProvisionedPhp> {
  if (await isThere()) return { kind: 'ready', root: null };
  if (process.getuid?.() !== 0)
    return { kind: 'unavailable', reason: 'no php 8.2 with phpunit, and only root can install it' };
  await mkdir(officeCache(), { recursive: true });
  const failure = await install();
  if (failure !== null) return { kind: 'unavailable', reason: failure };
  return (await isThere())
    ? { kind: 'ready', root: null }
    : { kind: 'unavailable', reason: "this machine's own Debian has no PHP of 8.2 or newer" };
}

/** All that the tests need, in a PHP that is new enough. */
async function isThere(): Promise<boolean> {
  const asked = "exit(PHP_VERSION_ID >= 80200 && extension_loaded('curl') && extension_loaded('dom') ? 0 : 1);";
  return (await command('php', ['-r', asked])).ok && (await command('phpunit', ['--version'])).ok;
}

const wanted = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages];

/** null, or why not. apt lets in only one, and other tests may be installing too. */
function install(): Promise<string | null> {
  return alone(join(officeCache(), 'mmdebstrap.lock'), 600_000, async () => {
    if ((await command('apt-get', wanted, 300_000)).ok) return null;
    await command('apt-get', ['update'], 120_000);
    const installed = await command('apt-get', wanted, 300_000);
    return installed.ok ? null : `apt-get could not install PHP: ${installed.output.trim().slice(-500)}`;
  });
}
