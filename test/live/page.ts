import { createHmac } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Snapshot } from '../../src/live/snapshot.ts';

/** A snapshot as a page reads it. */
export interface PageSnapshot extends Snapshot {
  readonly extension: string;
  readonly at: string;
  readonly linkUp: boolean;
}

/** As the CRM's PHP signs it. */
export function liveToken(secret: string, payload: object): string {
  const key = createHmac('sha256', secret).update('live').digest();
  const signed = `v1.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

export const inAnHour = (now = Date.now()) => Math.floor(now / 1000) + 3600;

/** A page that listens. */
export interface Page {
  readonly snapshots: PageSnapshot[];
  /** When each of them came. */
  readonly times: number[];
  readonly beats: number[];
  readonly byes: string[];
  /** Whether its stream has ended. */
  readonly isOver: boolean;
  readonly latest: PageSnapshot;
  leave(): void;
  /** Reads nothing any more, or goes on. */
  pause(): void;
  resume(): void;
}

/** Listens by server-sent events, and understands no more of them than a browser would. */
export function listen(port: number, token: string): Promise<Page> {
  return new Promise((resolve, reject) => {
    const path = `/live?token=${encodeURIComponent(token)}`;
    const asking = request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}`));
      resolve(pageOf(asking, response));
    });
    asking.once('error', reject);
    asking.end();
  });
}

function pageOf(asking: ClientRequest, response: IncomingMessage): Page {
  const heard = {
    snapshots: [] as PageSnapshot[],
    times: [] as number[],
    beats: [] as number[],
    byes: [] as string[],
  };
  let isOver = false;
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => {});
  response.on('close', () => {
    isOver = true;
  });
  response.on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) take(block);
  });
  const take = (block: string) => {
    const [, event, text = ''] = /^event: (\S+)\ndata: (.*)$/.exec(block) ?? [];
    if (event === 'calls') {
      heard.snapshots.push(JSON.parse(text));
      heard.times.push(Date.now());
    } else if (event === 'bye') heard.byes.push(text);
    else if (event === 'beat') heard.beats.push(Date.now());
    else throw new Error(`not an event: ${block}`);
  };
  return {
    ...heard,
    get isOver() {
      return isOver;
    },
    get latest() {
      const latest = heard.snapshots.at(-1);
      if (latest === undefined) throw new Error('nothing was told yet');
      return latest;
    },
    leave: () => asking.destroy(),
    pause: () => response.pause(),
    resume: () => response.resume(),
  };
}
