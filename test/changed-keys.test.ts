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

test('of several connections each by its name; one that has come or gone as a whole', () => {
  const config = settings('same');
  const other = settings('other');
  const of = (...connections: { name: string; config: typeof config }[]) => ({ ...config, connections });
  const before = of({ name: 'moscow', config }, { name: 'kazan', config });
  const after = of({ name: 'moscow', config: other }, { name: 'perm', config });
  expect(changedKeys(before, after)).toEqual(['connections.moscow.crm.token', 'connections.kazan', 'connections.perm']);
  expect(changedKeys(config, before)).toEqual(['all but connections', 'connections.moscow', 'connections.kazan']);
});
