import { expect, test } from 'vitest';
import type { AmiAction } from '../src/ami/action.ts';
import type { AmiLink } from '../src/ami/link.ts';
import type { Input } from '../src/call/ami-event.ts';
import { createClickToCall } from '../src/click-to-call.ts';
import { loadConfig } from '../src/config/load.ts';
import { noMeters } from '../src/metrics/meters.ts';
import { ManualClock } from './doubles/manual-clock.ts';
import { rememberingLog } from './doubles/silent-log.ts';

const required = 'ami: {username: a, secret: b}\ncrm: {url: "http://crm", token: t, time_zone: UTC}\n';

/** What Asterisk is asked to dial, and what number the call is told to have, for a click on `to`. */
async function clicked(to: string, settings = '') {
  const loaded = loadConfig({ file: '/c.yaml', env: {}, read: () => required + settings });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const sent: AmiAction[] = [];
  const inputs: Input[] = [];
  const link = {
    state: 'up',
    send: async (action: AmiAction) => {
      sent.push(action);
      return { kind: 'answered', packets: [] };
    },
  } as unknown as AmiLink;
  const click = createClickToCall(loaded.config, {
    link,
    technology: { saw: () => {}, forget: () => {}, find: async () => 'PJSIP' },
    take: (input) => inputs.push(input),
    clickFailed: () => {},
    meters: noMeters,
    clock: new ManualClock(),
    log: rememberingLog(),
  });
  expect(click({ from: '101', to, context: null, variables: {} })).toEqual({
    placed: true,
    click: expect.stringMatching(/^c2c-[0-9a-z]+-[0-9a-f]{8}$/),
  });
  await new Promise((resolve) => setImmediate(resolve));
  return {
    exten: sent[0]?.['Exten'],
    number: inputs.flatMap((input) => (input.kind === 'click' ? [input.number] : []))[0],
  };
}

const russian = 'numbers: {country: RU, to_dialplan: trunk}\n';

test.each([
  ['84951112233', '', '84951112233'],
  ['+74951112233', '', '+74951112233'],
  ['+74951112233', russian, '84951112233'],
  ['+4930123456', russian, '8104930123456'],
  ['+74951112233', `${russian}click_to_call: {dial_prefix: "9"}\n`, '984951112233'],
  ['102', `${russian}click_to_call: {dial_prefix: "9"}\n`, '102'],
  ['*8', `${russian}click_to_call: {dial_prefix: "9"}\n`, '*8'],
  ['84951112233', 'click_to_call: {dial_prefix: "9"}\n', '984951112233'],
])('%s with %j is dialled %s, and is the number of the record', async (to, settings, exten) => {
  expect(await clicked(to, settings)).toEqual({ exten, number: to });
});
