import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type VariantName, variants } from './layout.ts';
import { Office, provisionVariant } from './office.ts';
import { originate } from './scenarios.ts';
import { stories } from './stories.ts';
import { Scene, type Story } from './story.ts';
import { truthOf } from './truth.ts';
import { pause } from './wait.ts';

/** Login's own events come within this. */
const loginMs = 300;
/** Late records and MixMonitor's closing of its file come within this. */
const settleMs = 1500;

const usage = `Plays calls on a real Asterisk and keeps what its AMI said:
  npm run capture -- [--variant 22|16-sip|16-pjsip]... [--out test/captures] [scenario]...
As an account sees it that has every class and no filter, on a PBX set up as for the connector that ours replaces.
Writes OUT/VARIANT/SCENARIO/{stream.ami,timing.json,truth.json}. Without names: every scenario, on 22 and 16-sip.
  --provision   only makes the systems (root; about 25 s each), and plays nothing
Scenarios:
${stories.map(({ name, title }) => `  ${name.padEnd(5)} ${title}`).join('\n')}`;

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
  const chosen = chooseStories(positionals);
  for (const variant of values.variant.map(known)) {
    if (values.provision) await report(variant);
    else await captureAll(variant, chosen, values.out);
  }
}

function chooseStories(names: readonly string[]): readonly Story[] {
  const unknown = names.find((name) => !stories.some((story) => story.name === name));
  if (unknown !== undefined) throw new Error(`no scenario ${unknown}; see --help`);
  return names.length === 0 ? stories : stories.filter(({ name }) => names.includes(name));
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

async function captureAll(variant: VariantName, chosen: readonly Story[], out: string): Promise<void> {
  const office = await Office.start(variant, 'article');
  try {
    for (const story of chosen) {
      const directory = join(out, variant, story.name);
      if (story.variants?.includes(variant) === false) console.log(`${directory}: cannot be on ${variant}`);
      else if (await captured(office, story, directory)) console.log(directory);
    }
  } finally {
    console.log(`log of Asterisk: ${await office.stop()}`);
  }
}

/** A story that goes wrong leaves no capture, and the others go on. */
async function captured(office: Office, story: Story, directory: string): Promise<boolean> {
  try {
    await capture(office, story, directory);
    return true;
  } catch (error) {
    console.error(`${directory} FAILED:`, error);
    process.exitCode = 1;
    return false;
  }
}

async function capture(office: Office, story: Story, directory: string): Promise<void> {
  for (const phone of office.phones) phone.reset();
  const cdrBefore = await office.cdrFile();
  const session = await office.observe();
  const startedAt = Date.now();
  await pause(loginMs);
  const played = await Scene.play(office, story, async (agent, number) => {
    await session.act({ ...originate(office, agent, number, 10_000), ActionID: 'c2c-1' });
  });
  await pause(settleMs);
  const { bytes } = session;
  const timing = [...session.timing];
  const truth = await truthOf(office, { story, ...played, startedAt, endedAt: Date.now(), cdrBefore }, session);
  session.close();
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'stream.ami'), bytes);
  await writeFile(join(directory, 'timing.json'), JSON.stringify(timing));
  await writeFile(join(directory, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
