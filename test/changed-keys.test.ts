import { expect, test } from 'vitest';
import { changedKeys } from '../src/changed-keys.ts';
import { configOf } from './service/office.ts';

const settings = (token: string, more = '') =>
  configOf(`
ami: { username: vtiger, secret: hush }
crm: { url: 'http://crm', token: ${token}, time_zone: Europe/Moscow }
recordings: { public_url: 'http://pbx:5000' }
${more}`);

test('the keys that differ, and no value', () => {
  const changed = changedKeys(settings('old'), settings('new', 'http: { port: 5001 }\ntrunks: [sip-provider]'));
  expect(changed).toEqual(['crm.token', 'http.port', 'trunks']);
});

test('none where nothing differs', () => {
  expect(changedKeys(settings('same'), settings('same'))).toEqual([]);
});
