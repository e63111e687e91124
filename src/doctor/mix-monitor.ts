import type { DialplanStep } from './asterisk-seen.ts';

/** One MixMonitor of the dialplan. */
export interface MixMonitor {
  /** `context,exten`. */
  readonly where: string;
  /** The file, with as many variables put in as are known. */
  readonly file: string;
}

const deepest = 5;

/** The files that MixMonitor is told to write, from the Sets of the dialplan and from `values`, the global variables. */
export function mixMonitors(steps: readonly DialplanStep[], values: ReadonlyMap<string, string>): MixMonitor[] {
  return steps
    .filter(({ application }) => application.toLowerCase() === 'mixmonitor')
    .map((step) => {
      const sets = setsOf(steps, step.context);
      return { where: `${step.context},${step.exten}`, file: filled(firstArgument(step.arguments), sets, values) };
    });
}

/** The variables that the beginnings of those files depend on and that the dialplan does not set. */
export function unknownVariables(monitors: readonly MixMonitor[]): string[] {
  const names = monitors.map(({ file }) => /^\$\{([A-Za-z_][A-Za-z0-9_]{0,79})\}/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** The folder that a file is certainly below: what stands before the last slash that no variable precedes. null: not known. */
export function folderOf(file: string, spool: string): string | null {
  const fixed = file.replace(/\$[{[].*/s, '');
  // A name alone is put into the folder `monitor` of Asterisk's spool (16, 22).
  if (fixed.startsWith('/')) return fixed.slice(0, fixed.lastIndexOf('/')) || '/';
  return fixed === '' ? null : `${spool}/monitor`;
}

/** Whether two calls can get the same file: nothing in its name differs from call to call. */
export function mayCollide(file: string): boolean {
  const hasVariables = /\$\{/.test(file);
  return hasVariables && !/UNIQUEID|LINKEDID|UUID|RAND\(/i.test(file);
}

/** MixMonitor(file.wav,b,command): the file's name holds no comma outside of `${...}`. */
function firstArgument(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{' || text[at] === '(') depth += 1;
    if (text[at] === '}' || text[at] === ')') depth -= 1;
    if (text[at] === ',' && depth === 0) return text.slice(0, at).trim();
  }
  return text.trim();
}

type Sets = ReadonlyMap<string, string>;

/** What variables are set to; in the step's own context before others. */
function setsOf(steps: readonly DialplanStep[], context: string): Sets {
  const sets = new Map<string, string>();
  const near = steps.filter((step) => step.context === context);
  for (const { application, arguments: text } of [...near, ...steps]) {
    const [, name, value] = /^_{0,2}([A-Za-z][A-Za-z0-9_]*)=(.*)$/.exec(text) ?? [];
    if (!/^m?set$/i.test(application) || name === undefined || value === undefined) continue;
    if (!sets.has(name)) sets.set(name, value);
  }
  return sets;
}

function filled(file: string, sets: Sets, values: ReadonlyMap<string, string>): string {
  let text = file;
  for (let round = 0; round < deepest; round += 1)
    text = text.replace(
      /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g,
      (whole, name: string) => sets.get(name) ?? (values.get(name) || whole),
    );
  return text;
}
