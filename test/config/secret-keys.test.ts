import { expect, test } from 'vitest';
import { secretKeys } from '../../src/config/secret-keys.ts';
import { settingKeys } from '../../src/config/setting-keys.ts';

test('they are those whose notes say that they are secret', () => {
  expect(secretKeys).toEqual(settingKeys.flatMap(({ path, note }) => (note.secret ? [path] : [])));
});
