import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { alone } from '../asterisk/claim.ts';
import { command } from '../asterisk/command.ts';
import { officeCache } from '../asterisk/provision.ts';
import { describeNeeded } from '../describe-needed.ts';

/** A group of tests that need a real sox and a real ffmpeg, which are installed here where root may do so (about 20 s). */
export async function describeSound(title: string, tests: () => void): Promise<void> {
  describeNeeded(title, await provisionSound(), 'REQUIRE_SOUND', tests);
}

const install = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', 'sox', 'ffmpeg'];

/** null, or why there are none. apt lets in only one, and other tests may be installing too. */
async function provisionSound(): Promise<string | null> {
  if (await isThere()) return null;
  if (process.getuid?.() !== 0) return 'there is no sox with ffmpeg, and only root can install them';
  await mkdir(officeCache(), { recursive: true });
  return alone(join(officeCache(), 'mmdebstrap.lock'), 600_000, async () => {
    if (await isThere()) return null;
    if (!(await command('apt-get', install, 300_000)).ok) await command('apt-get', ['update'], 120_000);
    const { ok, output } = await command('apt-get', install, 300_000);
    return ok ? null : `apt-get could not install sox and ffmpeg: ${output.trim().slice(-500)}`;
  });
}

async function isThere(): Promise<boolean> {
  const asked = await Promise.all([command('sox', ['--version']), command('ffmpeg', ['-version'])]);
  return asked.every(({ ok }) => ok);
}
