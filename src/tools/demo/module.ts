import { createHmac } from 'node:crypto';
import type { Crm } from './crm.ts';
import { agentOf, agents } from './office.ts';
import { salesPlatformCustomers } from './pbxmanager-people.ts';
import type { CrmCustomer, CrmUser } from './pbxmanager-row.ts';

export interface ModuleParts {
  readonly crm: Crm;
  /** The secret that the CRM and the connector share. */
  readonly token: string;
}

type Params = Readonly<Record<string, string | undefined>>;
type Preferences = Readonly<{ popup: string; outgoing: boolean; sound: boolean }>;

const tokenSeconds = 3600;
const creatable = ['Contacts', 'Leads', 'Accounts'] as const;

/** A refusal, as the module's actions give it. */
export interface Refusal {
  readonly refused: string;
}

/** What the module in a CRM answers to the module in a page, of this CRM's few people. */
export class Module {
  readonly #parts: ModuleParts;
  readonly #preferences = new Map<string, Preferences>();

  constructor(parts: ModuleParts) {
    this.#parts = parts;
  }

  live(user: CrmUser): object {
    return {
      token: this.#sign(user),
      expiresIn: tokenSeconds,
      pollUrl: 'modules/AsteriskConnector/poll.php',
      pushUrl: 'asterisk-live/live',
      user: { extension: user.extension, mayCall: true, callsElsewhere: false, ...this.#preferencesOf(user) },
    };
  }

  customer(params: Params): object {
    const number = params['number'] ?? '';
    const known = salesPlatformCustomers(this.#parts.crm.customers)(number);
    const colleague = agentOf(number);
    const told =
      colleague === undefined ? known && shown(known) : { label: colleague.name, module: 'Users', url: null };
    return {
      customer: told ?? null,
      others: 0,
      hidden: false,
      mayCreate: told === undefined && /\d/.test(number) ? creatable : [],
      transferredByName: agentOf(params['transferredBy'])?.name ?? '',
    };
  }

  save(params: Params, user: CrmUser): object | Refusal {
    const { modulename = '', name = '', number = '', call = '' } = params;
    const type = creatable.find((one) => one === modulename);
    if (type === undefined) return { refused: 'modulename: expected Contacts, Leads or Accounts' };
    if (name.trim() === '') return { refused: 'name: expected some letters' };
    const customer = this.#parts.crm.addCustomer({ type, name, number, owner: user.id });
    return { customer: shown(customer), linked: this.#parts.crm.link(call, customer) };
  }

  link(params: Params): object {
    const customer = this.#parts.crm.customers.find(({ id }) => id === Number(params['record']));
    const { call = '' } = params;
    return { linked: customer !== undefined && this.#parts.crm.link(call, customer) };
  }

  keepPreferences(params: Params, user: CrmUser): object | Refusal {
    const { popup = '' } = params;
    if (!['ring', 'answer', 'never'].includes(popup)) return { refused: 'popup: expected ring, answer or never' };
    const kept = { popup, outgoing: params['outgoing'] === '1', sound: params['sound'] === '1' };
    this.#preferences.set(user.extension, kept);
    return kept;
  }

  async click(params: Params, user: CrmUser): Promise<object> {
    const answer = await this.#parts.crm.click(user.extension, params['number'] ?? '');
    if (answer.click !== null) return { placed: true, click: answer.click };
    return { placed: false, reason: answer.reason, message: 'The connector did not place this call.' };
  }

  #preferencesOf(user: CrmUser): Preferences {
    return this.#preferences.get(user.extension) ?? { popup: 'ring', outgoing: false, sound: true };
  }

  #sign({ extension, id }: CrmUser): string {
    const key = createHmac('sha256', this.#parts.token).update('live').digest();
    const exp = Math.floor(Date.now() / 1000) + tokenSeconds;
    const payload = Buffer.from(JSON.stringify({ ext: extension, user: id, exp })).toString('base64url');
    const signed = `v1.${payload}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  }
}

function shown({ id, type, name, company, owner }: CrmCustomer): object {
  return {
    module: type,
    label: name,
    id,
    url: `index.php?module=${type}&view=Detail&record=${id}`,
    company: company === undefined ? null : { name: company, url: null },
    owner: owner === undefined ? '' : (agents.find((agent) => agent.id === owner)?.name ?? ''),
  };
}
