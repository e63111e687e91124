import { z } from 'zod';
import { type KeyNote, keyNotes, sectionNotes } from './key-notes.ts';
import { settingsSchema } from './schema.ts';

export interface SettingKey {
  /** `ami.port`; `trunks` stands alone. */
  readonly name: string;
  readonly path: readonly string[];
  readonly note: KeyNote;
  /** What applies when the key is absent; undefined when it is required or worked out at start. */
  readonly preset: unknown;
}

export interface Section {
  readonly name: string;
  readonly about: string;
  readonly keys: readonly SettingKey[];
}

/** Everything connector.yaml may hold, in the schema's order. A key without a section is a section of its own. */
export const sections: readonly Section[] = Object.entries(settingsSchema.shape).map(([name, schema]) => {
  if (!(schema instanceof z.ZodObject)) {
    const alone = settingKey([name], schema);
    return { name, about: alone.note.about, keys: [alone] };
  }
  const keys = Object.entries(schema.shape).map(([inner, leaf]) => settingKey([name, inner], leaf as z.ZodType));
  return { name, about: sectionNotes.get(schema)?.about ?? '', keys };
});

export const settingKeys: readonly SettingKey[] = sections.flatMap(({ keys }) => keys);

function settingKey(path: readonly string[], schema: z.ZodType): SettingKey {
  const note = keyNotes.get(schema);
  if (note === undefined) throw new Error(`${path.join('.')} has no note`);
  const preset = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  return { name: path.join('.'), path, note, preset };
}
