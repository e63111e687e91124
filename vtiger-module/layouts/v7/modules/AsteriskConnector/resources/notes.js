/** Short words to the agent that go by themselves, and what a screen reader is told. */
((AsteriskConnector) => {
  'use strict';

  const { make, icon, fill } = AsteriskConnector;
  const icons = { good: 'check', bad: 'exclamation-triangle', call: 'phone' };

  class Notes {
    constructor(box) {
      this.box = box;
      this.notes = new Map();
      this.spoken = make('div', 'asterisk-spoken');
      this.spoken.setAttribute('role', 'status');
      this.spoken.setAttribute('aria-live', 'polite');
      box.append(this.spoken);
    }

    /** Says it to those who listen instead of looking. */
    say(words) {
      fill(this.spoken, words);
      this.spoken.hidden = false;
    }

    /**
     * Shows, or changes, the note of a key.
     * @param kind call, good or bad
     * @param ms how long it stays; 0: until it is changed or removed
     */
    show(key, { kind, who, words, ms }) {
      const note = this.notes.get(key) || this.add(key);
      clearTimeout(note.timer);
      if (note.kind !== kind) {
        note.kind = kind;
        note.element.className = `asterisk-note asterisk-note-${kind}`;
        note.sign.replaceChildren(icon(icons[kind]));
      }
      fill(note.who, who || '');
      if (note.words.textContent !== words) this.say([who, words].filter(Boolean).join(': '));
      fill(note.words, words);
      if (ms > 0) note.timer = setTimeout(() => this.remove(key), ms);
    }

    remove(key) {
      const note = this.notes.get(key);
      if (note === undefined) return;
      clearTimeout(note.timer);
      note.element.remove();
      this.notes.delete(key);
    }

    add(key) {
      const element = make('div');
      const sign = make('span', 'asterisk-note-sign');
      const body = make('span', 'asterisk-note-body');
      const who = make('strong');
      const words = make('span');
      body.append(who, words);
      const close = AsteriskConnector.iconButton('asterisk-close', 'times', AsteriskConnector.text('closeNote'), () =>
        this.remove(key),
      );
      element.append(sign, body, close);
      element.dataset.note = key;
      this.box.append(element);
      const note = { element, sign, who, words, kind: '', timer: 0 };
      this.notes.set(key, note);
      return note;
    }

    clear() {
      for (const key of [...this.notes.keys()]) this.remove(key);
      this.spoken.remove();
    }
  }

  AsteriskConnector.Notes = Notes;
})(window.AsteriskConnector);
