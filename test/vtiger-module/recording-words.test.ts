import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../vtiger-module/${path}`, import.meta.url), 'utf8');
const resources = 'layouts/v7/modules/AsteriskConnector/resources';

const window = { AsteriskConnector: { texts: {} as Record<string, Record<string, unknown>> } };
for (const name of ['texts-en.js', 'texts-ru.js']) runInNewContext(read(`${resources}/${name}`), { window });
const { texts } = window.AsteriskConnector;

/** The reasons for which PHP answers without sound, with the status of each. */
const action = read('modules/AsteriskConnector/actions/Recording.php');
const reasons = [...action.matchAll(/'([a-z-]+)' => (\d{3})/g)].map(([, reason = '', status = '']) => ({
  reason,
  status,
}));
const player = read(`${resources}/player.js`);

describe('why a recording is not heard', () => {
  test('every status of the connector that has words of its own is passed on as its reason', () => {
    const head = read('modules/AsteriskConnector/lib/RecordingHead.php');
    const named = [...head.matchAll(/(\d{3}) => '([a-z-]+)'/g)].map(([, status, reason]) => ({ reason, status }));
    expect(named).toContainEqual({ reason: 'deleted', status: '410' });
    expect(named).toContainEqual({ reason: 'unplayable', status: '501' });
    for (const one of named) expect(reasons).toContainEqual(one);
  });

  test.each(reasons)('$reason is known to the player, and has words in both languages', ({ reason }) => {
    expect(player).toMatch(new RegExp(`known = \\[[^\\]]*'${reason}'`));
    const key = { unreachable: 'recording-unreachable', 'logged-out': 'session' }[reason] ?? reason;
    for (const language of ['en', 'ru']) expect(texts[language]?.[key]).toEqual(expect.stringMatching(/\.$/));
    expect(texts['ru']?.[key]).toMatch(/[а-я]/);
  });

  test('one that is deleted is not offered again', () => {
    expect(/final = \[([^\]]*)\]/.exec(player)?.[1]).toContain("'deleted'");
    expect(texts['en']?.['deleted']).toBe('The recording was deleted: it was older than recordings are kept.');
    expect(texts['ru']?.['deleted']).toBe('Запись удалена: срок её хранения истёк.');
  });
});
