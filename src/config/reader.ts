import { loadConfig } from './load.ts';
import { environment } from './process-environment.ts';

// A program by itself: `readApart` runs it, and reads what it writes.
const [file = null] = process.argv.slice(2);
process.stdout.write(JSON.stringify(loadConfig({ file, env: environment() })));
