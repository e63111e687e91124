import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDecode, decodedEvents } from '../../src/ami/decode.ts';
import type { Packet } from '../../src/ami/packet.ts';
import type { AmiEvent } from '../../src/call/ami-event.ts';

const decode = createDecode(['CONTRACT', 'proto']);
const packet = (headers: Record<string, string>): Packet => new Map(Object.entries(headers));

const trunk = {
  channel: 'PJSIP/provider-00000000',
  channelstate: '4',
  calleridnum: '79211001011',
  calleridname: 'Иван: Event: Hangup',
  connectedlinenum: '',
  context: 'from-trunk',
  exten: '74951112233',
  uniqueid: '1795214172.4',
  linkedid: '1795214172.4',
};

const phone = {
  destchannel: 'PJSIP/101-00000001',
  destchannelstate: '5',
  destcalleridnum: '101',
  destuniqueid: '1795214172.5',
  destlinkedid: '1795214172.4',
};

const trunkFacts = {
  name: 'PJSIP/provider-00000000',
  uniqueid: '1795214172.4',
  linkedid: '1795214172.4',
  state: 4,
  callerNumber: '79211001011',
  callerName: 'Иван: Event: Hangup',
  exten: '74951112233',
};

const phoneFacts = {
  name: 'PJSIP/101-00000001',
  uniqueid: '1795214172.5',
  linkedid: '1795214172.4',
  state: 5,
  callerNumber: '101',
  callerName: '',
  exten: '',
};

const id = trunk.uniqueid;
const monitor = { event: 'VarSet', ...trunk, variable: 'MIXMONITOR_FILENAME' };
const varSet = { event: 'VarSet', ...trunk, variable: 'CONTRACT' };
const variable = { kind: 'variable', uniqueid: id, name: 'CONTRACT' };
const response = { event: 'OriginateResponse', actionid: 'c-1', response: 'Success', reason: '4', uniqueid: id };

const table: [string, Record<string, string>, object][] = [
  ['Newchannel', { event: 'Newchannel', ...trunk }, { kind: 'newChannel', channel: trunkFacts }],
  ['Newstate', { event: 'Newstate', ...trunk }, { kind: 'newState', channel: trunkFacts }],
  [
    'DialBegin',
    { event: 'DialBegin', ...trunk, ...phone, dialstring: '101' },
    { kind: 'dialBegin', source: trunkFacts, dest: phoneFacts, dialString: '101' },
  ],
  [
    'DialBegin of an Originate',
    { event: 'DialBegin', ...phone },
    { kind: 'dialBegin', source: null, dest: phoneFacts, dialString: '' },
  ],
  [
    'DialState',
    { event: 'DialState', ...trunk, ...phone, dialstatus: 'RINGING' },
    { kind: 'dialState', dest: phoneFacts, status: 'RINGING' },
  ],
  [
    'DialEnd',
    { event: 'DialEnd', ...trunk, ...phone, dialstatus: 'ANSWER' },
    { kind: 'dialEnd', source: trunkFacts, dest: phoneFacts, status: 'ANSWER' },
  ],
  [
    'BridgeEnter',
    { event: 'BridgeEnter', ...trunk, bridgeuniqueid: 'b-1' },
    { kind: 'bridgeEnter', bridge: 'b-1', holding: false, channel: trunkFacts },
  ],
  [
    'BridgeEnter of a parking lot',
    { event: 'BridgeEnter', ...trunk, bridgeuniqueid: 'b-1', bridgetechnology: 'holding_bridge' },
    { kind: 'bridgeEnter', bridge: 'b-1', holding: true, channel: trunkFacts },
  ],
  [
    'BridgeEnter of a conversation',
    { event: 'BridgeEnter', ...trunk, bridgeuniqueid: 'b-1', bridgetechnology: 'simple_bridge' },
    { kind: 'bridgeEnter', bridge: 'b-1', holding: false, channel: trunkFacts },
  ],
  [
    'BridgeLeave',
    { event: 'BridgeLeave', ...trunk, bridgeuniqueid: 'b-1' },
    { kind: 'bridgeLeave', bridge: 'b-1', channel: trunkFacts },
  ],
  [
    'Pickup',
    { event: 'Pickup', ...trunk, targetuniqueid: phone.destuniqueid },
    { kind: 'pickup', channel: trunkFacts, target: phone.destuniqueid },
  ],
  ['Hangup', { event: 'Hangup', ...trunk, cause: '17' }, { kind: 'hangup', channel: trunkFacts, cause: 17 }],
  ['HangupRequest', { event: 'HangupRequest', ...trunk }, { kind: 'hangupRequest', channel: trunkFacts }],
  ['Hangup without a cause', { event: 'Hangup', ...trunk }, { kind: 'hangup', channel: trunkFacts, cause: 0 }],
  [
    'VarSet',
    { ...monitor, value: '/m/a.wav' },
    { kind: 'recording', uniqueid: id, path: '/m/a.wav', from: 'variable' },
  ],
  [
    'VarSet, escaped as Asterisk does it',
    { ...monitor, value: String.raw`/m/it\'s \"x\" \\ y.wav` },
    { kind: 'recording', uniqueid: id, path: String.raw`/m/it's "x" \ y.wav`, from: 'variable' },
  ],
  [
    'VarSet recordingpath, inherited',
    { ...monitor, variable: '__recordingpath', value: '/m/b.wav' },
    { kind: 'recording', uniqueid: id, path: '/m/b.wav', from: 'variable' },
  ],
  [
    'Cdr',
    { event: 'Cdr', uniqueid: id, recordingpath: String.raw`/m/a\'b.wav` },
    { kind: 'recording', uniqueid: id, path: String.raw`/m/a\'b.wav`, from: 'cdr' },
  ],
  ['VarSet that was asked for', { ...varSet, value: '17/4' }, { ...variable, value: '17/4' }],
  [
    'VarSet that was asked for, inherited by all that follow',
    { ...varSet, variable: '__CONTRACT', value: '17' },
    { ...variable, value: '17' },
  ],
  ['VarSet that was asked for, escaped', { ...varSet, value: String.raw`it\'s` }, { ...variable, value: "it's" }],
  ['VarSet that was asked for, cleared', { ...varSet, value: '' }, { ...variable, value: '' }],
  [
    'OriginateResponse',
    response,
    { kind: 'originateResponse', actionId: 'c-1', success: true, reason: 4, uniqueid: id },
  ],
  [
    'OriginateResponse, failed',
    { ...response, response: 'Failure', reason: '0', uniqueid: '' },
    { kind: 'originateResponse', actionId: 'c-1', success: false, reason: 0, uniqueid: null },
  ],
];

describe('decode', () => {
  test.each(table)('%s', (_name, headers, event) => {
    expect(decode(packet(headers))).toEqual(event);
  });

  test('every kind of the union is decoded from something in the table', () => {
    const kinds = new Set(table.map(([, headers]) => decode(packet(headers))?.kind));
    const all: Record<AmiEvent['kind'], true> = {
      newChannel: true,
      newState: true,
      dialBegin: true,
      dialState: true,
      dialEnd: true,
      bridgeEnter: true,
      bridgeLeave: true,
      pickup: true,
      variable: true,
      hangup: true,
      hangupRequest: true,
      recording: true,
      originateResponse: true,
    };
    for (const kind of Object.keys(all)) expect(kinds).toContain(kind);
  });

  test.each([
    ['no event', trunk],
    ['an event of no use', { event: 'RTCPSent', ...trunk }],
    ['a channel event without Linkedid (Asterisk 11)', { event: 'Newchannel', ...trunk, linkedid: '' }],
    ['a channel event without Uniqueid', { event: 'Hangup', ...trunk, uniqueid: '' }],
    ['DialBegin without a phone', { event: 'DialBegin', ...trunk }],
    ['DialEnd without an outcome', { event: 'DialEnd', ...trunk, ...phone }],
    ['BridgeEnter without a bridge', { event: 'BridgeEnter', ...trunk }],
    ['VarSet of another variable', { ...monitor, variable: 'MIXMONITOR', value: 'x' }],
    ['VarSet of a recording to nothing', { ...monitor, value: '' }],
    ['VarSet whose name only begins like one asked for', { ...varSet, variable: 'CONTRACTS', value: '1' }],
    ['VarSet in small letters: names of variables are told apart', { ...varSet, variable: 'contract', value: '1' }],
    ['VarSet under three underscores, of which two mean something', { ...varSet, variable: '___CONTRACT', value: '1' }],
    ['VarSet of a global variable', { ...varSet, uniqueid: '', value: '1' }],
    ['Pickup without a phone that rang', { event: 'Pickup', ...trunk }],
    ['Pickup by nobody', { event: 'Pickup', targetuniqueid: id }],
    ['Cdr without a recording', { event: 'Cdr', uniqueid: id }],
    ['OriginateResponse without ActionID', { ...response, actionid: '' }],
  ])('nothing for the core: %s', (_name, headers) => {
    expect(decode(packet(headers))).toBeNull();
  });

  test('an event name that is a property of every object', () => {
    for (const event of ['constructor', '__proto__', 'toString'])
      expect(decode(packet({ event, ...trunk }))).toBeNull();
  });

  test('never throws, whatever the headers', () => {
    const header = fc.constantFrom(
      ...Object.keys({ ...trunk, ...phone, ...response, cause: '', variable: '', bridgeuniqueid: '' }),
    );
    const headers = fc.array(fc.tuple(fc.oneof(header, fc.string()), fc.string()));
    fc.assert(
      fc.property(fc.constantFrom(...decodedEvents), headers, (event, pairs) => {
        const result = decode(new Map([...pairs, ['event', event]]));
        expect(result === null || typeof result.kind === 'string').toBe(true);
      }),
    );
  });
});
