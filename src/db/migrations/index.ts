import type { Knex } from 'knex';
import * as outbox from './001-outbox.ts';
import * as recordings from './002-recordings.ts';
import * as recordingsOfUsers from './004-recordings-of-users.ts';
import * as unrungCalls from './005-unrung-calls.ts';
import * as dialects from './006-dialects.ts';
import * as history from './007-history.ts';
import * as dropped from './008-dropped.ts';
import * as indexes from './009-indexes.ts';
import * as timedOut from './010-timed-out.ts';
import * as sentAgain from './011-sent-again.ts';
import * as stories from './012-stories.ts';
import * as retention from './013-retention.ts';
import * as unrungEnds from './014-unrung-ends.ts';

/** Every change of the database's form, in order. One that has been published is never edited: append the next. */
const migrations: readonly Migration[] = [
  { name: '001-outbox', ...outbox },
  { name: '002-recordings', ...recordings },
  { name: '004-recordings-of-users', ...recordingsOfUsers },
  { name: '005-unrung-calls', ...unrungCalls },
  { name: '006-dialects', ...dialects },
  { name: '007-history', ...history },
  { name: '008-dropped', ...dropped },
  { name: '009-indexes', ...indexes },
  { name: '010-timed-out', ...timedOut },
  { name: '011-sent-again', ...sentAgain },
  { name: '012-stories', ...stories },
  { name: '013-retention', ...retention },
  { name: '014-unrung-ends', ...unrungEnds },
];

interface Migration extends Knex.Migration {
  readonly name: string;
}

/** In code, since the built program has no folder of migrations for knex to read. */
export const migrationSource: Knex.MigrationSource<Migration> = {
  getMigrations: async () => [...migrations],
  getMigrationName: (migration) => migration.name,
  getMigration: async (migration) => migration,
};
