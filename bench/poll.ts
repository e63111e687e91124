import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Agent, type Dispatcher, request } from 'undici';

/**
 * What it costs that agents' pages ask every 800 ms: `npm run bench:poll -- --url http://127.0.0.1:8072/ --login u101:password
 * --users 50 --seconds 60 --processes php-fpm,nginx,mariadbd,connector.yaml`. Needs a running CRM with the module, a connector
 * that it is set to, and nothing else to do for both. `--processes`: a word of each command line whose processor time counts.
 */
const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { url: text, login: text, users: text, seconds: text, processes: text },
});
const url = values.url ?? 'http://127.0.0.1/';
const users = Number(values.users ?? 50);
const seconds = Number(values.seconds ?? 60);
const processes = (values.processes ?? 'php-fpm,nginx,mariadbd').split(',');
/** As feed.js of the module. */
const everyMs = 800;

class CrmSession {
  readonly #agent = new Agent({ connections: 1 });
  #cookies = new Map<string, string>();

  async ask(path: string, form?: Readonly<Record<string, string>>): Promise<string> {
    const options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'> = {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        referer: `${url}index.php`,
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: form === undefined ? null : new URLSearchParams(form).toString(),
    };
    const answer = await request(`${url}${path}`, { ...options, dispatcher: this.#agent });
    for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    return answer.body.text();
  }

  async logIn(name: string, password: string): Promise<void> {
    const [, token = ''] = /csrfMagicToken = "([^"]*)"/.exec(await this.ask('index.php')) ?? [];
    await this.ask('index.php', { __vtrftk: token, module: 'Users', action: 'Login', username: name, password });
  }
}

/** Processor time of all processes whose command line has the word, in seconds. */
function processorSeconds(word: string): number {
  const found = execFileSync('pgrep', ['-f', '--', word], { encoding: 'utf8' }).trim().split('\n');
  return found.filter((pid) => Number(pid) !== process.pid).reduce((sum, pid) => sum + processorTicks(pid), 0) / 100;
}

function processorTicks(pid: string): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // User and system time of the process and of its children that have ended (proc(5), fields 14 to 17).
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  } catch {
    return 0;
  }
}

async function poll(path: string, token: string, until: number, agent: Agent): Promise<number> {
  let answered = 0;
  await pause(Math.random() * everyMs);
  while (Date.now() < until) {
    const began = Date.now();
    const headers = { 'x-asterisk-token': token, 'x-asterisk-quiet': '1' };
    const { statusCode, body } = await request(`${url}${path}`, { headers, dispatcher: agent });
    const answer = await body.text();
    if (statusCode !== 200) throw new Error(`poll: HTTP ${statusCode} ${answer.slice(0, 200)}`);
    answered += 1;
    await pause(Math.max(0, everyMs - (Date.now() - began)));
  }
  return answered;
}

const [name = '', ...password] = (values.login ?? '').split(':');
const session = new CrmSession();
await session.logIn(name, password.join(':'));
const live = await session.ask('index.php?module=AsteriskConnector&action=Live');
const { result } = JSON.parse(live) as { result: { token: string; pollUrl: string } };
const agents = Array.from({ length: users }, () => new Agent({ connections: 1 }));
const round = (during: number) =>
  Promise.all(agents.map((agent) => poll(result.pollUrl, result.token, Date.now() + during, agent)));
await round(5_000);
const idleFrom = processes.map(processorSeconds);
await pause(10_000);
const from = processes.map(processorSeconds);
const answered = (await round(seconds * 1_000)).reduce((sum, count) => sum + count, 0);
const until = processes.map(processorSeconds);
let all = 0;
for (const [n, word] of processes.entries()) {
  const idle = (((from[n] ?? 0) - (idleFrom[n] ?? 0)) / 10) * seconds;
  const used = (until[n] ?? 0) - (from[n] ?? 0) - idle;
  all += used;
  console.log(
    `${word.padEnd(20)} ${((used / seconds) * 100).toFixed(2)} % of a core, ${((used / answered) * 1000).toFixed(2)} ms a poll`,
  );
}
console.log(
  `${answered} polls of ${users} users in ${seconds} s: ${((all / seconds) * 100).toFixed(2)} % of a core in all`,
);
await Promise.all(agents.map((agent) => agent.close()));
process.exit();
