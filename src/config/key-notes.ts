import { z } from 'zod';

/** How a key's value is written where there is only text (YAML scalars, environment variables). */
export type KeyShape = 'text' | 'number' | 'list' | 'paths' | 'pairs' | 'map';

/** What people are told about a key: in error messages, connector.example.yaml and docs/configuration.md. */
export interface KeyNote {
  readonly shape: KeyShape;
  readonly expected: string;
  readonly about: string;
  /** Its value is never printed, and it may be given as a file (`..._FILE`). */
  readonly secret?: true;
  /** Without it the connector does not start; the text stands in the example. */
  readonly required?: string;
  /** Said in place of a default that is worked out when the connector starts. */
  readonly otherwise?: string;
  /** For the example, where the default would not show how the key is written. */
  readonly sample?: unknown;
}

export const keyNotes = z.registry<KeyNote>();

export const sectionNotes = z.registry<{ readonly about: string }>();

/** A key of connector.yaml. `expected` completes the sentence "expected ...". */
export function key<S extends z.ZodType>(
  schema: S,
  shape: KeyShape,
  expected: string,
  about: string,
  more: Partial<KeyNote> = {},
): S {
  // Notes belong to an instance, and keys share schemas: without a copy the last key's notes would be those of all.
  const own = schema.clone();
  keyNotes.add(own, { shape, expected, about, ...more });
  return own;
}

/** A closed group of keys: what is not named here is a mistake. */
export function section<S extends z.ZodRawShape>(about: string, shape: S): z.ZodObject<S, z.core.$strict> {
  const object = z.strictObject(shape);
  sectionNotes.add(object, { about });
  return object;
}
