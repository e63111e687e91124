import type { Figure, Part } from './part.ts';
import { measureCommits } from './rulers/commit.ts';
import { percentile } from './spread.ts';
import { startBare, startConnector } from './subject.ts';
import { type Kind, type Stretch, Trial } from './trial.ts';

/** Calls a second, and for how long. */
const stretches = [
  { rate: 1, seconds: 20 },
  { rate: 10, seconds: 10 },
  { rate: 50, seconds: 12 },
  { rate: 200, seconds: 10 },
  { rate: 500, seconds: 8 },
] as const;

/** Until V8 has compiled what is used. */
const warmUp = { rate: 200, seconds: 8 };

/** Targets: calls a second, and milliseconds. */
const mostP99: Readonly<Partial<Record<number, number>>> = { 50: 5, 200: 10 };

const kinds: readonly (readonly [Kind, string])[] = [
  ['DialBegin', 'DialBegin to popup'],
  ['DialAnswer', 'BridgeEnter to DialAnswer'],
  ['Hangup', 'Hangup to Hangup'],
];

export const latency: Part = {
  name: 'latency',
  about:
    'From the write of an event to the arrival of its callback at 1 to 500 calls/s, and CPU per 1,000 calls (3 minutes).',
  async measure() {
    const connector = await measured(startConnector);
    const commits = await measureCommits();
    const bare = await measured(startBare);
    return stretches.flatMap(({ rate }, index) =>
      figures(rate, { connector: connector[index] as Stretch, bare: bare[index] as Stretch, commits }),
    );
  },
};

async function measured(start: typeof startConnector): Promise<Stretch[]> {
  const trial = await Trial.start({ start: (surroundings) => start(surroundings), speed: 4 });
  await trial.stretch(warmUp.rate, warmUp.seconds);
  const all: Stretch[] = [];
  for (const { rate, seconds } of stretches) all.push(await trial.stretch(rate, seconds));
  await trial.stop();
  return all;
}

interface Measured {
  readonly connector: Stretch;
  readonly bare: Stretch;
  /** How long a commit takes of which nothing else is asked, in order of size. */
  readonly commits: readonly number[];
}

function figures(rate: number, { connector, bare, commits }: Measured): Figure[] {
  const row = (name: string, of: (stretch: Stretch) => number, more: Pick<Figure, 'target'> = {}): Figure => ({
    name: `${name} at ${rate} calls/s`,
    unit: 'ms',
    connector: of(connector),
    rulers: { 'asterisk-manager + undici': of(bare) },
    ...more,
  });
  const all = ({ latency }: Stretch) =>
    Object.values(latency)
      .flat()
      .sort((a, b) => a - b);
  const ofAll = (share: number, more: Pick<Figure, 'target'> = {}): Figure => {
    const figure = row(`event to callback, p${share * 100}`, (of) => percentile(all(of), share), more);
    return { ...figure, rulers: { ...figure.rulers, 'a commit alone': percentile(commits, share) } };
  };
  const most = mostP99[rate];
  const cpu = ({ cpuSeconds, calls }: Stretch) => (cpuSeconds * 1000) / calls;
  return [
    ofAll(0.5, rate === 50 ? { target: atMost(2) } : {}),
    ofAll(0.95),
    ofAll(0.99, most === undefined ? {} : { target: { is: 'most', value: most } }),
    ...kinds.flatMap(([kind, name]) => [
      row(`${name}, p50`, (of) => percentile(of.latency[kind], 0.5)),
      row(`${name}, p99`, (of) => percentile(of.latency[kind], 0.99)),
    ]),
    { ...row('CPU per 1,000 calls', cpu, rate === 50 ? { target: atMost(1.5) } : {}), unit: 's' },
  ];
}

function atMost(times: number): NonNullable<Figure['target']> {
  return { is: 'most', value: times, of: 'asterisk-manager + undici' };
}
