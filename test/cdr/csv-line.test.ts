import { describe, expect, test } from 'vitest';
import { csvFields, csvValues } from '../../src/cdr/csv-line.ts';

/** As Asterisk 22 wrote it. */
const start =
  '"","79211101102","74951112233","did","""Ivan, Petrov"" <79211101102>","PJSIP/provider-00000008","PJSIP/101-00000009",' +
  '"Dial","PJSIP/101,20,tTkK","2026-11-21 15:02:30",,"2026-11-21 15:02:32",2,0,"NO ANSWER","DOCUMENTATION"';

describe('values', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi""",', ['say "hi"', '']],
    ['', ['']],
    ['"",,""', ['', '', '']],
    ['1, 2 ,"3" ', ['1', '2 ', '3']],
    // Cut off while it was written.
    ['"a","b', ['a']],
    ['"a"b,c', []],
  ])('%s', (line, values) => {
    expect(csvValues(line)).toEqual(values);
  });
});

describe('Master.csv', () => {
  test('the columns that are always there', () => {
    expect(csvFields(start, [])).toMatchObject({
      src: '79211101102',
      dst: '74951112233',
      clid: '"Ivan, Petrov" <79211101102>',
      channel: 'PJSIP/provider-00000008',
      dstchannel: 'PJSIP/101-00000009',
      lastapp: 'Dial',
      lastdata: 'PJSIP/101,20,tTkK',
      start: '2026-11-21 15:02:30',
      answer: '',
      end: '2026-11-21 15:02:32',
      duration: '2',
      billsec: '0',
      disposition: 'NO ANSWER',
      amaflags: 'DOCUMENTATION',
    });
  });

  test.each([
    ['no more', '', {}],
    ['loguniqueid', ',"1795262550.12"', { uniqueid: '1795262550.12' }],
    ['loguniqueid, with a system’s name', ',"pbx-2-1795262550.12"', { uniqueid: 'pbx-2-1795262550.12' }],
    ['loguniqueid, of a click', ',"c2c-7f3a"', { uniqueid: 'c2c-7f3a' }],
    ['loguserfield', ',"abc"', { userfield: 'abc' }],
    ['both', ',"1795262550.12","abc"', { uniqueid: '1795262550.12', userfield: 'abc' }],
    ['newcdrcolumns alone', ',"","1795262550.9",8', { linkedid: '1795262550.9', sequence: '8' }],
    [
      'loguniqueid and newcdrcolumns',
      ',"1795262550.12","","1795262550.9",8',
      { uniqueid: '1795262550.12', peeraccount: '', linkedid: '1795262550.9', sequence: '8' },
    ],
    ['loguserfield and newcdrcolumns', ',"abc","","1.9",8', { userfield: 'abc', linkedid: '1.9' }],
    [
      'all',
      ',"1795262550.12","abc","","1795262550.9",8',
      { uniqueid: '1795262550.12', userfield: 'abc', linkedid: '1795262550.9' },
    ],
  ])('with %s', (_, more, fields) => {
    const found = csvFields(`${start}${more}`, []);
    expect(found).toMatchObject(fields);
    expect(
      Object.keys(found)
        .filter((name) => /id$|userfield/.test(name) && name !== 'clid')
        .sort(),
    ).toEqual(
      Object.keys(fields)
        .filter((name) => /id$|userfield/.test(name))
        .sort(),
    );
  });
});

test('a file of cdr_custom has the columns that its configuration says', () => {
  expect(csvFields('"101","2026-11-21 15:02:30","x"', ['src', 'start'])).toEqual({
    src: '101',
    start: '2026-11-21 15:02:30',
  });
});
