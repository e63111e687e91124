import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packageFiles, packageVersion } from '../../vtiger-module/build/package.mjs';
import { zip } from '../../vtiger-module/build/zip.mjs';

const root = fileURLToPath(new URL('../../vtiger-module', import.meta.url));

/** Reads an archive from its directory, as those who unpack it do. */
function unzipped(archive: Buffer): Record<string, string> {
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  const files: Record<string, string> = {};
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50);
    const [crc, size, nameLength] = [
      archive.readUInt32LE(at + 16),
      archive.readUInt32LE(at + 24),
      archive.readUInt16LE(at + 28),
    ];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    expect(archive.readUInt32LE(local)).toBe(0x04034b50);
    const content = archive.subarray(local + 30 + nameLength, local + 30 + nameLength + size);
    expect(crc32(content)).toBe(crc);
    files[name] = content.toString('utf8');
    at += 46 + nameLength;
  }
  expect(at).toBe(end);
  return files;
}

describe('the package', () => {
  test('an archive holds what was put in, and is the same each time', () => {
    const files = [
      { name: 'a/б.php', content: Buffer.from('<?php // я') },
      { name: 'empty', content: Buffer.alloc(0) },
    ];
    expect(unzipped(zip(files))).toEqual({ 'a/б.php': '<?php // я', empty: '' });
    expect(zip(files).equals(zip(files))).toBe(true);
    expect(zip(packageFiles(root)).equals(zip(packageFiles(root)))).toBe(true);
  });

  test('the version is one', async () => {
    const { version } = JSON.parse(await readFile(join(root, '../package.json'), 'utf8'));
    expect(packageVersion(root)).toBe(version);
  });

  test('the page gets one script and one style, and no source beside them', () => {
    const names = packageFiles(root).map(({ name }) => name);
    const page = names.filter((name) => name.startsWith('layouts/v7/modules/AsteriskConnector/resources/'));
    expect(page.filter((name) => /\.(js|css|json)$/.test(name))).toEqual([
      'layouts/v7/modules/AsteriskConnector/resources/AsteriskConnector.css',
      'layouts/v7/modules/AsteriskConnector/resources/AsteriskConnector.js',
    ]);
  });

  test('all is in places that vTiger unpacks, and nothing where it would rename it', () => {
    const names = packageFiles(root).map(({ name }) => name);
    const unpacked = names.filter((name) => !/^(manifest\.xml|README\.md|install\.php|installer\/.*)$/.test(name));
    const places =
      /^(modules\/AsteriskConnector|settings\/(actions|models|views)|layouts\/v7\/modules\/(Settings\/)?AsteriskConnector|languages\/\w\w_\w\w(\/Settings)?)\/[^/]/;
    expect(unpacked.filter((name) => !places.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('a manifest without a version is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'module-'));
    await writeFile(join(folder, 'manifest.xml'), '<module></module>');
    expect(() => packageVersion(folder)).toThrow('names no <version>');
    await rm(folder, { recursive: true });
  });
});
