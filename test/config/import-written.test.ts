import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carried, changed, ignored } from '../../src/config/import-origin.ts';
import { writtenYaml } from '../../src/config/import-written.ts';
import { loadConfig } from '../../src/config/load.ts';
import { exampleYaml } from '../../src/config/reference.ts';
import type { RawMap } from '../../src/config/source.ts';
import { readYaml } from '../../src/config/yaml-source.ts';

const values: RawMap = {
  ami: { host: 'pbx', port: '5039', username: 'u', secret: '0123: # "x' },
  crm: { url: 'http://crm', token: '~' },
  extensions: { technologies: { '101': 'PJSIP', '102': 'IAX2' } },
  click_to_call: { allowed_contexts: ['*'] },
};

const load = (yaml: string) => loadConfig({ file: '/x/connector.yaml', env: {}, read: () => yaml });

test('what was given is given again, all else is the default', () => {
  const yaml = writtenYaml({ from: 'a file', source: { values } });
  expect(readYaml(yaml).values).toEqual(values);
  expect(load(yaml)).toMatchObject({
    ok: true,
    config: { ami: { port: 5039, secret: '0123: # "x' }, crm: { token: '~' }, log: { level: 'info' } },
  });
});

test('every key of the example is there, with what is said of it', () => {
  const yaml = writtenYaml({ from: 'a file', source: { values } });
  const keys = (text: string) => text.match(/^ *#?[a-z_]+:/gm)?.map((key) => key.replace(/[ #]/g, ''));
  expect(keys(yaml)).toEqual(keys(exampleYaml()));
  expect(yaml.split('\n').filter((line) => line.length > 112)).toEqual([]);
});

test('where a value comes from stands above it, what was left out at the end', () => {
  const origins = [
    carried('AsteriskPassword', 3, ['ami.secret']),
    changed('Url', 4, ['crm.url'], 'without the comment'),
    ignored('Odd\u2028# key: 1\nami:', 5, 'was another meant?'),
    ignored('Other', 0, 'nobody knows it'),
  ];
  const yaml = writtenYaml({ from: 'odd\nname: x', source: { values, origins } });
  expect(yaml).toContain('  # From AsteriskPassword.\n  secret:');
  expect(yaml).toContain('  # From Url: without the comment.\n  url: http://crm\n');
  expect(yaml).toMatch(
    /# Not taken over:\n# - Odd\?# key: 1\?ami: \(line 5\): was another meant\?\n# - Other: nobody knows it\.\n$/,
  );
  expect(readYaml(yaml).values).toEqual(values);
});

test('what must be given and was not is left open', () => {
  const yaml = writtenYaml({ from: 'a file', source: { values: { ami: { username: 'u', secret: 's' } } } });
  expect(yaml).toContain('  # TO BE FILLED IN: the connector does not start without it.\n  token:\n');
  expect(load(yaml)).toMatchObject({ ok: false, problems: [{ key: 'crm.url' }, { key: 'crm.token' }] });
});

test('any text comes through whole', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !one.includes('\uFEFF'));
  fc.assert(
    fc.property(text, text, text, (secret, name, context) => {
      const given: RawMap = {
        ami: { username: name, secret },
        crm: { token: secret },
        extensions: { technologies: { [name]: context } },
        click_to_call: { allowed_contexts: [context, name] },
        trunks: [secret],
      };
      expect(readYaml(writtenYaml({ from: name, source: { values: given } })).values).toEqual(given);
    }),
    { numRuns: 300 },
  );
});
