import { afterEach, describe, expect, test } from 'vitest';
import type { ActionResult } from '../src/ami/action.ts';
import type { Packet } from '../src/ami/packet.ts';
import type { Input } from '../src/call/ami-event.ts';
import type { Uniqueid } from '../src/call/ids.ts';
import { createListening, type Listening } from '../src/listening.ts';
import { ManualClock } from './doubles/manual-clock.ts';
import { rememberingLog } from './doubles/silent-log.ts';

const start = 1_000_000;

const facts = (id: string): Packet =>
  new Map(Object.entries({ event: 'CoreShowChannel', channel: `PJSIP/101-${id}`, uniqueid: id, linkedid: id }));

const listOf = (...ids: string[]): ActionResult => ({
  kind: 'answered',
  response: new Map(),
  events: ids.map(facts),
});

/** The listening, with everything around it played. */
class Scene {
  readonly clock = new ManualClock(start);
  readonly log = rememberingLog();
  readonly saved: number[] = [];
  readonly #taken: { readonly input: Input; readonly at: number }[] = [];
  heardAt: number | null = null;
  openCalls = true;
  answer: ActionResult = listOf();
  readonly listening: Listening;

  constructor(heardBefore: number | null = null) {
    const heardAt = () => this.heardAt;
    this.listening = createListening({
      link: {
        get heardAt() {
          return heardAt();
        },
        send: async () => this.answer,
      },
      clock: this.clock,
      log: this.log,
      take: (input, at) => this.#taken.push({ input, at: at - start }),
      hasOpenCalls: () => this.openCalls,
      heardBefore,
      saveHeard: async (at) => void this.saved.push(at - start),
      presumeDeadMs: 30_000,
      compareMs: 60_000,
    });
  }

  /** What the core was told, with times since the start. */
  get told(): string[] {
    return this.#taken.map(({ input, at }) => {
      if (input.kind !== 'snapshot' && input.kind !== 'remaining') return input.kind;
      const channels = input.kind === 'snapshot' ? input.channels.map(({ uniqueid }) => uniqueid) : [...input.channels];
      return `${at} ${input.kind} [${channels.join(' ')}] heard until ${input.heardUntil - start}`;
    });
  }

  get warnings(): string[] {
    return this.log.lines.filter(({ level }) => level === 'warn').map(({ text }) => text);
  }

  async up(): Promise<void> {
    this.listening.onUp();
    await this.clock.advance(0);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Goes down, having heard the last byte just now. */
  down(): void {
    this.heardAt = this.clock.now();
    this.listening.onDown();
  }
}

let scene: Scene;
const begin = (heardBefore: number | null = null): Scene => {
  scene = new Scene(heardBefore);
  return scene;
};

afterEach(() => scene.listening.stop());

describe('after a gap', () => {
  test('what hangs up while the list is on its way, or right behind its end, is not in it any more', async () => {
    begin();
    scene.answer = listOf('1.1', '1.2', '1.3');
    scene.listening.onHangup('1.1' as Uniqueid);
    const up = scene.up();
    scene.listening.onHangup('1.2' as Uniqueid);
    await up;
    scene.listening.onHangup('1.3' as Uniqueid);
    expect(scene.told).toEqual(['0 snapshot [1.1 1.3] heard until 0']);
  });

  test('the core is told what there is, and until when it was heard', async () => {
    const { clock } = begin();
    await scene.up();
    await clock.advance(10_000);
    scene.down();
    scene.answer = listOf('1.1');
    await clock.advance(3_000);
    await scene.up();
    expect(scene.told).toEqual(['0 snapshot [] heard until 0', '13000 snapshot [1.1] heard until 10000']);
  });

  test('also after a gap in which the connector itself did not run', async () => {
    begin(start - 7_200_000);
    await scene.up();
    expect(scene.told).toEqual(['0 snapshot [] heard until -7200000']);
  });

  test('a list that could not be had is asked for again, with what was known before', async () => {
    const { clock } = begin(start - 9_000);
    scene.answer = { kind: 'timedOut' };
    await scene.up();
    scene.answer = listOf('1.1');
    await clock.advance(4_999);
    expect(scene.told).toEqual([]);
    await clock.advance(1);
    await clock.advance(0);
    expect(scene.told).toEqual(['5000 snapshot [1.1] heard until -9000']);
    expect(scene.warnings).toEqual([expect.stringContaining('stay open until it can')]);
  });

  test('an account without the right to it is told once', async () => {
    const { clock } = begin();
    scene.answer = { kind: 'rejected', message: 'Permission denied' };
    await scene.up();
    await clock.advance(200_000);
    expect(scene.told).toEqual([]);
    expect(scene.warnings).toEqual([
      expect.stringContaining('Permission denied; calls that ended meanwhile stay open'),
    ]);
  });

  test('a list of the connection before is worth nothing', async () => {
    const { clock } = begin();
    scene.answer = { kind: 'timedOut' };
    await scene.up();
    scene.down();
    scene.answer = listOf('1.1');
    await clock.advance(6_000);
    expect(scene.told).toEqual([]);
  });
});

describe('an Asterisk that is gone', () => {
  test('where nobody listens any more, its calls are over soon, as of when it was last heard', async () => {
    const { clock } = begin();
    await scene.up();
    await clock.advance(20_000);
    scene.down();
    await clock.advance(300);
    scene.listening.onAbsent();
    await clock.advance(3_500);
    expect(scene.told).toHaveLength(1);
    await clock.advance(1_500);
    expect(scene.told.slice(1)).toEqual(['25000 remaining [] heard until 20000']);
    expect(scene.warnings).toEqual([expect.stringContaining('Asterisk does not run')]);
    await clock.advance(100_000);
    expect(scene.told).toHaveLength(2);
  });

  test('while it is heard nobody looks whether it runs', async () => {
    const scene = new Scene();
    const deaf = scene.clock.pending;
    await scene.up();
    expect(scene.clock.pending).toBe(deaf - 1);
    scene.listening.onDown();
    expect(scene.clock.pending).toBe(deaf);
    scene.listening.onDown();
    expect(scene.clock.pending).toBe(deaf);
    await scene.listening.stop();
    expect(scene.clock.pending).toBe(0);
  });

  test('one that cannot be reached is waited for', async () => {
    const { clock } = begin();
    await scene.up();
    await clock.advance(20_000);
    scene.down();
    await clock.advance(29_000);
    expect(scene.told).toHaveLength(1);
    await clock.advance(1_000);
    expect(scene.told.slice(1)).toEqual(['50000 remaining [] heard until 20000']);
    expect(scene.warnings).toEqual([expect.stringContaining('has not been heard for 30 s')]);
  });

  test('one that is back within seconds is asked for its channels', async () => {
    const { clock } = begin();
    await scene.up();
    scene.down();
    scene.listening.onAbsent();
    await clock.advance(3_000);
    await scene.up();
    await clock.advance(50_000);
    expect(scene.told).toEqual(['0 snapshot [] heard until 0', '3000 snapshot [] heard until 0']);
  });

  test('that is worth no word while there is no call', async () => {
    const { clock } = begin();
    scene.openCalls = false;
    await clock.advance(100_000);
    expect(scene.told).toEqual([]);
    expect(scene.warnings).toEqual([]);
  });
});

describe('while it is listened to', () => {
  test('open calls are compared with what Asterisk has, as of the comparison before', async () => {
    const { clock } = begin();
    await scene.up();
    scene.answer = listOf('1.1', '1.2');
    await clock.advance(122_000);
    expect(scene.told.slice(1)).toEqual([
      '62000 remaining [1.1 1.2] heard until 0',
      '122000 remaining [1.1 1.2] heard until 60000',
    ]);
  });

  test('without open calls nothing is asked', async () => {
    const { clock } = begin();
    scene.openCalls = false;
    await scene.up();
    await clock.advance(200_000);
    expect(scene.told).toHaveLength(1);
  });

  test('it is written down until when, at most every few seconds and only when there is news', async () => {
    const { clock, listening } = begin();
    await scene.up();
    await clock.advance(5_000);
    expect(scene.saved).toEqual([]);
    scene.heardAt = start + 4_800;
    await clock.advance(11_000);
    expect(scene.saved).toEqual([4_800]);
    scene.heardAt = start + 15_900;
    await listening.stop();
    expect(scene.saved).toEqual([4_800, 15_900]);
  });
});
