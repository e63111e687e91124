import { emptySource, type Source } from './source.ts';

export function importPython(_text: string): Source {
  return { ...emptySource, problems: [{ key: 'config.py', expected: 'connector.yaml for now' }] };
}
