import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type VariantName, variants } from './layout.ts';
import { Office, provisionVariant } from './office.ts';
import { originate, type Scenario, scenarios } from './scenarios.ts';
import { truthOf } from './truth.ts';
import { pause } from './wait.ts';

/** Late records and MixMonitor's closing of its file come within this. */
const settleMs = 1500;

const usage = `Plays calls on a real Asterisk and keeps what its AMI said:
  npm run capture -- [--variant 22|16-sip|16-pjsip]... [--out test/captures] [scenario]...
As an account sees it that has every class and no filter.
Writes OUT/VARIANT/SCENARIO/{stream.ami,timing.json,truth.json}. Without names: every scenario, on 22 and 16-sip.
  --provision   only makes the systems (root; about 25 s each), and plays nothing
Scenarios: ${scenarios.map(({ name }) => name).join(', ')}`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      variant: { type: 'string', multiple: true, default: ['22', '16-sip'] },
      out: { type: 'string', default: 'test/captures' },
      provision: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const chosen = chooseScenarios(positionals);
  for (const variant of values.variant.map(known)) {
    if (values.provision) await report(variant);
    else await captureAll(variant, chosen, values.out);
  }
}

function chooseScenarios(names: readonly string[]): readonly Scenario[] {
  const unknown = names.find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new Error(`no scenario ${unknown}; see --help`);
  return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

function known(variant: string): VariantName {
  if (variant in variants) return variant as VariantName;
  throw new Error(`--variant ${variant}: expected one of ${Object.keys(variants).join(', ')}`);
}

async function report(variant: VariantName): Promise<void> {
  const provisioned = await provisionVariant(variant);
  if (provisioned.kind === 'unavailable') throw new Error(`${variant}: ${provisioned.reason}`);
  console.log(`${variant}: ${provisioned.root}`);
}

async function captureAll(variant: VariantName, chosen: readonly Scenario[], out: string): Promise<void> {
  const office = await Office.start(variant);
  try {
    for (const scenario of chosen) {
      const directory = join(out, variant, scenario.name);
      await capture(office, scenario, directory);
      console.log(directory);
    }
  } finally {
    console.log(`log of Asterisk: ${await office.stop()}`);
  }
}

async function capture(office: Office, scenario: Scenario, directory: string): Promise<void> {
  for (const phone of office.phones) phone.reset();
  const cdrBefore = await office.cdrFile();
  const session = await office.observe();
  const startedAt = Date.now();
  const calls = await scenario.run(office, async (agent, number) => {
    await session.act({ ...originate(office, agent, number, 10_000), ActionID: 'c2c-1' });
  });
  await pause(settleMs);
  const { bytes, timing } = session;
  const timingKept = [...timing];
  const truth = await truthOf(office, { scenario, calls, startedAt, endedAt: Date.now(), cdrBefore }, session);
  session.close();
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'stream.ami'), bytes);
  await writeFile(join(directory, 'timing.json'), JSON.stringify(timingKept));
  await writeFile(join(directory, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
