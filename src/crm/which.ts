import type { Answer } from './answer.ts';
import type { Dialect } from './dialect.ts';

/** What a page of the CRM answered; null: nobody did. */
export interface Page {
  readonly status: number;
  readonly body: string;
}

/** Which kind of CRM it is; `unclear`: one answers, but does not show which; `away`: none deals with callbacks. */
export type Which =
  | { readonly kind: Dialect['name']; readonly why: string }
  | { readonly kind: 'unclear' | 'away'; readonly why: string };

/** Pages that tell the CRMs apart, relative to PBXManager.php. Asking for them leaves nothing behind (measured: no table, no file, no session). */
export const tellingPages = { agi: 'SPAgi.php', script: '../resources/PBXManagerJS.js' } as const;

export interface Evidence extends Readonly<Record<keyof typeof tellingPages, Page | null>> {
  /** What came of a callback that does nothing: the pages of a CRM that deals with none prove nothing. */
  readonly callback: Answer;
}

/**
 * SalesPlatform (7.2) has a page SPAgi.php, which without parameters says in JSON what is missing, and its name in
 * PBXManager's script; vTiger (7.5, 8.0) has neither (measured). A page that is missing says little, as a web server
 * may hide it, so vTiger is believed only where its script was read.
 */
export function judgeWhich({ callback, agi, script }: Evidence): Which {
  const hindrance = whyAway(callback);
  if (hindrance !== null) return { kind: 'away', why: hindrance };
  if (agi?.status === 200 && /"code"\s*:\s*400/.test(agi.body))
    return { kind: 'salesplatform', why: 'it has SPAgi.php' };
  if (script?.status !== 200 || !/PBXManager_Js/.test(script.body))
    return { kind: 'unclear', why: 'its SPAgi.php and PBXManagerJS.js cannot be read from here' };
  return /salesplatform/i.test(script.body)
    ? { kind: 'salesplatform', why: 'its PBXManagerJS.js is SalesPlatform’s' }
    : { kind: 'vanilla', why: 'its PBXManagerJS.js is vTiger’s own' };
}

/** null: it is there. A wrong token is a PBXManager's word, and an objection somebody's who is there. */
export function whyAway(callback: Answer): string | null {
  if (callback.kind === 'emptyServerError') return 'it answers HTTP 500 without a word';
  const isAway = callback.kind === 'unavailable' || (callback.kind === 'refused' && callback.reason === 'url');
  return isAway ? callback.why : null;
}
