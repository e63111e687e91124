import { describe, expect, test } from 'vitest';
import { judgeWhich, type Page } from '../../src/crm/which.ts';

const ok = (body: string): Page => ({ status: 200, body });
const missing: Page = { status: 404, body: 'File not found.' };
const callbacks = ok('<?xml version="1.0"?><Response><Authentication>Failure</Authentication></Response>');
const agi = ok('{"success":false,"error":{"code":400,"message":"Invalid request params","title":null}}');
const script = (more = '') => ok(`${more}Vtiger.Class("PBXManager_Js", {})`);

describe('which CRM it is', () => {
  test.each<[string, Page | null, Page | null, Page | null, string]>([
    ['SPAgi.php asks for its parameters', callbacks, agi, null, 'salesplatform'],
    [
      'SPAgi.php is hidden, the script is SalesPlatform’s',
      callbacks,
      { status: 403, body: '' },
      script('//SalesPlatform.ru begin\n'),
      'salesplatform',
    ],
    ['no SPAgi.php, the script is vTiger’s', callbacks, missing, script(), 'vanilla'],
    ['no SPAgi.php, and the script is hidden', callbacks, missing, missing, 'unclear'],
    ['a page of a proxy in place of both', callbacks, ok('<html>login</html>'), ok('<html>login</html>'), 'unclear'],
    ['only PBXManager answered', callbacks, null, null, 'unclear'],
    ['nobody answers', null, null, null, 'away'],
    ['something else answers', ok('<html>It works!</html>'), agi, script(), 'away'],
  ])('%s', (_name, page, agiPage, scriptPage, kind) => {
    const found = judgeWhich({ callbacks: page, agi: agiPage, script: scriptPage });
    expect(found.kind).toBe(kind);
    expect(found.why).not.toBe('');
  });
});
