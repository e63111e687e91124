import { isIP } from 'node:net';

/** Each of these is null for a good text; otherwise a hint, empty where the key's own "expected" says it all. */

export function hostFault(text: string): string | null {
  if (isIP(text) !== 0) return null;
  if (text.includes('://')) return 'only the name or address, without http://';
  if (/^[^:]+:[0-9]+$/.test(text)) return 'the port has a key of its own';
  if (text.startsWith('[')) return 'an IPv6 address is written without brackets here';
  return text.length <= 253 && text.split('.').every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label)) ? null : '';
}

/** `new URL` takes `http:/crm`, `http:crm` and blanks for good, so the text is looked at first. */
export function webAddressFault(text: string): string | null {
  if (/\s/.test(text)) return 'there is a blank in it';
  if (!/^https?:\/\/[^/]/i.test(text)) return 'it begins with http:// or https://, both slashes included';
  if (!URL.canParse(text)) return '';
  const { username, password, hash } = new URL(text);
  if (hash !== '') return 'without the part from # on';
  return username === '' && password === '' ? null : 'without user and password';
}

export function publicUrlFault(text: string): string | null {
  const fault = webAddressFault(text);
  if (fault !== null) return fault;
  if (/[?#]/.test(text)) return 'without ? and #: the connector adds its own';
  return isEveryAddress(new URL(text).hostname) ? 'nobody can open that address: name one that the CRM reaches' : null;
}

/** `0.0.0.0` and `::`: fit to listen on, not to be linked to. */
export function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '[::]';
}

/** An address, or a network as `10.0.0.0/8`. */
export function networkFault(text: string): string | null {
  const [, address = '', length = null] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return /[a-z]/i.test(address) && !address.includes(':') ? 'an address, not a name' : '';
  if (length === null) return null;
  return Number(length) <= (version === 4 ? 32 : 128) ? null : 'the number behind the slash is too large';
}

/** Links for a CRM on the same machine, or at whichever address the connector listens. */
export function publicUrlFor(bind: string, port: number, scheme: 'http' | 'https' = 'http'): string {
  const host = isEveryAddress(bind) ? '127.0.0.1' : bind;
  return `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Where vTiger and SalesPlatform take callbacks, below the CRM's own address. */
const callbackPath = '/modules/PBXManager/callbacks/PBXManager.php';

/** `index.php` is what a browser shows for the CRM as a whole; it answers a callback with a page, and 200. */
export function isCallbackAddress(text: string): boolean {
  const { pathname } = new URL(text);
  return pathname.endsWith('.php') && !pathname.endsWith('/index.php');
}

/** The address of PBXManager.php, found from its own or the CRM's. Expects an address without fault. */
export function callbackAddress(text: string): string {
  if (isCallbackAddress(text)) return text;
  const url = new URL(text);
  const root = url.pathname.replace(/\/index\.php$/, '').replace(/\/modules\/PBXManager(?:\/callbacks)?\/?$/, '');
  url.pathname = root.replace(/\/+$/, '') + callbackPath;
  url.search = '';
  return url.href;
}
