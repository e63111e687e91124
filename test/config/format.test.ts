import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatConfig } from '../../src/config/format.ts';
import { formatProblems } from '../../src/config/format-problems.ts';
import { loadConfig } from '../../src/config/load.ts';

test('faults are written one a line, with their advice below', () => {
  const text = formatProblems(
    [
      { key: 'ami.port', where: 'line 3', expected: 'a port number, 1 to 65535', got: '"50x"' },
      { key: 'crm.token', expected: 'the secret key of PBX Manager, not empty', got: 'nothing' },
      { key: 'line 7', expected: 'each key once' },
      { key: 'ami.hots', where: 'line 4', expected: 'one of: host, port', hint: 'did you mean host?' },
    ],
    'connector.yaml',
  );
  expect(text).toBe(
    [
      'connector.yaml: 4 faults',
      '  ami.port (line 3): expected a port number, 1 to 65535, got "50x"',
      '  crm.token: expected the secret key of PBX Manager, not empty, got nothing',
      '  line 7: expected each key once',
      '  ami.hots (line 4): expected one of: host, port',
      '      did you mean host?',
    ].join('\n'),
  );
});

test('without a file', () => {
  expect(formatProblems([{ key: 'crm.url', expected: 'x' }], null)).toBe(
    'configuration: 1 fault\n  crm.url: expected x',
  );
});

test('the effective configuration is YAML again, with the secrets masked and nothing else changed', () => {
  const env = {
    CONNECTOR_AMI_USERNAME: 'connector',
    CONNECTOR_AMI_SECRET: 'ami-hidden',
    CONNECTOR_CRM_URL: 'http://crm',
    CONNECTOR_CRM_TOKEN: 'crm-hidden',
    CONNECTOR_CRM_TIME_ZONE: 'UTC',
    CONNECTOR_TRUNKS: '0100',
    CONNECTOR_CDR_PASSWORD: 'cdr-hidden',
  };
  const result = loadConfig({ file: null, env });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const text = formatConfig(result.config);
  expect(text).not.toContain('hidden');
  const { ami, crm, cdr, ...others } = result.config;
  expect(parse(text)).toEqual({
    ...others,
    ami: { ...ami, secret: '********' },
    crm: { ...crm, token: '********' },
    cdr: { ...cdr, password: '********' },
  });
  // As a file it would be the same configuration.
  const again = loadConfig({ file: '/x/connector.yaml', env, read: () => text });
  expect(again).toEqual(result);
});
