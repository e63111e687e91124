import { describe, expect, test } from 'vitest';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Callback } from '../../src/crm/callback.ts';
import { Backlog } from '../../src/outbox/backlog.ts';
import type { Commit } from '../../src/outbox/outbox-writes.ts';

const id = (call: string) => call as Linkedid;

function change(call: string, state: string | null, ...kinds: Callback['kind'][]): Commit {
  const callbacks = kinds.map((kind) => ({
    call: id(call),
    key: `${call} ${kind}`,
    kind,
    params: { callstatus: kind },
  }));
  return { callbacks, calls: [{ id: id(call), state }] };
}

/** With room for some ten small changes. */
function small() {
  let fulls = 0;
  const backlog = new Backlog(16_000, () => {
    fulls += 1;
  });
  return { backlog, fulls: () => fulls };
}

describe('what is kept while nothing can be written', () => {
  test('is all of it while there is room, and nothing of it once it is written', () => {
    const { backlog, fulls } = small();
    const changes = ['1.1', '1.2', '1.3'].map((call) => change(call, '{}', 'DialBegin'));
    for (const one of changes) expect(backlog.admit(one)).toBe(one);
    expect(backlog.state).toEqual({ kept: 3, droppedCalls: 0 });
    for (const one of changes) backlog.written(one);
    expect(backlog.state).toEqual({ kept: 0, droppedCalls: 0 });
    expect(fulls()).toBe(0);
  });

  test('is of calls that have begun, when there is no more room: those that begin then are dropped to their ends', () => {
    const { backlog, fulls } = small();
    backlog.know([id('1.0')]);
    const kept: Commit[] = [];
    for (let call = 1; backlog.state.droppedCalls === 0; call += 1) {
      const one = change(`1.${call}`, 'x'.repeat(500), 'DialBegin');
      if (backlog.admit(one) !== null) kept.push(one);
    }
    expect(fulls()).toBe(1);
    expect(kept.length).toBeGreaterThan(3);
    const dropped = `1.${kept.length + 1}`;
    // Open since before, and begun while there was room: told to their ends.
    for (const call of ['1.0', '1.1']) {
      expect(backlog.admit(change(call, '{}', 'DialAnswer'))).not.toBeNull();
      expect(backlog.admit(change(call, null, 'EndCall'))).not.toBeNull();
    }
    expect(backlog.admit(change(dropped, '{}', 'DialAnswer'))).toBeNull();
    expect(backlog.state.droppedCalls).toBe(1);
    for (const one of kept) backlog.written(one);
    // There is room again, but half a call is none.
    expect(backlog.admit(change(dropped, '{}', 'EndCall'))).toBeNull();
    expect(backlog.admit(change(dropped, null))).toBeNull();
    expect(backlog.admit(change('2.1', '{}', 'DialBegin'))).not.toBeNull();
    expect(fulls()).toBe(1);
  });

  test('of a change of two calls, is what is of the one that is not dropped', () => {
    const { backlog } = small();
    backlog.admit(change('1.1', 'x'.repeat(20_000), 'DialBegin'));
    backlog.admit(change('1.2', '{}', 'DialBegin'));
    const [old, fresh] = [change('1.1', '{}', 'DialAnswer'), change('1.2', '{}', 'DialAnswer')];
    const both = { callbacks: [...old.callbacks, ...fresh.callbacks], calls: [...old.calls, ...fresh.calls] };
    expect(backlog.admit(both)).toEqual(old);
  });

  test('is also what concerns no open call: a recording to be announced, held events to be released', () => {
    const { backlog } = small();
    backlog.admit(change('1.1', 'x'.repeat(20_000), 'DialBegin'));
    backlog.admit(change('1.2', '{}', 'DialBegin'));
    const announcement = { callbacks: change('1.1', null, 'Record').callbacks, calls: [] };
    expect(backlog.admit(announcement)).toBe(announcement);
    const release = { callbacks: [], calls: [] };
    expect(backlog.admit(release)).toBe(release);
  });
});
