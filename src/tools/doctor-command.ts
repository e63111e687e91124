import type { Config } from '../config/schema.ts';
import { type DoctorParts, examine } from '../doctor/doctor.ts';
import { type Family, type Finding, families, familyOf, type Verdict } from '../doctor/finding.ts';
import { counted, plain } from './text-table.ts';

export interface DoctorAnswer {
  readonly text: string;
  /** The worst of what was found; what could not be looked at does not count. */
  readonly worst: 'ok' | 'warning' | 'fault';
}

/** Looks at the whole installation, also beside a running connector, and says what is wrong and what to do about it. */
export async function doctor(config: Config, json: boolean, parts: DoctorParts): Promise<DoctorAnswer> {
  const findings = await examine(config, parts);
  const at = new Date(parts.clock.now()).toISOString();
  const text = json ? asJson(findings, at, parts.version) : asText(findings);
  return { text, worst: worstOf(findings) };
}

function worstOf(findings: readonly Finding[]): DoctorAnswer['worst'] {
  const has = (verdict: Verdict) => findings.some((finding) => finding.verdict === verdict);
  return has('fault') ? 'fault' : has('warning') ? 'warning' : 'ok';
}

function countsOf(findings: readonly Finding[]): Record<Verdict, number> {
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  return { ok: count('ok'), warning: count('warning'), fault: count('fault'), skipped: count('skipped') };
}

function asJson(findings: readonly Finding[], at: string, version: string): string {
  const checks = findings.map((finding) => ({ ...finding, family: familyOf(finding) }));
  const report = { at, version, verdict: worstOf(findings), counts: countsOf(findings), checks };
  return `${JSON.stringify(report, null, 2)}\n`;
}

const marks: Readonly<Record<Verdict, string>> = {
  ok: 'ok     ',
  warning: 'WARNING',
  fault: 'FAULT  ',
  skipped: 'not seen',
};

export function asText(findings: readonly Finding[]): string {
  const groups = (Object.keys(families) as Family[]).map((family) => {
    const own = findings.filter((finding) => familyOf(finding) === family).sort(byVerdict);
    return `${families[family]}\n${together(own).map(line).join('')}`;
  });
  return `${groups.join('\n')}\n${summary(findings)}`;
}

const order: readonly Verdict[] = ['fault', 'warning', 'skipped', 'ok'];

const byVerdict = (a: Finding, b: Finding) => order.indexOf(a.verdict) - order.indexOf(b.verdict);

type Shown = Omit<Finding, 'id'> & { readonly id: string };

/** Those that could not be looked at for one and the same reason make one line. */
function together(findings: readonly Finding[]): Shown[] {
  const shown: Shown[] = [];
  for (const finding of findings) {
    const isAlike = ({ verdict, seen, cure }: Shown) =>
      verdict === 'skipped' && seen === finding.seen && cure === finding.cure;
    const at = shown.findIndex(isAlike);
    const before = shown[at];
    if (before === undefined) shown.push(finding);
    else shown[at] = { ...before, id: `${before.id}, ${finding.id}` };
  }
  return shown;
}

const indent = 12;
const width = 118;

function line({ id, verdict, seen, cure }: Shown): string {
  const head = `  ${marks[verdict].padEnd(8)}  `;
  const isOne = !id.includes(',');
  const first = isOne
    ? `${head}${id.padEnd(23)} ${wrapped(plain(seen), indent + 24)}\n`
    : `${head}${wrapped(`${id}: ${plain(seen)}`, indent)}\n`;
  return cure === '' ? first : `${first}${' '.repeat(indent)}${wrapped(plain(cure), indent)}\n`;
}

/** Broken between words, further lines as far in as `from`. */
function wrapped(text: string, from: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    const isFull = last !== '' && from + last.length + 1 + word.length > width;
    if (isFull) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join(`\n${' '.repeat(from)}`);
}

/** What somebody must look at, once more and together: the rest has scrolled by. */
function summary(findings: readonly Finding[]): string {
  const { ok, warning, fault, skipped } = countsOf(findings);
  const counts = `${counted(fault, 'fault')}, ${counted(warning, 'warning')}, ${ok} ok, ${skipped} could not be looked at`;
  const bad = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict);
  const list = [...bad('fault'), ...bad('warning')].map(
    ({ id, verdict, seen }) => `  ${marks[verdict]}  ${id}: ${plain(seen)}\n`,
  );
  return `${counts}\n${list.join('')}`;
}
