import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The connector as its users run it: a process of its own, begun again and again on one database. */
export class ConnectorProcess {
  /** What all of its lives have said. */
  readonly log: string[] = [];
  readonly #main: string;
  readonly #configFile: string;
  #child: ChildProcess | null = null;

  /** @param main the built program, dist/main.js or a copy of it */
  constructor(main: string, configFile: string) {
    this.#main = main;
    this.#configFile = configFile;
  }

  start(): void {
    this.#child = this.#spawn();
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM. */
  stop(): Promise<Exit> {
    return this.#end('SIGTERM');
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child?.kill('SIGCONT');
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Files that it writes to cannot grow beyond so many bytes; null: as they like. */
  async limitFiles(bytes: number | null): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined || !this.isRunning) return;
    await run('prlimit', ['--pid', String(pid), `--fsize=${bytes ?? 'unlimited'}:unlimited`]);
  }

  /** A second one by mistake, while this one runs. */
  async second(): Promise<Exit> {
    const child = this.#spawn('second: ');
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return { code, signal };
  }

  /** Runs a command of the program to its end. */
  async command(...words: string[]): Promise<{ readonly code: number; readonly output: string }> {
    const args = [this.#main, ...words, '--config', this.#configFile];
    try {
      const { stdout, stderr } = await run(process.execPath, args);
      return { code: 0, output: `${stdout}${stderr}` };
    } catch (fault) {
      const { code, stdout, stderr } = fault as { code: number; stdout: string; stderr: string };
      return { code, output: `${stdout}${stderr}` };
    }
  }

  #spawn(prefix = ''): ChildProcess {
    const child = spawn(process.execPath, [this.#main, '--config', this.#configFile], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) =>
        this.log.push(
          ...String(chunk)
            .split('\n')
            .filter(Boolean)
            .map((line) => prefix + line),
        ),
      );
    return child;
  }

  async #end(signal: NodeJS.Signals): Promise<Exit> {
    const child = this.#child;
    if (child === null || !this.isRunning) return { code: child?.exitCode ?? null, signal: child?.signalCode ?? null };
    const exit = once(child, 'exit');
    child.kill(signal);
    const [code, by] = (await exit) as [number | null, NodeJS.Signals | null];
    return { code, signal: by };
  }
}
