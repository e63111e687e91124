import type { AmiClient, ReceivedAction } from '../../src/tools/demo/ami-client.ts';
import { account, FakeAsterisk } from '../doubles/fake-asterisk.ts';

type Headers = Readonly<Record<string, string>>;

/** What a well set-up Asterisk 22 with the settings that we ship says (as captured from one), to be spoilt by tests. */
export class SettledAsterisk {
  readonly fake: FakeAsterisk;
  /** Actions beside those that need no class, in Asterisk's letters. */
  readonly actions = new Set([
    'Originate',
    'Getvar',
    'CoreSettings',
    'CoreShowChannels',
    'ShowDialPlan',
    'DeviceStateList',
  ]);
  /** Answers to Getvar. */
  readonly values = new Map<string, string>(settledValues);
  readonly core: Record<string, string> = { AMIversion: '11.0.0', AsteriskVersion: '22.10.1', CoreCDRenabled: 'Yes' };
  /** context, exten, application, arguments. */
  dialplan: (readonly [string, string, string, string])[] = [...settledDialplan];
  devices: Record<string, string> = {
    'PJSIP/101': 'NOT_INUSE',
    'PJSIP/102': 'UNAVAILABLE',
    'PJSIP/provider': 'NOT_INUSE',
  };
  peers: Headers[] = [];
  /** By how much its clock is ahead of ours. */
  aheadMs = 0;
  /** Whether it says that Originate failed, to who has read class `call`. */
  isShowingCalls = true;

  private constructor(fake: FakeAsterisk) {
    this.fake = fake;
    const { intercept } = fake.server;
    fake.server.intercept = (action, client) => intercept?.(action, client) === true || this.#answer(action, client);
  }

  static async start(banner?: string): Promise<SettledAsterisk> {
    return new SettledAsterisk(await FakeAsterisk.start(banner === undefined ? {} : { banner }));
  }

  #answer(action: ReceivedAction, client: AmiClient): boolean {
    const name = action.get('action')?.toLowerCase() ?? '';
    if (client.user === null || ['login', 'logoff', 'ping', 'events', 'filter'].includes(name)) return false;
    const isAllowed = [...this.actions].some((one) => one.toLowerCase() === name);
    if (name === 'listcommands') client.answer(action, Object.fromEntries([...this.actions].map((one) => [one, 'x'])));
    else if (!isAllowed) client.refuse(action, 'Permission denied');
    else this.#allowed(name, action, client);
    return true;
  }

  #allowed(name: string, action: ReceivedAction, client: AmiClient): void {
    if (name === 'coresettings') return client.answer(action, this.core);
    if (name === 'getvar') return this.#value(action, client);
    if (name === 'originate') return this.#originate(action, client);
    if (name === 'coreshowchannels') return list(client, action, 'CoreShowChannel', [], 'CoreShowChannelsComplete');
    if (name === 'devicestatelist') {
      const states = Object.entries(this.devices).map(([Device, State]) => ({ Device, State }));
      return list(client, action, 'DeviceStateChange', states, 'DeviceStateListComplete');
    }
    if (name === 'sippeers') return list(client, action, 'PeerEntry', this.peers, 'PeerlistComplete');
    const steps = this.dialplan.map(([Context, Extension, Application, AppData]) => ({
      Context,
      Extension,
      Application,
      AppData,
    }));
    return list(client, action, 'ListDialplan', steps, 'ShowDialPlanComplete');
  }

  #value(action: ReceivedAction, client: AmiClient): void {
    const Variable = action.get('variable') ?? '';
    const epoch = String(Math.floor((Date.now() + this.aheadMs) / 1000));
    client.answer(action, { Variable, Value: Variable === 'EPOCH' ? epoch : (this.values.get(Variable) ?? '') });
  }

  #originate(action: ReceivedAction, client: AmiClient): void {
    client.answer(action, { Message: 'Originate successfully queued' });
    if (!this.isShowingCalls) return;
    const ActionID = action.get('actionid') ?? '';
    client.packet({ Event: 'OriginateResponse', Privilege: 'call,all', ActionID, Response: 'Failure', Reason: '0' });
  }
}

function list(client: AmiClient, action: ReceivedAction, event: string, rows: readonly Headers[], end: string): void {
  client.answer(action, { EventList: 'start' });
  for (const row of rows) client.listed(action, event, row);
  client.listed(action, end, { EventList: 'Complete', ListItems: String(rows.length) });
}

/** Of the test's machine, so that Asterisk's zone is as ours. */
function ownOffset(): string {
  const minutes = -new Date().getTimezoneOffset();
  const two = (number: number) => String(Math.floor(Math.abs(number))).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}${two(minutes % 60)}`;
}

const config = (file: string, section: string, key: string) => `AST_CONFIG(${file}.conf,${section},${key})`;

const settledValues: readonly (readonly [string, string])[] = [
  [config('manager', 'general', 'enabled'), 'yes'],
  [config('manager', account.name, 'read'), 'system,call,cdr,dialplan'],
  [config('manager', account.name, 'write'), 'originate,reporting'],
  [config('cdr_manager', 'general', 'enabled'), 'yes'],
  [config('cdr_manager', 'mappings', 'recordingpath'), 'recordingpath'],
  [config('features', 'featuremap', 'blindxfer'), '#1'],
  [config('features', 'featuremap', 'atxfer'), '*2'],
  [config('features', 'general', 'pickupexten'), '*8'],
  ['IFMODULE(cdr_manager.so)', '1'],
  ['IFMODULE(app_mixmonitor.so)', '1'],
  ['IFMODULE(chan_pjsip.so)', '1'],
  ['IFMODULE(chan_sip.so)', '0'],
  ['DIALPLAN_EXISTS(vtiger)', '1'],
  ['DIALPLAN_EXISTS(vtiger,84951112233,1)', '1'],
  ['STRFTIME(,,%z)', ownOffset()],
  ['STRFTIME(,,%Z)', 'MSK'],
];

/** extensions-recording.conf as ShowDialPlan lists it. */
const settledDialplan = [
  [
    'vtiger-record',
    's',
    'Set',
    `VTIGER_NAME=\${STRFTIME(\${EPOCH},,%Y%m%d-%H%M%S)}_\${FILTER(-0-9A-Za-z.,\${UNIQUEID})}`,
  ],
  ['vtiger-record', 's', 'Set', `VTIGER_RECORDING=/var/spool/asterisk/monitor/\${VTIGER_NAME}.wav`],
  ['vtiger-record', 's', 'MixMonitor', `\${VTIGER_RECORDING},b`],
  ['vtiger-record', 's', 'Set', `CDR(recordingpath)=\${VTIGER_RECORDING}`],
  ['vtiger', '_XXXX.', 'Goto', 'vtiger-outgoing'],
] as const;
