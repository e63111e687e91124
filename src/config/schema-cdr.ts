import { z } from 'zod';
import { key, section } from './key-notes.ts';
import * as kind from './value-kinds.ts';

/** A column's name that needs no quotes anywhere. */
const columnName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/);

/** A table, or one of a schema. */
const tableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?$/);

const text = (about: string, preset: string, expected = 'a text in one line') =>
  key(kind.line.default(preset), 'text', expected, about);

export const cdr = section(
  'Asterisk’s own records of calls (CDR), from which `reconcile` shows and repairs what was not told. docs/reconcile.md',
  {
    source: kind.choice(
      ['auto', 'none', 'csv', 'sqlite', 'mysql', 'postgresql'],
      'auto',
      'Where they are: in Master.csv (`csv`), in a database (`mysql` is MariaDB too, and what FreePBX has), or nowhere. `auto`: csv if there is a Master.csv that can be read.',
    ),
    file: key(
      kind.filled.optional(),
      'text',
      'the path of a file',
      'Master.csv, or the database’s file for sqlite. Relative to this file’s folder.',
      {
        otherwise: '`/var/log/asterisk/cdr-csv/Master.csv`, for sqlite `/var/log/asterisk/master.db`',
        sample: '/var/log/asterisk/cdr-csv/Master.csv',
      },
    ),
    columns: key(
      z.array(columnName).default([]),
      'list',
      'a list of columns’ names: letters, digits and `_`',
      'For a csv file of cdr_custom: its columns in order, named as CDR() names them. Without it the file is one of cdr_csv.',
      { sample: ['src', 'dst', 'channel', 'dstchannel', 'start', 'answer', 'end', 'disposition', 'uniqueid'] },
    ),
    server: key(
      kind.host.default('localhost'),
      'text',
      'a host name or an IP address',
      'Where the database server is (mysql, postgresql).',
    ),
    port: kind.count(0, 65_535, 0, 'a port number', 'Its port; 0 is the usual one.'),
    user: text('Its user; one that may only read will do.', 'asteriskuser'),
    password: key(kind.line.default(''), 'text', 'a text in one line', 'That user’s password.', { secret: true }),
    database: text('The database with the table.', 'asteriskcdrdb'),
    table: key(
      tableName.default('cdr'),
      'text',
      'a table’s name: letters, digits and `_`',
      'The table, also of sqlite. Its columns are looked up.',
    ),
    time_zone: key(
      kind.timeZone.optional(),
      'text',
      'a time zone such as Europe/Moscow',
      'The zone of its times: that of Asterisk’s machine, or UTC with usegmtime=yes in cdr.conf.',
      { otherwise: 'the zone of the machine the connector runs on', sample: 'Europe/Moscow' },
    ),
    after_outage: kind.choice(
      ['yes', 'no'],
      'yes',
      'Whether the connector itself reads them when it could not listen to Asterisk for a while, and tells the CRM what it missed.',
    ),
  },
);
