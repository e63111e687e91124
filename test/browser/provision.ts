import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { alone } from '../asterisk/claim.ts';
import { command } from '../asterisk/command.ts';
import { officeCache } from '../asterisk/provision.ts';

export type ProvisionedBrowser =
  | { readonly kind: 'ready'; readonly path: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * Debian's Chromium, or the one that CHROMIUM names; installed where there is none yet (about 30 s, 300 MB).
 * Needs root and apt for that.
 */
export async function provisionBrowser(): Promise<ProvisionedBrowser> {
  const { CHROMIUM } = process.env;
  const path = CHROMIUM ?? '/usr/bin/chromium';
  if (await exists(path)) return { kind: 'ready', path };
  if (CHROMIUM !== undefined) return { kind: 'unavailable', reason: `CHROMIUM names ${path}, which is not there` };
  if (process.getuid?.() !== 0) return { kind: 'unavailable', reason: `no ${path}, and only root can install it` };
  const failure = await install();
  return failure === null ? { kind: 'ready', path } : { kind: 'unavailable', reason: failure };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

const packages = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', 'chromium'];

/** null, or why not. apt lets in only one, and the Asterisks of other tests may be on their way. */
function install(): Promise<string | null> {
  return alone(join(officeCache(), 'mmdebstrap.lock'), 600_000, async () => {
    if ((await command('apt-get', packages, 300_000)).ok) return null;
    await command('apt-get', ['update'], 120_000);
    const installed = await command('apt-get', packages, 300_000);
    return installed.ok ? null : `apt-get could not install chromium: ${installed.output.trim().slice(-500)}`;
  });
}
