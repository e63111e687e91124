import type { Dialect } from './dialect.ts';

/** What a page of the CRM answered; null: nobody did. */
export interface Page {
  readonly status: number;
  readonly body: string;
}

/** Which kind of CRM it is; `unclear`: one answers, but does not show which; `away`: no PBXManager answers. */
export type Which =
  | { readonly kind: Dialect['name']; readonly why: string }
  | { readonly kind: 'unclear' | 'away'; readonly why: string };

/** Pages that tell the CRMs apart, relative to PBXManager.php. Asking for them leaves nothing behind (measured: no table, no file, no session). */
export const tellingPages = { callbacks: '', agi: 'SPAgi.php', script: '../resources/PBXManagerJS.js' } as const;

export type TellingPages = Readonly<Record<keyof typeof tellingPages, Page | null>>;

/**
 * SalesPlatform (7.2) has a page SPAgi.php, which without parameters says in JSON what is missing, and its name in
 * PBXManager's script; vTiger (7.5, 8.0) has neither (measured). A page that is missing says little, as a web server
 * may hide it, so vTiger is believed only where its script was read.
 */
export function judgeWhich({ callbacks, agi, script }: TellingPages): Which {
  if (callbacks?.body.includes('<Authentication>Failure') !== true)
    return { kind: 'away', why: 'no PBXManager answers at this address' };
  if (agi?.status === 200 && /"code"\s*:\s*400/.test(agi.body))
    return { kind: 'salesplatform', why: 'it has SPAgi.php' };
  if (script?.status !== 200 || !/PBXManager_Js/.test(script.body))
    return { kind: 'unclear', why: 'its SPAgi.php and PBXManagerJS.js cannot be read from here' };
  return /salesplatform/i.test(script.body)
    ? { kind: 'salesplatform', why: 'its PBXManagerJS.js is SalesPlatform’s' }
    : { kind: 'vanilla', why: 'its PBXManagerJS.js is vTiger’s own' };
}
