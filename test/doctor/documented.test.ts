import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Patient, wellPatient } from './patient.ts';

const text = readFileSync('docs/troubleshooting.md', 'utf8');

let patient: Patient;
beforeEach(async () => {
  patient = await wellPatient();
});
afterEach(() => patient.close());

/** Each check's id in full, or in the list at the end as `.check` or `-check` behind one of its family. */
test('docs/troubleshooting.md names checks that there are, and all of them', async () => {
  const ids = (await patient.examine()).map(({ id }) => id as string);
  const named = [...text.matchAll(/`((?:ami|dialplan|crm|recordings|machine)\.[a-z0-9_-]+)`/g)].map(
    ([, id]) => id ?? '',
  );
  const settings = ['crm.time_zone', 'crm.token', 'recordings.roots', 'ami.compare_seconds'];
  expect(named.filter((id) => !ids.includes(id) && !settings.includes(id))).toEqual([]);
  const list = text.slice(text.indexOf('## The doctor says'));
  const isListed = (id: string) =>
    list.includes(`\`${id}\``) ||
    list.includes(`\`${id.slice(id.indexOf('.'))}\``) ||
    list.includes(`\`${id.slice(id.indexOf('-'))}\``);
  expect(ids.filter((id) => !isListed(id))).toEqual([]);
});

test('each check that can be a fault is behind some symptom', async () => {
  const symptoms = text.slice(0, text.indexOf('## The doctor says'));
  const ids = (await patient.examine()).map(({ id }) => id as string);
  // These are about safety and comfort, and are nobody's symptom.
  const other = [
    'ami.way',
    'ami.write-excess',
    'ami.version',
    'ami.read-system',
    'crm.way',
    'crm.error-500',
    'dialplan.features',
    'machine.settings',
    'machine.rights',
    'machine.token',
    'machine.user',
  ];
  expect(ids.filter((id) => !symptoms.includes(`\`${id}\``) && !other.includes(id))).toEqual([]);
});
