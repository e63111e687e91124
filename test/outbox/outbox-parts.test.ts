import { expect, test } from 'vitest';
import { historyKeeper } from '../../src/history/history-store.ts';
import { partsAfter, partsBefore } from '../../src/outbox/outbox-parts.ts';
import { recordingKeeper } from '../../src/recordings/recording-keeper.ts';
import { unrungKeeper } from '../../src/unrung/unrung-store.ts';

const keepers = [historyKeeper, unrungKeeper, recordingKeeper];
const parts = [...partsBefore, ...keepers.flatMap((keeper) => keeper.parts), ...partsAfter];
const statements = parts.flatMap(({ name, sql }) => sql.map((text, index) => ({ name, index, text })));

test.each(statements)('statement $index of $name asks whether there is any', ({ name, text }) => {
  expect(text).toContain(`NEW.${name} IS NOT NULL`);
});
