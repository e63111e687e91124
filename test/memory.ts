import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is in use of the heap after all garbage is collected, in MB. */
export function liveMegabytes(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
