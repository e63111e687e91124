import { BlockList, isIP } from 'node:net';

/** Whether an address is among these. @param networks addresses and networks (10.0.0.0/8), each without fault */
export function addressesIn(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => false;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * From where a request comes. Each proxy puts behind X-Forwarded-For who has asked it, so what a stranger writes there himself
 * stands to the left: the rightmost address that is no trusted proxy is the last one that somebody trustworthy has seen.
 *
 * @param isTrusted which proxies are believed when they say whom they pass on
 */
export function clientAddress(peer: string, forwardedFor: string, isTrusted: (address: string) => boolean): string {
  const own = plainAddress(peer);
  if (!isTrusted(own) || forwardedFor.length > longestForwarded) return own;
  let client = own;
  for (const hop of forwardedFor.split(',').reverse()) {
    const address = plainAddress(hop.trim());
    // What is no address says of nobody who he is; the proxy itself is what is known.
    if (isIP(address) === 0) return client;
    client = address;
    if (!isTrusted(address)) return client;
  }
  return client;
}

const longestForwarded = 1_000;

/** An IPv4 address as such also where the connector listens on `::`, and without the brackets and port that some proxies add. */
export function plainAddress(text: string): string {
  const bare = /^\[([0-9a-f:.]+)\](?::\d+)?$/i.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}
