import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { type Figure, type Part, rulerNames, type Target } from './part.ts';
import { median } from './spread.ts';

/** A figure of several runs. */
export interface MedianFigure extends Figure {
  /** What it was in each run. */
  readonly runs: readonly number[];
}

/** The median of each figure and ruler. @param runs the same figures in the same order */
export function medians(runs: readonly (readonly Figure[])[]): MedianFigure[] {
  return (runs[0] ?? []).map((first, index) => {
    const same = runs.map((run) => run[index] ?? first);
    const own = Object.fromEntries(
      rulerNames.flatMap((ruler) => {
        const found = same.flatMap((figure) => figure.rulers?.[ruler] ?? []);
        return found.length === 0 ? [] : [[ruler, median(found)]];
      }),
    );
    const values = same.map(({ connector }) => connector);
    return { ...first, connector: median(values), rulers: own, runs: values };
  });
}

/** A table in Markdown. */
export function reportText(figures: readonly MedianFigure[]): string {
  const used = rulerNames.filter((ruler) => figures.some((figure) => figure.rulers?.[ruler] !== undefined));
  const head = ['', 'connector', 'unit', ...used, 'target', ''];
  const rows = figures.map((figure) => [
    figure.name,
    rounded(figure.connector) + spread(figure.runs),
    figure.unit,
    ...used.map((ruler) => rounded(figure.rulers?.[ruler])),
    ...targetCells(figure),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function spread(runs: readonly number[]): string {
  return runs.length < 2 ? '' : ` (${rounded(Math.min(...runs))}..${rounded(Math.max(...runs))})`;
}

function rounded(number: number | undefined): string {
  if (number === undefined || Number.isNaN(number)) return '-';
  const digits = Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 10 ? 1 : 2;
  return number.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

function targetCells({ connector, rulers: own = {}, target }: Figure): [string, string] {
  if (target === undefined) return ['', ''];
  const limit = limitOf(target, own);
  const isMet = target.is === 'most' ? connector <= limit : connector >= limit;
  const word = target.is === 'most' ? 'at most' : 'at least';
  const text = target.of === undefined ? rounded(target.value) : `${target.value} x ${target.of} = ${rounded(limit)}`;
  return [`${word} ${text}`, isMet ? 'met' : '**missed**'];
}

function limitOf({ value, of }: Target, own: NonNullable<Figure['rulers']>): number {
  return of === undefined ? value : value * (own[of] ?? Number.NaN);
}

const file = 'bench/RESULTS.md';

/** Puts a part's table in the place of its last one. */
export async function writeReport(
  { name, about }: Part,
  figures: readonly MedianFigure[],
  runs: number,
): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const day = new Date().toISOString().slice(0, 10);
  const own = `${begin(name)}\n\n${about}\n\n${machine()} ${day}, median of ${runs} (least..most).\n\n${reportText(figures)}\n\n`;
  const from = text.indexOf(begin(name));
  const next = text.indexOf('\n## ', from + 1);
  const until = next < 0 ? text.length : next + 1;
  await writeFile(file, from < 0 ? `${text.trimEnd()}\n\n${own}` : text.slice(0, from) + own + text.slice(until));
}

const begin = (name: string) => `## ${name}\n`.trimEnd();

function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = `${cpu?.model ?? 'CPU'}${generation()}`;
  return `${type()} ${release().split('-')[0]} ${arch()}, ${cpus().length} x ${model}, ${memory} GiB, Node ${process.version}.`;
}

/** What tells processors of one name apart, some of which are twice as fast as others, where Linux has it. */
function generation(): string {
  if (!existsSync('/proc/cpuinfo')) return '';
  const [, family, model] =
    /^cpu family\s*: (\d+)\nmodel\s*: (\d+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? [];
  return family === undefined ? '' : ` (family ${family}, model ${model})`;
}
