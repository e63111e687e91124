import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takenNames } from '../../src/config/connections.ts';
import { loadConfig } from '../../src/config/load.ts';

const shared = `
crm: { url: http://crm.example, token: crm-token, time_zone: Europe/Moscow }
ami: { username: connector, secret: ami-secret }
cdr: { time_zone: Europe/Moscow }
`;
const two = `${shared}
connections:
  north: { ami: { host: pbx-north } }
  south:
    ami: { host: pbx-south, username: other }
    crm: { url: http://other.example, token: other-token }
`;

const load = (text: string, env: Record<string, string> = {}) =>
  loadConfig({ file: '/etc/connector/connector.yaml', env, read: () => text });

function configOf(text: string, env: Record<string, string> = {}) {
  const loaded = load(text, env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

function connectionsOf(text: string, env: Record<string, string> = {}) {
  return Object.fromEntries((configOf(text, env).connections ?? []).map(({ name, config }) => [name, config]));
}

const problemsOf = (text: string) => {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.problems;
};

describe('connections', () => {
  test('each has its own keys, and those of the top level besides', () => {
    const { north, south } = connectionsOf(two);
    expect(north).toMatchObject({
      ami: { host: 'pbx-north', username: 'connector', secret: 'ami-secret' },
      crm: { token: 'crm-token', call_id_prefix: 'north-' },
      database: { path: '/etc/connector/connector-north.db' },
      recordings: { public_url: 'http://127.0.0.1:5000/north' },
    });
    expect(south).toMatchObject({
      ami: { host: 'pbx-south', username: 'other', secret: 'ami-secret' },
      crm: {
        url: expect.stringMatching(/^http:\/\/other\.example\//),
        token: 'other-token',
        time_zone: 'Europe/Moscow',
      },
    });
  });

  test('the process has the first one for what asks no further, and a file without connections none', () => {
    expect(configOf(two)).toMatchObject({ ami: { host: 'pbx-north' }, http: { port: 5000 } });
    expect(configOf(shared)).not.toHaveProperty('connections');
    expect(configOf(`${shared}connections:\n`)).not.toHaveProperty('connections');
  });

  test('a name alone is a connection as the top level has it', () => {
    expect(
      Object.keys(connectionsOf(`${shared}connections:\n  north:\n  south: { crm: { url: http://b.example } }`)),
    ).toEqual(['north', 'south']);
  });

  test.each([
    ['connector.db', '/etc/connector/connector-north.db'],
    ['/var/lib/c/calls.sqlite', '/var/lib/c/calls-north.sqlite'],
    ['/calls', '/calls-north'],
    ['../data.d/calls', '/etc/data.d/calls-north'],
  ])('a database %s for all is %s for one', (path, expected) => {
    expect(connectionsOf(`${two}database: { path: ${path} }`)['north']?.database.path).toBe(expected);
  });

  test('what a connection says of these three itself is taken as it is', () => {
    const { north } = connectionsOf(`${shared}
database: { path: /var/lib/all.db }
recordings: { public_url: http://pbx.example:5000 }
connections:
  north:
    database: { path: mine.db }
    recordings: { public_url: http://north.example }
    crm: { call_id_prefix: '' }
  south:
`);
    expect(north).toMatchObject({
      database: { path: '/etc/connector/mine.db' },
      recordings: { public_url: 'http://north.example' },
      crm: { call_id_prefix: '' },
    });
  });

  test('links of the others have the name behind the address that holds for all', () => {
    const text = `${two}recordings: { public_url: http://pbx.example:5000/ }`;
    expect(connectionsOf(text)['south']?.recordings.public_url).toBe('http://pbx.example:5000/south');
  });

  test("this machine's records of calls are read for a connection that says so itself, or where the top level names them", () => {
    const { north, south } = connectionsOf(
      two.replace('{ host: pbx-north }', '{ host: pbx-north }, cdr: { source: auto }'),
    );
    expect([north?.cdr.source, south?.cdr.source]).toEqual(['auto', 'none']);
    const named = `${shared.replace('cdr: {', 'cdr: { source: mysql,')}connections: { north: { cdr: { table: a } }, south: {} }`;
    expect(connectionsOf(named)['south']?.cdr).toMatchObject({ source: 'mysql', table: 'cdr' });
  });

  test('a folder for converted recordings that holds for all has one for each in it', () => {
    const text = `${two}recordings: { cache_path: /var/cache/connector/ }`;
    expect(connectionsOf(text)['south']?.recordings.cache_path).toBe('/var/cache/connector/south');
    expect(connectionsOf(two)['south']?.recordings.cache_path).toContain('/etc/connector/connector-south.db');
  });

  test('the environment speaks for the top level: a connection that says more goes before it', () => {
    const { north, south } = connectionsOf(two, {
      CONNECTOR_AMI_USERNAME: 'env',
      CONNECTOR_DATABASE_PATH: '/data/c.db',
    });
    expect([north?.ami.username, south?.ami.username]).toEqual(['env', 'other']);
    expect(north?.database.path).toBe('/data/c-north.db');
  });
});

describe('what a request without a name cannot tell apart is remarked', () => {
  const url = 'http://crm.example/modules/PBXManager/callbacks/PBXManager.php';
  const notesOf = (north: string, south: string) => {
    const loaded = load(
      `${shared.replace('http://crm.example', url)}connections: { north: { ${north} }, south: { ${south} } }`,
    );
    return loaded.ok ? loaded.notes : loaded.problems;
  };
  test.each([
    ['', '', [expect.stringMatching(/^connections north and south tell one CRM .* go to north$/)]],
    ['', `crm: { url: ${url}?2 }`, [expect.stringMatching(/same crm\.token, but not the same CRM.*\/south/)]],
    ['', 'extensions: { pattern: ^2..$ }', []],
    ['', `crm: { url: ${url}?2, token: other }`, []],
  ])('%s | %s', (north, south, notes) => {
    expect(notesOf(north, south)).toEqual(notes);
  });
});

describe('faults name the connection and its key', () => {
  test.each([
    ['connections: { north: { ami: { port: high } } }', 'connections.north.ami.port'],
    ['connections: { north: { ami: { prot: 1 } } }', 'connections.north.ami.prot'],
    ['connections: { north: { http: { port: 1 } } }', 'connections.north.http'],
    ['connections: { north: { amii: {} } }', 'connections.north.amii'],
    ['connections: { north: yes }', 'connections.north'],
    ['connections: { North: {} }', 'connections.North'],
    ['connections: { a123456789b123456789c: {} }', 'connections.a123456789b123456789c'],
    ['connections: { metrics: {} }', 'connections.metrics'],
    ['connections: 4', 'connections'],
    [
      'connections: { north: {}, south: { database: { path: connector-north.db } } }',
      'connections.south.database.path',
    ],
    ['connections: { north: {}, south: { crm: { call_id_prefix: north- } } }', 'connections.south.crm.call_id_prefix'],
    ['connections: { north: { cdr: { source: csv } }, south: { cdr: { source: auto } } }', 'connections.south.cdr'],
    ['connections: { north: { calls: { missed_extension: outside } } }', 'connections.north.calls.missed_extension'],
    [`connections: { north: { crm: { call_id_prefix: ${'x'.repeat(25)} } } }`, 'connections.north.crm.call_id_prefix'],
  ])('%s', (text, key) => {
    const problems = problemsOf(`${shared}${text}\n`);
    expect(problems.map((problem) => problem.key)).toEqual([key]);
    expect(problems[0]?.expected).not.toBe('');
    if (!/path|prefix: north|cdr/.test(text)) expect(problems[0]?.where).toBe('line 5');
  });

  test('what the top level says wrong is said once, under its own name', () => {
    expect(problemsOf(`${two}outbox: { keep_delivered_days: many }`).map(({ key }) => key)).toEqual([
      'outbox.keep_delivered_days',
    ]);
  });

  test('what is missing everywhere is missing in each', () => {
    const keys = problemsOf(two.replace('username: connector, ', '')).map(({ key }) => key);
    expect(keys).toEqual(['connections.north.ami.username']);
  });

  test('what only together with the top level is wrong names the connection, and the line of the key', () => {
    const text = `${two}calls: { missed_extension: 101 }`.replace(
      '{ ami: { host: pbx-north } }',
      '{ extensions: { pattern: ^9..$ } }',
    );
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ key: 'connections.north.calls.missed_extension', where: 'line 11' });
  });

  test('no secret is in them', () => {
    const text = two.replace('token: other-token', 'token: [hush]').replace('username: other', 'prot: 1');
    expect(JSON.stringify(problemsOf(text))).not.toMatch(/hush|ami-secret|crm-token/);
  });
});

test('no connection can be called as the HTTP side calls a path of its own', () => {
  const routes = readFileSync('src/http/app.ts', 'utf8').matchAll(/router\.\w+\(\s*[`'](?:\$\{below\})?\/([a-z]+)/g);
  expect(new Set([...routes].map(([, name]) => name))).toEqual(new Set(takenNames));
  for (const name of takenNames) expect(problemsOf(`${shared}connections: { ${name}: {} }`)).toHaveLength(1);
});

const text = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const section = {
  ami: fc.record(
    { host: text, port: fc.integer({ min: 1, max: 65_535 }), username: text, secret: text },
    { requiredKeys: [] },
  ),
  crm: fc.record(
    { token: text, timeout_seconds: fc.integer({ min: 1, max: 300 }), dialect: fc.constantFrom('auto', 'vanilla') },
    { requiredKeys: [] },
  ),
  recordings: fc.record(
    {
      settle_seconds: fc.integer({ min: 0, max: 600 }),
      roots: fc.array(
        text.map((one) => `/${one}`),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { requiredKeys: [] },
  ),
  extensions: fc.record({ technologies: fc.dictionary(text, fc.constantFrom('PJSIP', 'SIP')) }, { requiredKeys: [] }),
  trunks: fc.array(text, { maxLength: 3 }),
  numbers: fc.record({ country: fc.constantFrom('none', 'RU', 'DE') }, { requiredKeys: [] }),
  click_to_call: fc.record({ ring_seconds: fc.integer({ min: 5, max: 300 }) }, { requiredKeys: [] }),
  outbox: fc.record({ keep_delivered_days: fc.integer({ min: 0, max: 3650 }) }, { requiredKeys: [] }),
};
const settings = fc.record(section, { requiredKeys: [] });

test('a connection is what a file of its own with the same keys would be', () => {
  const needed = { ami: { username: 'u', secret: 's' }, crm: { url: 'http://crm.example', token: 't' } };
  const both = (a: object, b: object) =>
    Object.fromEntries(
      [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => {
        const [one, other] = [a, b].map((all) => (all as Record<string, unknown>)[name]);
        return [name, Array.isArray(other ?? one) ? (other ?? one) : { ...(one as object), ...(other as object) }];
      }),
    );
  fc.assert(
    fc.property(settings, settings, (top, own) => {
      const unique = {
        database: { path: 'own.db' },
        recordings: { public_url: 'http://pbx.example/own' },
        crm: { call_id_prefix: 'own-' },
        cdr: { source: 'csv' },
      };
      const said = both(own, unique);
      const several = connectionsOf(JSON.stringify({ ...both(needed, top), connections: { own: said } }))['own'];
      expect(several).toEqual(configOf(JSON.stringify(both(both(needed, top), said))));
    }),
    { numRuns: 60 },
  );
});
