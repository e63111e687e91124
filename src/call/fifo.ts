/** First in, first out. What waits is not moved when one goes: an array's shift() moves all of a long one. */
export class Fifo<Item> {
  #items: Item[] = [];
  #head = 0;

  get head(): Item | undefined {
    return this.#items[this.#head];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): void {
    this.#head += 1;
    if (this.#head < 64 || this.#head * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }

  /** Puts another one in the place of each that waits. */
  replaceEach(by: (item: Item) => Item): void {
    this.#items = this.#items.slice(this.#head).map(by);
    this.#head = 0;
  }
}
