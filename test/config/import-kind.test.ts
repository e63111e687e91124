import { expect, test } from 'vitest';
import { type FileKind, kindOf } from '../../src/config/import-kind.ts';
import { exampleYaml } from '../../src/config/reference.ts';

test.each<[string, string, FileKind]>([
  ['the example', exampleYaml(), 'connector'],
  ['the example, all comments opened', exampleYaml().replace(/^( *)#(?=[a-z_]+:)/gm, '$1'), 'connector'],
  ['a connector.yaml without CRM', 'ami:\n  username: u\n', 'connector'],
  ['a connector.yaml with a strange section', 'ami: {}\ncrm: {}\ndialplan: {}\n', 'connector'],
  ['nothing', '', 'connector'],
  ['a shell script', '#!/bin/sh\nset -e\necho Config\n', 'connector'],
  ['config.py', "class Config:\n    ami_params = {'host': 'x'}\n", 'python'],
  ['config.py without its class', "vtiger_url = 'http://x'\n", 'python'],
  ['config.py with an annotation', "x = 1\r\n    vtiger_token: str = 'x'\r\n", 'python'],
  ['Java, one key', '// x\n\n  CrmURL http://x\n', 'properties'],
  ['Java, with a byte order mark', '\uFEFF# x\nServerIP=1.2.3.4\n', 'properties'],
  ['Java with a CRM variable', 'LookUpVariablesNames=crm\ncrm = x\n', 'properties'],
  ['asterlink', 'ami:\n  host: x\ndialplan:\n  dial_context: x\n', 'asterlink'],
  ['asterlink in quotes', '"pbx" : {}\n', 'asterlink'],
])('%s', (_, text, kind) => {
  expect(kindOf(text, 'settings')).toBe(kind);
  // The name says nothing where the content does.
  if (kind !== 'connector') expect(kindOf(text, 'wrong.py')).toBe(kind);
});

test.each<[string, FileKind]>([
  ['empty.py', 'python'],
  ['EMPTY.PROPERTIES', 'properties'],
  ['empty.yaml', 'connector'],
  ['conf.yml', 'connector'],
])('where nothing is known in it, the name of %s counts', (file, kind) => {
  expect(kindOf('x\n', file)).toBe(kind);
});
