import { z } from 'zod';
import { key, section } from './key-notes.ts';
import { logging, logLevels, monitoring } from './schema-monitoring.ts';
import { retention, transcoding } from './schema-recordings.ts';
import * as kind from './value-kinds.ts';

export const crm = section('How to reach vTiger or SalesPlatform.', {
  url: key(
    kind.webAddress,
    'text',
    'an address that begins with http:// or https://',
    'The CRM’s address, or the full address of PBXManager.php. To a bare address /modules/PBXManager/callbacks/PBXManager.php is added.',
    { required: 'http://crm.example.com' },
  ),
  token: kind.required(
    'the secret key of PBX Manager, not empty',
    'change-me-too',
    '“Vtiger Secret Key” of PBX Manager in the CRM’s settings. The CRM shows it with each click, the connector with each callback. The links to recordings that a vTiger has stored (not SalesPlatform’s) work no longer when it changes.',
    { secret: true },
  ),
  dialect: kind.choice(
    ['auto', 'salesplatform', 'vanilla'],
    'auto',
    'Whose PBXManager answers: SalesPlatform’s, or vTiger’s own (`vanilla`). `auto` asks the CRM, without a trace in it, and again when the CRM was away.',
  ),
  time_zone: key(
    kind.timeZone.optional(),
    'text',
    'a time zone such as Europe/Moscow',
    'The zone the CRM’s server keeps its times in: $default_timezone in its config.inc.php. With a wrong one calls are hours off and popups vanish.',
    { otherwise: 'the zone of the machine the connector runs on', sample: 'Europe/Moscow' },
  ),
  timeout_seconds: kind.seconds(
    1,
    300,
    60,
    'How long the CRM may take to answer one callback before it is sent again. Others go on beside it meanwhile. Too short a time does harm: a CRM may go on with a callback that is sent again already.',
  ),
  call_id_prefix: key(
    z
      .string()
      .regex(/^[A-Za-z0-9_.-]*$/)
      .max(24)
      .default(''),
    'text',
    'at most 24 letters, digits, `_`, `.` and `-`',
    'Put before the ids of calls that the CRM is told (callUUID), so that two Asterisks that give the same ids can tell one CRM. Each of several connections has its name and a dash unless it says otherwise. Change it while nobody is on the phone: records of calls that go on would not be closed.',
    { sample: 'north-' },
  ),
  connections: kind.count(
    1,
    32,
    2,
    'a number of connections',
    'How many callbacks may be on their way at once, always. More may be while the CRM answers no slower for it, see crm.connections_at_most.',
  ),
  connections_at_most: kind.count(
    1,
    256,
    64,
    'a number of connections',
    'How many callbacks may be on their way at once when many wait and the CRM has time for them: the connector finds out by the time that its answers take. Not fewer than crm.connections; the same number as there keeps it at that.',
  ),
  ca_file: key(
    kind.filled.optional(),
    'text',
    'the path of a PEM file',
    'Certificates to trust besides the usual ones, for a CRM with a certificate of its own. Relative to this file’s folder.',
    { otherwise: 'the certificates Node.js trusts', sample: '/etc/ssl/our-ca.pem' },
  ),
});

export const http = section('Where the connector listens for the CRM’s clicks and for listeners of recordings.', {
  bind: key(
    kind.host.default('127.0.0.1'),
    'text',
    'an IP address of this machine or a host name',
    'Listen here. 0.0.0.0 is every address of the machine; needed when the CRM runs elsewhere.',
  ),
  port: kind.count(
    0,
    65_535,
    5000,
    'a port number',
    'The port of “Vtiger PBX App URL” in the CRM. 0 takes any free one.',
  ),
  close_grace_seconds: kind.seconds(0, 60, 5, 'How long running requests may finish when the connector stops.'),
  live_streams: kind.count(
    0,
    10_000,
    500,
    'a number of streams',
    'How many pages of the CRM may listen to the live channel at once, one per open browser. 0: none, pages then ask once a second.',
  ),
  tls_certificate_file: key(
    kind.filled.optional(),
    'text',
    'the path of a PEM file with a certificate and those that vouch for it (fullchain.pem)',
    'With it and tls_key_file the connector is reached by https:// alone. Relative to this file’s folder; read when the connector starts or reloads.',
    { otherwise: 'http, without TLS', sample: '/etc/ssl/pbx/fullchain.pem' },
  ),
  tls_key_file: key(
    kind.filled.optional(),
    'text',
    'the path of a PEM file with the certificate’s private key, without a password',
    'The key of that certificate.',
    { otherwise: 'http, without TLS', sample: '/etc/ssl/pbx/privkey.pem' },
  ),
  trusted_proxies: key(
    z.array(kind.network).default([]),
    'list',
    'a list of addresses and networks, such as 192.0.2.10 or 10.0.0.0/8',
    'Web servers that pass requests on to the connector and are believed when they say for whom: they must add to X-Forwarded-For (nginx: $proxy_add_x_forwarded_for). Then it is he who is locked out after wrong secrets, and named in the log, and not the web server with everybody behind it.',
    { sample: ['127.0.0.1'] },
  ),
  ...monitoring,
});

/** PBXManager keeps a recording's address in a column of 200 characters and cuts it silently; /recording?... needs the rest. */
const longestPublicUrl = 120;

const pathPair = z.strictObject({ from: kind.absoluteFolder, to: kind.absoluteFolder });

export const recordings = section('Where recordings are and how the CRM links to them.', {
  roots: key(
    z.array(kind.absoluteFolder).min(1).default(['/var/spool/asterisk/monitor']),
    'paths',
    'a list of folders, each given from the root (/...), not / itself',
    'Folders recordings are played from. Nothing outside them is ever opened.',
  ),
  public_url: key(
    kind.baseAddress.max(longestPublicUrl).default(''),
    'text',
    `an address of http or https without user, ? or #, at most ${longestPublicUrl} characters (the CRM cuts links at 200)`,
    'The address under which the CRM reaches this connector; links to recordings begin with it. A web server before it need let only /recording through, and not the CRM’s clicks.',
    { otherwise: '`http://`, http.bind (127.0.0.1 for 0.0.0.0) and http.port', sample: 'http://pbx.example.com:5000' },
  ),
  path_map: key(
    z.array(pathPair).default([]),
    'pairs',
    'a list of entries with from and to, both folders given from the root (/...)',
    'For a connector on another machine: a folder as Asterisk names it (from) and where it is mounted here (to).',
    { sample: [{ from: '/var/spool/asterisk/monitor', to: '/var/spool/asterisk/monitor' }] },
  ),
  players: kind.choice(
    ['all', 'module'],
    'all',
    'Who may fetch a recording with the secret. `all`: also the CRM’s own pages (SalesPlatform’s put it into the address and ask for no rights to the call; vTiger’s stored links carry a key that opens the one recording). `module`: only the module vtiger-module, which lets those hear a call who may see its record; the links that records then keep name no address.',
  ),
  settle_seconds: kind.seconds(0, 600, 2, 'A file that has not grown for this long is finished.'),
  give_up_minutes: key(
    z.number().min(1).max(10_080).default(30),
    'number',
    'a number of minutes, 1 to 10080',
    'How long to wait for a recording that does not appear.',
  ),
  ...transcoding,
  ...retention,
});

export const database = section('What the connector must not forget.', {
  path: key(
    kind.filled.default('connector.db'),
    'text',
    'the path of a file',
    'The connector’s own SQLite file, made when missing. Relative to this file’s folder.',
  ),
});

export const outbox = section('What is yet to be told to the CRM.', {
  keep_delivered_days: key(
    z.number().min(0).max(3650).default(30),
    'number',
    'a number of days, 0 to 3650',
    'How long delivered callbacks stay in the database for questions afterwards.',
  ),
});

export const log = section('The log, on standard output.', {
  level: kind.choice(
    logLevels,
    'info',
    'How much is told: `info` is a line for each phase of a call, `debug` every event.',
  ),
  format: kind.choice(['text', 'json'], 'text', '`text` for people, `json` for log collectors.'),
  ...logging,
});
