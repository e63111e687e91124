import { afterEach, describe, expect, it } from 'vitest';
import { addressesIn, clientAddress, plainAddress } from '../../src/http/client-address.ts';
import { ask } from './request.ts';
import { encodedSecret, type Serving, serve } from './serving.ts';

const isTrusted = addressesIn(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8']);

describe('from where a request comes', () => {
  it.each([
    ['nobody says more', '127.0.0.1', '', '127.0.0.1'],
    ['a stranger says something', '192.0.2.7', '1.2.3.4', '192.0.2.7'],
    ['a trusted proxy names him', '127.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['he has named himself before', '127.0.0.1', '1.2.3.4, 192.0.2.7', '192.0.2.7'],
    ['he has named us before', '127.0.0.1', '127.0.0.1, 192.0.2.7', '192.0.2.7'],
    ['over two trusted proxies', '127.0.0.1', '1.2.3.4, 192.0.2.7, 10.1.2.3', '192.0.2.7'],
    ['all are trusted', '127.0.0.1', '10.9.9.9, 10.1.2.3', '10.9.9.9'],
    ['by IPv6', '::1', '2001:db8::7', '2001:db8::7'],
    ['by a network of IPv6', 'fd00::5', '2001:db8::7', '2001:db8::7'],
    ['the proxy listens on ::', '::ffff:127.0.0.1', '::ffff:192.0.2.7', '192.0.2.7'],
    ['with a port', '127.0.0.1', '192.0.2.7:51234', '192.0.2.7'],
    ['with brackets and a port', '127.0.0.1', '[2001:db8::7]:51234', '2001:db8::7'],
    ['nonsense', '127.0.0.1', 'unknown', '127.0.0.1'],
    ['nonsense behind an address', '127.0.0.1', '1.2.3.4, x', '127.0.0.1'],
    ['nothing between commas', '127.0.0.1', ',,', '127.0.0.1'],
    ['a name of an interface', 'fe80::1%eth0', '1.2.3.4', 'fe80::1%eth0'],
    ['a hundred thousand', '127.0.0.1', '1.2.3.4,'.repeat(100_000), '127.0.0.1'],
    ['a socket that is gone', '', '1.2.3.4', ''],
  ])('%s', (_, peer, forwarded, expected) => {
    expect(clientAddress(peer, forwarded, isTrusted)).toBe(expected);
  });

  it('leaves what is no address as it is', () => {
    expect(plainAddress('::ffff:x')).toBe('::ffff:x');
  });
});

describe('strangers behind a web server', () => {
  let serving: Serving;
  afterEach(() => serving.server.close());
  const click = `/makecall?event=OutgoingCall&from=101&to=200&secret=`;
  const as = (address: string) => ({ headers: { 'x-forwarded-for': `9.9.9.9, ${address}` } });
  const guess = async (address: string, times: number) => {
    for (let time = 0; time < times; time += 1) await ask(serving.port, `${click}wrong${time}`, as(address));
  };

  it('are locked out by themselves where the web server is trusted', async () => {
    serving = await serve({}, { trustedProxies: ['127.0.0.1'] });
    await guess('192.0.2.66', 11);
    const locked = await ask(serving.port, `${click}${encodedSecret}`, as('192.0.2.66'));
    const other = await ask(serving.port, `${click}${encodedSecret}`, as('192.0.2.7'));
    expect([locked.text, other.text]).toEqual(['Authentication Failure', 'Success']);
    expect(serving.log.filter(({ level }) => level === 'warn').map(({ fields }) => fields)).toContainEqual({
      address: '192.0.2.66',
    });
  });

  it('cannot choose whose lock it is where the web server is not', async () => {
    serving = await serve();
    for (let n = 0; n < 11; n += 1) await guess(`192.0.2.${n}`, 1);
    const answer = await ask(serving.port, `${click}${encodedSecret}`, as('192.0.2.100'));
    expect(answer.text).toBe('Authentication Failure');
  });
});
