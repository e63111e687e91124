import type { Origin } from './import-origin.ts';
import type { Problem } from './problem.ts';

/** A setting as written. Scalars are text: what a text means is decided by the key it stands under, not by its looks. */
export type RawValue = string | readonly RawValue[] | RawMap;
export interface RawMap {
  readonly [name: string]: RawValue;
}

/** What a settings file says, not yet validated. */
export interface Source {
  readonly values: RawMap;
  /** Dotted key -> where it was written, for messages. */
  readonly where: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  /** Part of the file could not be told apart, so that what is missing may only be hidden. */
  readonly isBroken?: boolean;
  /** Dotted key -> what the file calls it, where that is something else. */
  readonly names?: ReadonlyMap<string, string>;
  /** What became of each of its settings, where they were another connector's. */
  readonly origins?: readonly Origin[];
  /** Of the notes those that `origins` does not say. */
  readonly remarks?: readonly string[];
}

export const emptySource: Source = { values: {}, where: new Map(), problems: [], notes: [] };

export function isRawMap(value: RawValue | undefined): value is RawMap {
  return typeof value === 'object' && !Array.isArray(value);
}

/** Dotted keys as groups of keys. */
export function sectionsOf(values: ReadonlyMap<string, RawValue>): Record<string, RawMap> {
  const sections: Record<string, RawMap> = {};
  for (const [key, value] of values) {
    const [section = '', name = ''] = key.split('.');
    sections[section] = { ...sections[section], [name]: value };
  }
  return sections;
}

export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
