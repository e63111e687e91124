import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agents, did, type Layout } from './layout.ts';
import type { Endpoint } from './sip-dialog.ts';

/** Two folders up, in the sources as well as in the build of them that `npm run capture` makes. */
const project = fileURLToPath(new URL('../..', import.meta.url));
const shipped = join(project, 'asterisk-conf');
const templates = join(project, 'test/asterisk/office');

/**
 * Writes /etc/asterisk of the system in `root`: Debian's own settings, over them the office's,
 * and in those, by #include and unchanged, the settings that we ship.
 */
export async function configure(root: string, base: string, layout: Layout): Promise<void> {
  const etc = join(root, 'etc/asterisk');
  // Both were hard links into `base`: writing to them would change every office.
  await rm(etc, { recursive: true });
  await cp(join(base, 'etc/asterisk'), etc, { recursive: true });
  await cp(shipped, join(etc, 'asterisk-conf'), { recursive: true });
  for (const [name, text] of await officeFiles(layout)) await writeFile(join(etc, name), text);
  await rm(join(root, 'etc/localtime'), { force: true });
  await symlink(join('/usr/share/zoneinfo', layout.variant.timeZone), join(root, 'etc/localtime'));
  await mkdir(join(root, 'var/spool/asterisk/monitor'), { recursive: true });
}

async function officeFiles(layout: Layout): Promise<Map<string, string>> {
  const values = valuesOf(layout);
  const files = new Map<string, string>();
  const [driver, otherDriver] =
    layout.variant.driver === 'SIP' ? ['sip.conf', 'pjsip.conf'] : ['pjsip.conf', 'sip.conf'];
  for (const name of await readdir(templates)) {
    if (name.startsWith('phone.') || name === otherDriver) continue;
    files.set(name, fill(await readFile(join(templates, name), 'utf8'), values, name));
  }
  files.set('cdr.conf', '#include "asterisk-conf/cdr.conf"\n');
  files.set('cdr_manager.conf', '#include "asterisk-conf/cdr_manager.conf"\n');
  files.set(otherDriver, '');
  files.set(driver, (files.get(driver) ?? '') + (await phoneSections(layout, `phone.${driver}`)));
  return files;
}

async function phoneSections(layout: Layout, template: string): Promise<string> {
  const text = await readFile(join(templates, template), 'utf8');
  const sections = [...layout.phones].map(([phone, { host, port }]) => {
    const name = agents[phone as keyof typeof agents];
    return fill(text, { phone, name, host, port: String(port), address: addressOf({ host, port }) }, template);
  });
  return sections.join('');
}

function valuesOf(layout: Layout): Record<string, string> {
  const { pbx, provider, variant, dialplan, softphone } = layout;
  const isPjsip = variant.driver === 'PJSIP';
  const numbers = Object.entries(did).map(([name, number]) => [`did ${name}`, number]);
  return {
    ...Object.fromEntries(numbers),
    pbx: pbx.host,
    'sip port': String(pbx.port),
    'ami port': String(layout.amiPort),
    secret: layout.secret,
    tech: variant.driver,
    dialplan,
    'trunk context': dialplan === 'shipped' ? 'vtiger-incoming' : 'from-trunk',
    'provider host': provider.host,
    'provider port': String(provider.port),
    'provider address': addressOf(provider),
    'softphone host': softphone.host,
    everywhere: isPjsip ? everyContact(layout) : 'SIP/104',
    'driver not loaded': isPjsip ? 'noload => chan_sip.so' : '',
  };
}

/** What PJSIP_DIAL_CONTACTS gives for an extension at two phones. chan_sip knows a phone at one address only. */
function everyContact({ phones, softphone }: Layout): string {
  const places = [phones.get('104'), softphone].filter((place) => place !== undefined);
  return places.map((place) => `PJSIP/104/sip:104@${addressOf(place)}`).join('&');
}

const addressOf = ({ host, port }: Endpoint) => `${host}:${port}`;

function fill(text: string, values: Record<string, string>, file: string): string {
  return text.replace(/\{\{(.*?)\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`${file}: nothing known as {{${key}}}`);
    return value;
  });
}
