/** How Asterisk says that one dial ended. `failed`: also congestion, and phones that were not there. */
export type Disposition = 'answered' | 'no-answer' | 'busy' | 'failed';

/**
 * One row of Asterisk's CDR: what a channel (party A) had to do with another one (party B), from 12 on. A call has as many
 * rows as there were such pairs. Times are epoch milliseconds, in whole seconds as the CDR has them.
 */
export interface CdrRecord {
  /** Of party A's channel. */
  readonly uniqueid: string;
  /** null: this CDR does not keep it. */
  readonly linkedid: string | null;
  readonly channel: string;
  /** '': nobody was dialled. */
  readonly dstchannel: string;
  readonly src: string;
  readonly name: string;
  /** The extension that party A was in last, which transfers and Goto change. */
  readonly dst: string;
  /** The number that was called from outside, where the CDR keeps it (FreePBX); '' otherwise. */
  readonly did: string;
  readonly lastapp: string;
  readonly lastdata: string;
  readonly disposition: Disposition;
  readonly start: number;
  /** When party A was answered, be it by a menu or a queue; null: never. */
  readonly answer: number | null;
  readonly end: number;
  /** The recording's file, as Asterisk or FreePBX has it; '' without one. */
  readonly recording: string;
}

/** A row's columns by their usual names, as text. */
export type CdrFields = Readonly<Record<string, string | undefined>>;
