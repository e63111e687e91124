import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { alone } from './claim.ts';
import { command } from './command.ts';

/** The Debian release that has each Asterisk. 16 was the last long-term version with chan_sip in use; 22 has none. */
const releases = { '22': 'sid', '16': 'bullseye' } as const;

export type AsteriskVersion = keyof typeof releases;

export type Provisioned =
  | { readonly kind: 'ready'; readonly root: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Where the systems and the running offices are kept. Hard links join them, so it is one file system. */
export function officeCache(): string {
  const { OFFICE_CACHE } = process.env;
  return OFFICE_CACHE ?? '/var/cache/asterisk-office';
}

/** A Debian with Asterisk in a folder. */
export function provision(version: AsteriskVersion): Promise<Provisioned> {
  return provisionSystem(version, releases[version], ['asterisk']);
}

/**
 * A Debian of that release with these packages in a folder, made once (Asterisk's: about 25 s and 350 MB) and then found.
 * Needs root, and a machine whose apt knows a Debian mirror.
 */
export async function provisionSystem(
  name: string,
  release: string,
  packages: readonly string[],
): Promise<Provisioned> {
  const root = join(officeCache(), name);
  if (await exists(root)) return { kind: 'ready', root };
  if (process.getuid?.() !== 0) return { kind: 'unavailable', reason: 'only root can make and enter a chroot' };
  await mkdir(officeCache(), { recursive: true });
  return alone(join(officeCache(), `${name}.lock`), 900_000, async () => {
    if (await exists(root)) return { kind: 'ready', root };
    const failure = await build(release, packages, root);
    return failure === null ? { kind: 'ready', root } : { kind: 'unavailable', reason: failure };
  });
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** null, or why not. The folder appears under its name only when it is whole. */
async function build(release: string, packages: readonly string[], root: string): Promise<string | null> {
  const missing = await ensureMmdebstrap();
  if (missing !== null) return missing;
  const mirror = await debianMirror();
  if (mirror === null) return 'apt on this machine knows no Debian mirror (apt-get indextargets)';
  const partial = `${root}.partial`;
  await rm(partial, { recursive: true, force: true });
  const made = await command('mmdebstrap', [...options, included(packages), release, partial, mirror], 600_000);
  if (!made.ok) return `mmdebstrap ${release} failed: ${lastLines(made.output)}`;
  await rename(partial, root);
  return null;
}

/** The Release files of bullseye are past their date since it is no longer updated. */
const options = ['--variant=apt', '--aptopt=Acquire::Check-Valid-Until "false"'];

/** tzdata: a PBX has its own time zone. */
const included = (packages: readonly string[]) => `--include=${[...packages, 'ca-certificates', 'tzdata'].join(',')}`;

/** Two versions may be provisioned at once, and apt lets in only one. */
async function ensureMmdebstrap(): Promise<string | null> {
  return alone(join(officeCache(), 'mmdebstrap.lock'), 300_000, async () => {
    if ((await command('mmdebstrap', ['--version'])).ok) return null;
    await command('apt-get', ['update'], 120_000);
    const installed = await command('apt-get', ['install', '-y', 'mmdebstrap'], 180_000);
    return installed.ok ? null : `mmdebstrap is not installed, and apt-get could not: ${lastLines(installed.output)}`;
  });
}

/** As the machine's own apt has it, so that a company's own mirror is used where there is one. */
async function debianMirror(): Promise<string | null> {
  const known = await listedMirror();
  if (known !== null) return known;
  // Labels come with the package lists, which container images leave out.
  await command('apt-get', ['update'], 120_000);
  return listedMirror();
}

async function listedMirror(): Promise<string | null> {
  const targets = ['indextargets', '--format', '$(LABEL) $(REPO_URI)', 'Created-By: Packages'];
  const { output } = await command('apt-get', targets);
  const line = output.split('\n').find((target) => target.startsWith('Debian '));
  return line?.slice('Debian '.length).trim() ?? null;
}

const lastLines = (output: string) => output.trim().split('\n').slice(-3).join(' / ');
