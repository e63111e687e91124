/** Longer ones are hardly ever the same as another. */
const longest = 64;

/** What some seconds of a busy Asterisk hold: the whole takes 1.5 MB at the most. */
const mostInAGeneration = 4_000;

/**
 * Gives one text for all that are the same: an id comes in each event of its call, and the names and numbers of a company in one
 * call after the other. Of a call that goes on a third less is kept so, and to look a text up is quicker than to copy it.
 *
 * What has not come for a while is forgotten.
 */
export class SharedTexts {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  /** The same text, which keeps no longer one that it was cut out of. */
  of(text: string): string {
    if (text.length > longest) return copied(text);
    return this.#young.get(text) ?? this.#keep(this.#old.get(text) ?? copied(text));
  }

  #keep(text: string): string {
    if (this.#young.size >= mostInAGeneration) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, text);
    return text;
  }
}

/**
 * A text of its own. V8 (Node 20 to 24) makes a part of 13 characters or more of a longer string by pointing into it: one id that
 * is kept would keep all that Asterisk sent in the same read, 64 KB at the most. Shorter parts are texts of their own. What is
 * joined is written anew, but not what is joined with nothing.
 */
export const copied = (text: string): string => (text.length < 13 ? text : [text.slice(0, 1), text.slice(1)].join(''));
