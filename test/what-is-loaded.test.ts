import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** All packages and files that are loaded with a file, whatever it does. */
function loadedWith(...files: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = files.map((file) => resolve(file));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const imported of importedBy(file)) {
      if (imported.startsWith('.')) waiting.push(resolve(dirname(file), imported));
      else found.add(imported);
    }
  }
  return found;
}

/** Types are not loaded, nor what `import()` asks for later. */
function importedBy(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(/^(?:import|export) (?!type )(?:(?<what>[^;']*?) from )?'(?<from>[^']+)';/gm);
  return [...statements].flatMap(({ groups = {} }) =>
    /^\{(?:\s*type [^,}]+,?)+\s*\}$/.test(groups['what'] ?? '') ? [] : [groups['from'] ?? ''],
  );
}

const running = loadedWith('src/main.ts', 'src/run-service.ts', 'src/service.ts');

test('the way through the imports is found', () => {
  const some = ['knex', 'koa', 'winston', 'undici/lib/dispatcher/pool.js', resolve('src/ami/connection.ts')];
  expect([...running]).toEqual(expect.arrayContaining(some));
  expect([...loadedWith('src/config/load.ts')]).toEqual(expect.arrayContaining(['zod', 'yaml']));
});

test.each(['undici', 'zod', 'yaml', 'prom-client', 'mysql2', 'pg'])(
  'a connector that runs has not loaded all of %s, which takes memory for as long as it runs',
  (name) => {
    expect([...running]).not.toContain(name);
  },
);
