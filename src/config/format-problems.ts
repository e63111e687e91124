import type { Problem } from './problem.ts';

/** All that is wrong, for people: one fault a line, its advice below it. `file`: what was read; null: only the environment. */
export function formatProblems(problems: readonly Problem[], file: string | null): string {
  const count = problems.length === 1 ? '1 fault' : `${problems.length} faults`;
  return [`${file ?? 'configuration'}: ${count}`, ...problems.map(formatProblem)].join('\n');
}

function formatProblem({ key, where, expected, got, hint }: Problem): string {
  const place = where === undefined || where === key ? key : `${key} (${where})`;
  const found = got === undefined ? '' : `, got ${got}`;
  return `  ${place}: expected ${expected}${found}${hint === undefined ? '' : `\n      ${hint}`}`;
}
