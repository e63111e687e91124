import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { exampleYaml, referenceMarkdown } from '../../src/config/reference.ts';
import { settingKeys } from '../../src/config/setting-keys.ts';
import { good } from '../doctor/certificates.ts';

const load = (text: string) =>
  loadConfig({ file: '/etc/connector.yaml', env: {}, read: (path) => contentOf(path) ?? text });

function contentOf(path: string): string | null {
  if (!path.endsWith('.pem')) return null;
  return path.endsWith('privkey.pem') ? good.key : good.cert;
}

// Both files are written anew by `npm run generate:config`.

test('connector.example.yaml is what the schema says', async () => {
  await expect(exampleYaml()).toMatchFileSnapshot('../../connector.example.yaml');
});

test('the keys in docs/configuration.md are what the schema says', async () => {
  const file = '../../docs/configuration.md';
  const written = readFileSync(new URL(file, import.meta.url), 'utf8');
  const marks = /(<!-- keys: [^>]* -->\n)[\s\S]*(\n<!-- \/keys -->)/;
  expect(written).toMatch(marks);
  const fresh = written.replace(marks, (_, begin, end) => `${begin}\n${referenceMarkdown()}\n${end}`);
  await expect(fresh).toMatchFileSnapshot(file);
});

const uncommented = exampleYaml().replace(/^( *)#(?=[a-z_]+:)/gm, '$1');

test('the example is a good configuration, as it is and with every comment opened', () => {
  expect(load(exampleYaml())).toMatchObject({ ok: true });
  expect(load(uncommented)).toMatchObject({ ok: true });
});

test('the example has every key, and its comments show the defaults or a sample', () => {
  const values = parse(uncommented) as Record<string, unknown>;
  const written = settingKeys.map(({ path }) =>
    path.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], values),
  );
  expect(written).toEqual(settingKeys.map(({ note, preset }) => note.required ?? note.sample ?? preset));
});
