/** What became of one setting of another connector's file. */
export interface Origin {
  /** As that file calls it; never its value. */
  readonly name: string;
  /** `line 4`; '' where it is not known. */
  readonly where: string;
  readonly fate: 'carried over' | 'changed' | 'ignored';
  /** The keys of connector.yaml that it went into. */
  readonly keys: readonly string[];
  /** Why it was changed or ignored, or what is to be known of it. */
  readonly why: string;
}

/** @param line 0: not known */
export function carried(name: string, line: number, keys: readonly string[], why = ''): Origin {
  return { name, where: place(line), fate: 'carried over', keys, why };
}

export function changed(name: string, line: number, keys: readonly string[], why: string): Origin {
  return { name, where: place(line), fate: 'changed', keys, why };
}

export function ignored(name: string, line: number, why: string): Origin {
  return { name, where: place(line), fate: 'ignored', keys: [], why };
}

function place(line: number): string {
  return line > 0 ? `line ${line}` : '';
}

/** What an operator who runs the connector with the old file itself should know. */
export function notesOf(origins: readonly Origin[]): string[] {
  return origins.flatMap(({ name, where, fate, why }) => {
    if (fate === 'carried over' || why === '') return [];
    return [`${name}${where === '' ? '' : ` (${where})`} is ${fate}: ${why}`];
  });
}

/** As they stand in the file. */
export function inOrder(origins: readonly Origin[]): Origin[] {
  const line = ({ where }: Origin) => Number(where.replace('line ', ''));
  return [...origins].sort((one, other) => line(one) - line(other));
}
