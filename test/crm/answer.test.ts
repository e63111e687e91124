import { describe, expect, test } from 'vitest';
import { judgeSalesPlatform, judgeVanilla } from '../../src/crm/answer.ts';

const declaration = '<?xml version="1.0" encoding="utf-8"?>';
const failure = `${declaration}<Response><Authentication>Failure</Authentication></Response>`;
const users = `${declaration}<Response><Dial><Authentication>Success</Authentication><Number>SIP/101</Number></Dial></Response>`;
const restricted = 'Sorry! Attempt to access restricted file. - user_privileges/user_privileges_.php';

describe('what an answer means', () => {
  test.each([
    // status, body, SalesPlatform, vanilla
    [200, '', 'accepted', 'accepted'],
    [204, '', 'accepted', 'accepted'],
    [200, '\ufeff\r\n', 'accepted', 'accepted'],
    [200, users, 'notUnderstood', 'accepted'],
    [200, failure, 'refused', 'refused'],
    [500, failure, 'refused', 'refused'],
    [200, restricted, 'notUnderstood', 'notUnderstood'],
    [200, 'Input array has 3 params, does not match query', 'notUnderstood', 'notUnderstood'],
    [200, '<b>Fatal error</b>: Allowed memory size', 'notUnderstood', 'notUnderstood'],
    [200, '<!DOCTYPE html><html><body>Down for maintenance</body></html>', 'unavailable', 'unavailable'],
    [200, `Input array has 15 params, does not match query.${users}`, 'notUnderstood', 'notUnderstood'],
    [500, '', 'emptyServerError', 'emptyServerError'],
    [500, ' \n', 'emptyServerError', 'emptyServerError'],
    [500, 'Database connection failed', 'unavailable', 'unavailable'],
    [502, '', 'unavailable', 'unavailable'],
    [503, '<html>busy</html>', 'unavailable', 'unavailable'],
    [408, '', 'unavailable', 'unavailable'],
    [429, '', 'unavailable', 'unavailable'],
    [401, '', 'refused', 'refused'],
    [404, '<html>Not Found</html>', 'refused', 'refused'],
  ])('%i %j is %s to SalesPlatform and %s to vanilla', (status, body, salesPlatform, vanilla) => {
    expect(judgeSalesPlatform(status, body).kind).toBe(salesPlatform);
    expect(judgeVanilla(status, body).kind).toBe(vanilla);
  });

  test('says why in words, without markup and not at length', () => {
    expect(judgeSalesPlatform(200, failure)).toMatchObject({
      reason: 'token',
      why: expect.stringContaining('crm.token'),
    });
    expect(judgeSalesPlatform(404, '')).toMatchObject({ reason: 'url', why: expect.stringContaining('HTTP 404') });
    expect(judgeSalesPlatform(200, restricted)).toMatchObject({ why: `the CRM answered: ${restricted}` });
    const page = judgeSalesPlatform(503, `<html><h1>Busy</h1>\n<p>${'x'.repeat(5_000)}</p>`);
    expect(page).toMatchObject({ why: expect.stringMatching(/^HTTP 503 Busy x{100,160}$/) });
  });
});
