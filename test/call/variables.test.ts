import { describe, expect, test } from 'vitest';
import type { Uniqueid } from '../../src/call/ids.ts';
import { step } from '../../src/call/tracker.ts';
import { Core, caller, p101, ringing } from './office.ts';

const set = (core: Core, uniqueid: Uniqueid, name: string, value: string) =>
  step(core.state, { kind: 'variable', uniqueid, name, value }, core.now);
const variablesOf = (core: Core) => core.state.calls.get(caller.linkedid)?.variables;

describe('variables that the configuration asks for', () => {
  test('are the call’s, whichever of its channels they were set on, and are stored with it', () => {
    const core = ringing(p101);
    expect(set(core, caller.uniqueid, 'CONTRACT', '17/4')).toEqual({ events: [], touched: [caller.linkedid] });
    set(core, p101.uniqueid, 'VIP', 'yes');
    expect(variablesOf(core)).toEqual({ CONTRACT: '17/4', VIP: 'yes' });
  });

  test('said again change nothing, said otherwise do', () => {
    const core = ringing(p101);
    set(core, caller.uniqueid, 'CONTRACT', '17');
    expect(set(core, p101.uniqueid, 'CONTRACT', '17').touched).toEqual([]);
    expect(set(core, p101.uniqueid, 'CONTRACT', '18').touched).toEqual([caller.linkedid]);
    expect(variablesOf(core)).toEqual({ CONTRACT: '18' });
  });

  test('are gone when they are cleared', () => {
    const core = ringing(p101);
    expect(set(core, caller.uniqueid, 'CONTRACT', '').touched).toEqual([]);
    set(core, caller.uniqueid, 'CONTRACT', '17');
    set(core, caller.uniqueid, 'VIP', 'yes');
    expect(set(core, caller.uniqueid, 'CONTRACT', '').touched).toEqual([caller.linkedid]);
    expect(variablesOf(core)).toEqual({ VIP: 'yes' });
  });

  test('may be called like what every object has', () => {
    const core = ringing(p101);
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) set(core, caller.uniqueid, name, 'x');
    expect(variablesOf(core)).toEqual({ constructor: 'x', toString: 'x', hasOwnProperty: 'x' });
  });

  test('of channels that are not known are nobody’s', () => {
    const core = new Core();
    expect(set(core, '9.9' as Uniqueid, 'CONTRACT', '17')).toEqual({ events: [], touched: [] });
    expect(core.isEmpty).toBe(true);
  });
});
