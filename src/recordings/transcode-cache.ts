import { randomBytes } from 'node:crypto';
import { constants, promises as files } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { FileFacts } from './judge.ts';
import type { RecordingId } from './recording.ts';

export interface CacheSettings {
  /** From the root. */
  readonly folder: string;
  /** What all of it may take, and so what a single recording may. */
  readonly mostBytes: number;
}

/** What is left free of the disk: the connector's database is mostly on the same one. */
const leftFree = 256 * 1_048_576;

/** What a cache has, and nothing else that may be in its folder. `.part`: being made. */
const ownName = /^r-([A-Za-z0-9_.-]{1,64})-[0-9a-f]+-[0-9a-f]+\.(?:mp3|wav)(\.[0-9a-f]{12}\.part)?$/;

/**
 * Recordings as they were converted, in a folder of their own. A name is made of the recording's id and its file's size and time, so
 * that one which was written again is converted again; nothing of a telephone number is in it. What was asked for last is kept longest.
 */
export class TranscodeCache {
  readonly #settings: CacheSettings;
  readonly #clock: Clock;

  constructor(settings: CacheSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  name(id: RecordingId, { size, mtimeMs }: FileFacts, ending: 'mp3' | 'wav'): string {
    return `r-${id}-${size.toString(16)}-${Math.max(0, Math.trunc(mtimeMs)).toString(16)}.${ending}`;
  }

  /** @returns null: it is not there; whoever gets a handle closes it */
  async open(name: string): Promise<{ readonly handle: files.FileHandle; readonly size: number } | null> {
    const handle = await this.#openRegular(name);
    if (handle === null) return null;
    const { size } = await handle.stat();
    // Its time is when it was asked for last; a disk that may not be written does not stop anybody from listening.
    const now = this.#clock.now() / 1000;
    await handle.utimes(now, now).catch(() => {});
    return { handle, size };
  }

  async #openRegular(name: string): Promise<files.FileHandle | null> {
    try {
      return await files.open(this.#path(name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch {
      return null;
    }
  }

  /** A name to make it under, and how many bytes it may have. The folder is made when it is missing, for this user alone. */
  async prepare(name: string): Promise<{ readonly target: string; readonly mostBytes: number }> {
    const { folder, mostBytes } = this.#settings;
    await files.mkdir(folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await files.statfs(folder);
    const target = this.#path(`${name}.${randomBytes(6).toString('hex')}.part`);
    return { target, mostBytes: Math.min(mostBytes, Math.max(0, bavail * bsize - leftFree)) };
  }

  /** It is whole: from now on it is there under its name, and what was asked for least lately makes room for it. */
  async keep(target: string, name: string): Promise<void> {
    await files.chmod(target, 0o600);
    const now = this.#clock.now() / 1000;
    await files.utimes(target, now, now);
    await files.rename(target, this.#path(name));
    await this.#makeRoom();
  }

  async drop(target: string): Promise<void> {
    await files.rm(target, { force: true });
  }

  /** What was being made when the connector ended is of no use. */
  async begin(): Promise<void> {
    for (const { name, isPart } of await this.#own()) if (isPart) await this.drop(this.#path(name));
  }

  /** Of a recording that is not to be heard any more. */
  async forget(ids: ReadonlySet<string>): Promise<void> {
    for (const { name, id } of await this.#own()) if (ids.has(id)) await this.drop(this.#path(name));
  }

  /** The recordings it has something of. */
  async ids(): Promise<ReadonlySet<string>> {
    return new Set((await this.#own()).map(({ id }) => id));
  }

  async #makeRoom(): Promise<void> {
    const seen = await Promise.all(
      (await this.#own())
        .filter(({ isPart }) => !isPart)
        .map(async ({ name }) => ({ name, stat: await files.stat(this.#path(name)).catch(() => null) })),
    );
    const kept = seen.flatMap(({ name, stat }) => (stat === null ? [] : [{ name, at: stat.mtimeMs, size: stat.size }]));
    let total = kept.reduce((sum, { size }) => sum + size, 0);
    // The one that was just made stays, whatever its size.
    for (const { name, size } of kept.sort((a, b) => a.at - b.at).slice(0, -1)) {
      if (total <= this.#settings.mostBytes) return;
      await this.drop(this.#path(name));
      total -= size;
    }
  }

  async #own(): Promise<{ readonly name: string; readonly id: string; readonly isPart: boolean }[]> {
    const names = await files.readdir(this.#settings.folder).catch(() => []);
    return names.flatMap((name) => {
      const [, id, part] = ownName.exec(name) ?? [];
      return id === undefined ? [] : [{ name, id, isPart: part !== undefined }];
    });
  }

  #path(name: string): string {
    return join(this.#settings.folder, name);
  }
}
