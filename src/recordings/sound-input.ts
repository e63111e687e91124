import type { OpenFile } from './open.ts';
import { inputToConvert, type SoundInput, soundHeadBytes } from './sound-format.ts';

/** What must be done before a browser plays an open file; null: nothing. Rejects when it cannot be read. */
export async function soundInputOf({ handle, name }: Pick<OpenFile, 'handle' | 'name'>): Promise<SoundInput | null> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(soundHeadBytes), 0, soundHeadBytes, 0);
  return inputToConvert(name, buffer.subarray(0, bytesRead));
}
