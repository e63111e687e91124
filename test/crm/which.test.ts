import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/crm/answer.ts';
import { judgeWhich, type Page } from '../../src/crm/which.ts';

const ok = (body: string): Page => ({ status: 200, body });
const missing: Page = { status: 404, body: 'File not found.' };
const taken: Answer = { kind: 'accepted' };
const agi = ok('{"success":false,"error":{"code":400,"message":"Invalid request params","title":null}}');
const script = (more = '') => ok(`${more}Vtiger.Class("PBXManager_Js", {})`);
const refused = (reason: 'token' | 'url'): Answer => ({ kind: 'refused', reason, why: 'so it is' });

describe('which CRM it is', () => {
  test.each<[string, Answer, Page | null, Page | null, string]>([
    ['SPAgi.php asks for its parameters', taken, agi, null, 'salesplatform'],
    [
      'SPAgi.php is hidden, the script is SalesPlatform’s',
      taken,
      { status: 403, body: '' },
      script('//SalesPlatform.ru begin\n'),
      'salesplatform',
    ],
    ['no SPAgi.php, the script is vTiger’s', taken, missing, script(), 'vanilla'],
    ['no SPAgi.php, and the script is hidden', taken, missing, missing, 'unclear'],
    ['a page of a proxy in place of both', taken, ok('<html>login</html>'), ok('<html>login</html>'), 'unclear'],
    ['callbacks are taken, and no page comes', taken, null, null, 'unclear'],
    ['callbacks are objected to', { kind: 'notUnderstood', why: 'Warning: ...' }, missing, script(), 'vanilla'],
    ['the token is wrong', refused('token'), agi, script(), 'salesplatform'],
    ['nobody listens', { kind: 'unavailable', why: 'so it is', maybeApplied: false }, null, null, 'away'],
    ['the address is wrong', refused('url'), agi, script(), 'away'],
    ['it answers 500 to everything', { kind: 'emptyServerError' }, agi, script(), 'away'],
  ])('%s', (_name, callback, agiPage, scriptPage, kind) => {
    const found = judgeWhich({ callback, agi: agiPage, script: scriptPage });
    expect(found.kind).toBe(kind);
    expect(found.why).not.toBe('');
  });
});
