import { z } from 'zod';
import { ami, calls, clickToCall, extensions, trunks } from './schema-asterisk.ts';
import { cdr } from './schema-cdr.ts';
import { crm, database, http, log, outbox, recordings } from './schema-crm.ts';
import { numbers } from './schema-numbers.ts';

/** connector.yaml, whole and closed. Descriptions and error texts stand in `keyNotes`. */
export const settingsSchema = z.strictObject({
  ami,
  crm,
  http,
  recordings,
  database,
  extensions,
  trunks,
  numbers,
  click_to_call: clickToCall,
  calls,
  outbox,
  cdr,
  log,
});

/** As validated, before what depends on the machine, the file's folder or another key is filled in. */
export type Settings = z.output<typeof settingsSchema>;

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** One of several that this process connects, with all that its name and the top level make of it. */
export interface NamedConfig {
  readonly name: string;
  readonly config: Config;
}

/**
 * Validated, defaulted, complete. Keys are exactly those of connector.yaml.
 * With `connections` all else is that of the first of them; `http` and `log` are the same in all.
 */
export type Config = SingleConfig & { readonly connections?: readonly NamedConfig[] };

type SingleConfig = DeepReadonly<
  Omit<Settings, 'crm' | 'cdr' | 'http' | 'recordings'> & {
    crm: Omit<Settings['crm'], 'time_zone' | 'ca_file'> & {
      time_zone: string;
      /** Absolute, or null: trust what Node.js trusts. */
      ca_file: string | null;
    };
    /** Both absolute, or both null: without TLS. */
    http: Omit<Settings['http'], 'tls_certificate_file' | 'tls_key_file'> & {
      tls_certificate_file: string | null;
      tls_key_file: string | null;
    };
    /** `cache_path`: absolute. */
    recordings: Omit<Settings['recordings'], 'delete_older_than_days' | 'transcoder_path' | 'cache_path'> & {
      delete_older_than_days: number | null;
      transcoder_path: string | null;
      cache_path: string;
    };
    /** `file`: absolute. */
    cdr: Omit<Settings['cdr'], 'time_zone' | 'file'> & { time_zone: string; file: string };
  }
>;
