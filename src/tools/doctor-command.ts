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
    return `${families[family]}\n${own.map(line).join('')}`;
  });
  return `${groups.join('\n')}\n${summary(findings)}`;
}

const order: readonly Verdict[] = ['fault', 'warning', 'skipped', 'ok'];

const byVerdict = (a: Finding, b: Finding) => order.indexOf(a.verdict) - order.indexOf(b.verdict);

function line({ id, verdict, seen, cure }: Finding): string {
  const first = `  ${marks[verdict].padEnd(8)}  ${id.padEnd(23)} ${plain(seen)}\n`;
  return cure === '' ? first : `${first}${' '.repeat(12)}${plain(cure)}\n`;
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
