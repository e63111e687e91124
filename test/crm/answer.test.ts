import { describe, expect, test } from 'vitest';
import { judge } from '../../src/crm/answer.ts';

const declaration = '<?xml version="1.0" encoding="utf-8"?>';
const failure = `${declaration}<Response><Authentication>Failure</Authentication></Response>`;
const users = `${declaration}<Response><Dial><Authentication>Success</Authentication><Number>SIP/101</Number></Dial></Response>`;
const restricted = 'Sorry! Attempt to access restricted file. - user_privileges/user_privileges_.php';

describe('what an answer means', () => {
  test.each([
    [200, '', 'accepted'],
    [204, '', 'accepted'],
    [200, '\ufeff\r\n', 'accepted'],
    [200, users, 'accepted'],
    [200, failure, 'refused'],
    [500, failure, 'refused'],
    [200, restricted, 'notUnderstood'],
    [200, 'Input array has 3 params, does not match query', 'notUnderstood'],
    [200, '<b>Fatal error</b>: Allowed memory size', 'notUnderstood'],
    [200, '<!DOCTYPE html><html><body>Down for maintenance</body></html>', 'unavailable'],
    [200, `Input array has 15 params, does not match query.${users}`, 'notUnderstood'],
    [500, '', 'emptyServerError'],
    [500, ' \n', 'emptyServerError'],
    [500, 'Database connection failed', 'unavailable'],
    [502, '', 'unavailable'],
    [503, '<html>busy</html>', 'unavailable'],
    [408, '', 'unavailable'],
    [429, '', 'unavailable'],
    [401, '', 'refused'],
    [404, '<html>Not Found</html>', 'refused'],
  ])('%i %j is %s', (status, body, meaning) => {
    expect(judge(status, body).kind).toBe(meaning);
  });

  test('says why in words, without markup and not at length', () => {
    expect(judge(200, failure)).toMatchObject({
      reason: 'token',
      why: expect.stringContaining('crm.token'),
    });
    expect(judge(404, '')).toMatchObject({ reason: 'url', why: expect.stringContaining('HTTP 404') });
    expect(judge(200, restricted)).toMatchObject({ why: `the CRM answered: ${restricted}` });
    expect(judge(503, 'x')).not.toHaveProperty('timedOut');
    // The proxy has lost its patience, the CRM may still be at it.
    expect(judge(504, 'x')).toEqual({ kind: 'unavailable', why: 'HTTP 504 x', maybeApplied: true, timedOut: true });
    const page = judge(503, `<html><h1>Busy</h1>\n<p>${'x'.repeat(5_000)}</p>`);
    expect(page).toMatchObject({ why: expect.stringMatching(/^HTTP 503 Busy x{100,160}$/) });
  });
});
