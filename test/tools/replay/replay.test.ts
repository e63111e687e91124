import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReplayCommand } from '../../../src/cli/replay.ts';
import { runReplay } from '../../../src/tools/replay-command.ts';
import { configOf } from '../../service/office.ts';
import { pcapOf } from './pcap-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const yaml = `
ami: { username: u, secret: s }
crm: { url: 'http://crm', token: t, time_zone: Europe/Moscow }
`;

const capture = (scenario: string) => `test/captures/22/${scenario}/stream.ami`;

async function replay(files: readonly string[], more: Partial<ReplayCommand> = {}, settings = yaml) {
  const command: ReplayCommand = {
    ...{ kind: 'replay', files, config: 'connector.yaml', dialect: null, call: null, events: false, mask: false },
    ...more,
  };
  const [written, complaints]: [string[], string[]] = [[], []];
  const output = {
    out: (text: string) => void written.push(text),
    complain: (text: string) => void complaints.push(text),
  };
  const code = await runReplay(command, configOf(settings), output);
  return { code, text: written.join(''), complaints: complaints.join('') };
}

/** A file in the test's folder, and what is told of it but for its first lines. */
async function told(name: string, bytes: Buffer | string, more: Partial<ReplayCommand> = {}): Promise<string> {
  await writeFile(join(folder, name), bytes);
  const { text } = await replay([join(folder, name)], more);
  return text;
}

/** The table's rows, without their times. */
const untimed = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^ +[0-9]+\.[0-9]{3} /.test(line))
    .map((line) => line.replace(/^ +[0-9.]+ +/, '').replace(/ +/g, ' '));

const heads = (text: string) => text.split('\n').filter((line) => line.includes('[call '));

describe('what an admin reads', () => {
  test.each([
    ['s14', 'salesplatform', false],
    ['s20b', 'salesplatform', false],
    ['s23', 'vanilla', true],
  ] as const)('%s as a %s CRM hears it', async (scenario, dialect, mask) => {
    const { code, text } = await replay([capture(scenario)], { dialect, mask });
    expect(code).toBe(0);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(160);
    await expect(text).toMatchFileSnapshot(`expected/${scenario}-${dialect}.txt`);
  });

  test('why those who were rung beside the one who answered have missed nothing', async () => {
    const { text } = await replay([capture('s14')]);
    expect(text).toContain('101 and 103 rang too and 102 took it, so they have missed nothing.');
    expect(text).toMatch(/3\.007 .*103: not missed, 102 took it/);
  });

  test('the example of docs/replay.md is what is told', async () => {
    const { text } = await replay([capture('s23')]);
    const [, example] = /```text\n([\s\S]*?)\n```/.exec(await readFile('docs/replay.md', 'utf8')) ?? [];
    expect(text.split('\n').slice(4).join('\n').trimEnd()).toBe(example);
  });

  test('a click is told where it was, although only its end stands in the recording', async () => {
    const { text } = await replay([capture('s11')]);
    expect(untimed(text)[0]).toBe('(click in the CRM: 101 to 79211011011)');
    expect(text).toContain('101 called 79211011011');
  });

  test('every event with --events', async () => {
    const [usual, all] = [await replay([capture('s14')]), await replay([capture('s14')], { events: true })];
    expect(usual.text).not.toContain('DialState');
    expect(all.text).toContain('DialState 101-1f RINGING');
  });

  test('with --mask no number of a customer is left', async () => {
    for (const dialect of ['salesplatform', 'vanilla'] as const) {
      const { text } = await replay([capture('s20b'), capture('s11')], { mask: true, events: true, dialect });
      expect(text.replaceAll('74951112233', '')).not.toMatch(/7921\d{7}/);
      expect(text).toContain('7xxxxxxxx21 called 74951112233');
    }
  });
});

describe('recordings', () => {
  const name = 'Звонок_от_клиента id=5 +7 921 101-40-11 по_договору_номер_15_отдел_продаж_и_сопровождения.wav';

  /** A capture whose recording has another name. */
  async function renamed(more: Partial<ReplayCommand> = {}): Promise<string> {
    const text = (await readFile(capture('s14'))).toString('latin1');
    const before = /[^/\s]+\.wav/.exec(text)?.[0] ?? '';
    expect(before).not.toBe('');
    return told('r.ami', Buffer.from(text.replaceAll(before, Buffer.from(name).toString('latin1')), 'latin1'), more);
  }

  test('are named as they are, in whatever letters', async () => {
    const text = await renamed();
    expect(text).toContain(`  ${name}`);
    expect(text.replace(/\n {100,}/g, '')).toContain('Record …-102 Звонок_от_клиента');
  });

  test('have no names where numbers are masked', async () => {
    const text = await renamed({ mask: true });
    expect(text).toContain('VarSet (recording 1)');
    expect(text).toMatch(/^102 .*\(recording 1\)$/m);
    expect(text).not.toMatch(/Звонок|921/);
  });

  test('are linked as the connector links them: each user gets the one in which he is heard', async () => {
    const { text } = await replay([capture('s19')]);
    const links = [...text.matchAll(/Record …-(\d+) (\S+)/g)].map(([, user, file]) => `${user} ${file}`);
    const expected = await readFile('test/captures/22/s19/expected.txt', 'utf8');
    expect(links).toHaveLength(1);
    expect(links[0]).toMatch(/^101 IN_/);
    expect(expected).toContain('IN_');
  });
});

describe('one call of several', () => {
  const ids = (text: string) => heads(text).map((line) => /\[call (\S+?)[ \]]/.exec(line)?.[1]);

  async function two(): Promise<string> {
    const both = [await readFile(capture('s14')), await readFile(capture('s23'))];
    return told('both.ami', Buffer.concat(both));
  }

  test('all are told, each for itself', async () => {
    expect(ids(await two())).toEqual(['1795214316.48', '1795214681.201']);
  });

  test('--call tells one, by any of its ids', async () => {
    await two();
    const { text } = await replay([join(folder, 'both.ami')], { call: '1795214684.203' });
    expect(ids(text)).toEqual(['1795214681.201']);
    expect(text).not.toContain('79211014011');
  });

  test('it may be in any of the files', async () => {
    const { code, text } = await replay([capture('s14'), capture('s23')], { call: '1795214681.201' });
    expect(code).toBe(0);
    expect(ids(text)).toEqual(['1795214681.201']);
  });

  test('a call that is not there: which are', async () => {
    const { code, text } = await replay([capture('s14')], { call: '1.1' });
    expect(code).toBe(65);
    expect(text).toContain('There is no call 1.1. There are: 1795214316.48');
  });
});

describe('however it was recorded', () => {
  let bytes: Buffer;
  let whole: string;
  beforeEach(async () => {
    bytes = await readFile(capture('s14'));
    whole = (await replay([capture('s14')])).text;
  });

  test('with the times beside it, under any name', async () => {
    await copyFile(capture('s14').replace('stream.ami', 'timing.json'), join(folder, 'monday.timing.json'));
    const text = await told('monday.ami', bytes);
    expect(text.split('\n').slice(3)).toEqual(whole.split('\n').slice(3));
  });

  test('by telnet and tee, without times: the same order, and said so', async () => {
    const text = await told(
      'telnet.txt',
      `Trying 127.0.0.1...\nEscape character is '^]'.\n${bytes.toString().replaceAll('\r\n', '\n')}`,
    );
    expect(text).toContain('WITHOUT TIMES');
    expect(untimed(text).map((row) => row.slice(0, 30))).toEqual(untimed(whole).map((row) => row.slice(0, 30)));
  });

  test('with Asterisk’s own stamps', async () => {
    let at = 1795214316;
    const stamped = bytes.toString('latin1').replace(/^Event: .*$/gm, (event) => {
      at += 0.25;
      return `${event}\r\nTimestamp: ${at.toFixed(6)}`;
    });
    expect(await told('stamped.ami', stamped)).toContain("times as Asterisk's Timestamp headers have them");
  });

  test('by tcpdump, of all connections the one with the most events', async () => {
    const timing = await readFile(capture('s14').replace('stream.ami', 'timing.json'), 'utf8');
    const reads = (JSON.parse(timing) as [number, number, number][]).map(([ms, offset, length]) => ({
      ms: 1_700_000_000_000 + ms,
      sequence: 1 + offset,
      text: bytes.subarray(offset, offset + length).toString('latin1'),
    }));
    const other = { ms: 1_700_000_000_000, sequence: 9, text: 'Event: A\r\n\r\n', to: 4 };
    const text = await told('call.pcap', pcapOf([other, ...reads]));
    expect(text).toContain('AMI came on 2 connections; told is the one with the most events, 127.0.0.1:5038 -> ');
    expect(heads(text)[0]).toMatch(/^2023-11-15 01:13:20 {2}79211014011 called 74951112244/);
    expect(untimed(text)).toEqual(untimed(whole));
  });

  test('begun within a packet: what follows is told', async () => {
    const at = bytes.indexOf('Event: DialBegin') + 30;
    const text = await told('late.ami', bytes.subarray(at));
    expect(text).toContain('Records in the CRM at the end');
  });

  test('ended within a packet: that one is left out, and the call is open', async () => {
    const at = bytes.indexOf('Event: Hangup') + 40;
    const text = await told('early.ami', bytes.subarray(0, at));
    expect(text).toContain('note: the recording ends within a packet, which is left out');
    expect(text).toContain('It still goes on where the recording ends.');
    expect(text).toContain('Left open at the end: 1795214316.48');
  });

  test('any piece of it is told without a fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length }), fc.nat({ max: bytes.length }), async (one, other) => {
        await told('piece.ami', bytes.subarray(Math.min(one, other), Math.max(one, other)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('callers whom nobody was rung for', () => {
  const facts = (name: string) =>
    `Channel: ${name}\r\nChannelState: 4\r\nCallerIDNum: 79211036011\r\nExten: 74951112299\r\nUniqueid: 1795214316.48\r\nLinkedid: 1795214316.48\r\n`;
  const stream = `Event: Newchannel\r\n${facts('PJSIP/provider-00000001')}\r\nEvent: Hangup\r\n${facts('PJSIP/provider-00000001')}Cause: 16\r\n\r\n`;

  test('nobody has missed it', async () => {
    const text = await told('ivr.ami', stream);
    expect(text).toContain('79211036011 called 74951112299');
    expect(text).toContain('No phone had rung, so nobody has missed it: see the command missed.');
    expect(text).toContain('Records in the CRM: none');
  });

  test('unless the settings name who has', async () => {
    await writeFile(join(folder, 'ivr.ami'), stream);
    const { text } = await replay([join(folder, 'ivr.ami')], {}, `${yaml}calls: { missed_extension: '101' }\n`);
    expect(text).toContain('101 missed it.');
  });
});

describe('what cannot be told', () => {
  test('a file that is not there, among others that are', async () => {
    const { code, text, complaints } = await replay(['/nowhere.ami', capture('s14')]);
    expect(code).toBe(66);
    expect(complaints).toBe('/nowhere.ami cannot be read: there is no such file\n');
    expect(text).toContain('102 answered');
  });

  test('a folder, and Wireshark’s newer format', async () => {
    expect(await replay([folder])).toMatchObject({
      code: 66,
      complaints: `${folder} cannot be read: it is a folder\n`,
    });
    await writeFile(join(folder, 'a.pcapng'), Buffer.from('0a0d0d0a1c000000', 'hex'));
    const { complaints } = await replay([join(folder, 'a.pcapng')]);
    expect(complaints).toContain('editcap -F pcap');
  });

  test('times beside it that are none', async () => {
    await writeFile(join(folder, 'a.timing.json'), '{"at": 1}');
    await writeFile(join(folder, 'a.ami'), '');
    const { code, complaints } = await replay([join(folder, 'a.ami')]);
    expect(code).toBe(66);
    expect(complaints).toContain('a.timing.json is not what it should be');
  });

  test.each([
    ['nothing', ''],
    ['a log', 'Nov 20 12:00:00 asterisk[1]: started\n\nEnd\n'],
    ['a refused login', 'Asterisk Call Manager/11.0.0\r\nResponse: Error\r\nMessage: Authentication failed\r\n\r\n'],
    ['a tcpdump of something else', pcapOf([{ ms: 1, sequence: 1, text: 'GET / HTTP/1.1' }])],
  ])('%s holds no AMI event', async (_, bytes) => {
    await writeFile(join(folder, 'a.ami'), bytes);
    const { code, text } = await replay([join(folder, 'a.ami')]);
    expect(code).toBe(65);
    expect(text).toContain('no AMI event in it');
  });

  test('events, but none of a call', async () => {
    const text = await told('a.ami', 'Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n');
    expect(text).toContain('has the AMI account read class `call`?');
  });

  test('an Asterisk that is too old is told as such', async () => {
    const hangup = 'Event: Hangup\r\nChannel: SIP/101-1\r\nUniqueid: 1795214316.48\r\nCause: 16\r\n\r\n';
    const newer = await readFile(capture('s14'));
    expect(await told('a.ami', Buffer.concat([newer, Buffer.from(hangup)]))).toContain(
      '1 x hangup without the ids that Asterisk 12 and later give',
    );
  });
});
