import { normalize } from 'node:path/posix';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locate, type RecordingPlaces } from '../../src/recordings/locate.ts';

const monitor = '/var/spool/asterisk/monitor';
const here: RecordingPlaces = { roots: [monitor, '/srv/rec/'], pathMap: [] };

describe('locate', () => {
  it.each([
    [`${monitor}/2026/11/a.wav`, `${monitor}/2026/11/a.wav`],
    [`${monitor}//2026/./a.wav`, `${monitor}/2026/a.wav`],
    [`${monitor}/2026/../a.wav`, `${monitor}/a.wav`],
    ['/srv/rec/a b.wav', '/srv/rec/a b.wav'],
    ['/srv/rec/звонок ;rm "$(id)".wav', '/srv/rec/звонок ;rm "$(id)".wav'],
    ['/srv/rec/..wav', '/srv/rec/..wav'],
  ])('%s is %s', (path, candidate) => {
    expect(locate(path, here)).toEqual({ kind: 'candidate', path: candidate });
  });

  it.each([
    ['', 'absolute'],
    ['a.wav', 'absolute'],
    ['../a.wav', 'absolute'],
    ['file:///srv/rec/a.wav', 'absolute'],
    ['/srv/rec/a\0.wav', 'NUL'],
    [`/srv/rec/${'a'.repeat(4096)}`, '4096'],
    ['/etc/passwd', 'outside'],
    ['/', 'outside'],
    ['/srv/rec', 'outside'],
    ['/srv/rec/', 'outside'],
    ['/srv/recordings/a.wav', 'outside'],
    ['/srv/rec/../../etc/passwd', 'outside'],
    ['/srv/rec/../rec2/a.wav', 'outside'],
    ['/../../srv/recc', 'outside'],
    ['/SRV/REC/a.wav', 'outside'],
  ])('%j is refused: %s', (path, why) => {
    expect(locate(path, here)).toEqual({ kind: 'refused', why: expect.stringContaining(why) });
  });

  it('refuses everything without roots, and takes everything under /', () => {
    expect(locate('/a.wav', { roots: [], pathMap: [] }).kind).toBe('refused');
    expect(locate('/a.wav', { roots: ['/'], pathMap: [] })).toEqual({ kind: 'candidate', path: '/a.wav' });
    expect(locate('/', { roots: ['/'], pathMap: [] }).kind).toBe('refused');
  });
});

describe('path map', () => {
  const mounted: RecordingPlaces = {
    roots: ['/mnt/pbx', '/mnt/old'],
    pathMap: [
      { from: '/var/spool/asterisk', to: '/mnt/pbx' },
      { from: '/var/spool/asterisk/monitor/old/', to: '/mnt/old/' },
    ],
  };

  it.each([
    [`${monitor}/a.wav`, '/mnt/pbx/monitor/a.wav'],
    [`${monitor}/old/a.wav`, '/mnt/old/a.wav'],
    [`${monitor}/older/a.wav`, '/mnt/pbx/monitor/older/a.wav'],
    [`${monitor}/old/../a.wav`, '/mnt/pbx/monitor/a.wav'],
    ['/mnt/pbx/a.wav', '/mnt/pbx/a.wav'],
  ])('%s is %s', (path, candidate) => {
    expect(locate(path, mounted)).toEqual({ kind: 'candidate', path: candidate });
  });

  it.each(['/var/spool/asterisk2/a.wav', '/var/spool/asterisk/../a.wav', '/var/spool/asterisk'])(
    '%s is refused',
    (path) => {
      expect(locate(path, mounted).kind).toBe('refused');
    },
  );

  it('may map the whole tree', () => {
    expect(locate('/rec/a.wav', { roots: ['/mnt'], pathMap: [{ from: '/', to: '/mnt' }] })).toMatchObject({
      path: '/mnt/rec/a.wav',
    });
  });
});

it('whatever the path, a candidate is normal and inside a root', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '', 'srv', 'rec', 'var', 'a.wav'), fc.string({ maxLength: 5 }));
  let candidates = 0;
  const start = fc.constantFrom('/', '/srv/rec/', '/srv/', '');
  fc.assert(
    fc.property(start, fc.array(part, { maxLength: 10 }), (first, parts) => {
      const outcome = locate(first + parts.join('/'), here);
      if (outcome.kind === 'refused') return;
      candidates += 1;
      expect(outcome.path).toBe(normalize(outcome.path));
      expect(outcome.path.startsWith('/srv/rec/') || outcome.path.startsWith(`${monitor}/`)).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(candidates).toBeGreaterThan(100);
});
