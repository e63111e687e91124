import { describe, expect, test } from 'vitest';
import type { ActionResult, AmiAction } from '../../src/ami/action.ts';
import { createTechnologyFinder } from '../../src/ami/technology.ts';

/** A link to an Asterisk with these phones. */
function asterisk(phones: readonly string[], allowed: readonly string[] = [], failure?: ActionResult) {
  const asked: string[] = [];
  const send = async (action: AmiAction): Promise<ActionResult> => {
    const device = String(action['Variable']).slice('DEVICE_STATE('.length, -1);
    asked.push(device);
    const value = phones.includes(device) ? 'UNAVAILABLE' : 'INVALID';
    return failure ?? { kind: 'answered', response: new Map([['value', value]]), events: [] };
  };
  return { asked, link: { send, allowedActions: new Set(allowed) } };
}

describe('the technology of a phone', () => {
  test('as configured, nothing is asked', async () => {
    const { asked, link } = asterisk(['PJSIP/101']);
    expect(await createTechnologyFinder(link, 'SCCP').find('101')).toBe('SCCP');
    expect(asked).toEqual([]);
  });

  test('asks Asterisk, once', async () => {
    const { asked, link } = asterisk(['PJSIP/101', 'SIP/102']);
    const finder = createTechnologyFinder(link, 'auto');
    expect(await finder.find('101')).toBe('PJSIP');
    expect(await finder.find('102')).toBe('SIP');
    expect(await finder.find('102')).toBe('SIP');
    expect(asked).toEqual(['PJSIP/101', 'PJSIP/102', 'SIP/102']);
    finder.forget();
    await finder.find('101');
    expect(asked).toHaveLength(4);
  });

  test('a channel of the phone knows best', async () => {
    const { asked, link } = asterisk(['PJSIP/101', 'SIP/101']);
    const finder = createTechnologyFinder(link, 'auto');
    finder.saw('SIP/101-00000040');
    finder.saw('SIP/sales-desk-2-00000041');
    finder.saw('Local/101@internal-00000003;1');
    finder.saw('nonsense');
    expect(await finder.find('101')).toBe('SIP');
    expect(await finder.find('sales-desk-2')).toBe('SIP');
    expect(asked).toEqual([]);
  });

  test('an unknown phone: the driver that is there, and asked again next time', async () => {
    const none = asterisk([], ['sippeers', 'sipshowpeer', 'ping']);
    const finder = createTechnologyFinder(none.link, 'auto');
    expect(await finder.find('101')).toBe('SIP');
    expect(await finder.find('101')).toBe('SIP');
    expect(none.asked).toHaveLength(4);
    const both = asterisk([], ['sippeers', 'pjsipqualify']);
    expect(await createTechnologyFinder(both.link, 'auto').find('101')).toBe('PJSIP');
    expect(await createTechnologyFinder(asterisk([]).link, 'auto').find('101')).toBe('PJSIP');
  });

  test('may not ask, or no link', async () => {
    const refused = asterisk([], ['sippeers'], { kind: 'rejected', message: 'Permission denied' });
    expect(await createTechnologyFinder(refused.link, 'auto').find('101')).toBe('SIP');
    expect(refused.asked).toHaveLength(1);
    const down = asterisk([], [], { kind: 'down' });
    expect(await createTechnologyFinder(down.link, 'auto').find('101')).toBe('PJSIP');
  });

  test('what is no extension is not put into a dialplan function', async () => {
    const { asked, link } = asterisk([]);
    const finder = createTechnologyFinder(link, 'auto');
    for (const odd of ['101)', '1/SHELL(id)', 'a,b', '', '1'.repeat(65)]) await finder.find(odd);
    expect(asked).toEqual([]);
  });
});
