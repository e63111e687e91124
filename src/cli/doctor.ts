export interface DoctorCommand {
  readonly kind: 'doctor';
  readonly config: string | null;
  readonly json: boolean;
}

/** What the words after `doctor` and the options ask for; a text: what is wrong with them. */
export function parseDoctor(
  given: ReadonlyMap<string, string | undefined>,
  [extra]: readonly string[],
): DoctorCommand | string {
  if (extra !== undefined) return `doctor takes no ${extra}: it looks at everything`;
  return { kind: 'doctor', config: given.get('config') ?? null, json: given.has('json') };
}
