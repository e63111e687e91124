/** Click-to-call: the page says what the PBX says, from the click to the end. */
((AsteriskConnector) => {
  'use strict';

  const { crm, text, shownNumber } = AsteriskConnector;

  /** How each state is shown; without `ms` until the next one. */
  const states = {
    'calling-you': { kind: 'call' },
    'your-phone-rings': { kind: 'call' },
    ringing: { kind: 'call', key: 'click-ringing' },
    talking: { kind: 'good', key: 'click-talking', ms: 3000 },
    ended: { kind: 'call', key: 'click-ended', ms: 3000 },
    'you-did-not-answer': { kind: 'bad', ms: 8000 },
    'you-are-busy': { kind: 'bad', ms: 8000 },
    busy: { kind: 'bad', key: 'click-busy', ms: 8000 },
    'no-answer': { kind: 'bad', key: 'click-no-answer', ms: 8000 },
    failed: { kind: 'bad', ms: 8000 },
    unreachable: { kind: 'bad', ms: 8000 },
  };

  /** What ended longer ago was shown on the page before. */
  const freshMs = 5000;
  /** The phone rings for half a minute; a note without news for longer has missed its end. */
  const longestMs = 90000;
  const twiceMs = 2000;

  /** Where no answer came in time, the call may have been placed all the same. */
  const reasons = { unknown: 'click-unknown' };

  function whyNot({ code, message }) {
    if (code === 'logged-out') return 'session';
    return code === '' && message === '' ? 'unknown' : 'crm-silent';
  }

  class Clicks {
    /** @param page { notes, links, isTold(): whether the page hears how a click goes on } */
    constructor(page) {
      this.page = page;
      this.shown = new Map();
      this.last = { number: '', at: 0 };
    }

    /** @param record the id of the record whose number was clicked, or '' */
    async call(number, record) {
      if (this.last.number === number && Date.now() - this.last.at < twiceMs) return;
      this.last = { number, at: Date.now() };
      const who = shownNumber(number);
      this.page.notes.show('click-new', { kind: 'call', who, words: text('calling-you'), ms: longestMs });
      const answer = await crm.post('Click', { number });
      if (answer.ok && answer.result.placed) this.placed(answer.result.click, number, record);
      else this.refused(who, answer.ok ? answer.result : { reason: whyNot(answer), message: '' });
    }

    placed(click, number, record) {
      const { notes, links } = this.page;
      if (record && click) links.add({ click, record });
      // The snapshot may have been quicker than the answer.
      if (!this.page.isTold())
        notes.show('click-new', { kind: 'call', who: shownNumber(number), words: text('your-phone-rings'), ms: 8000 });
      else if (!click || this.shown.has(click)) notes.remove('click-new');
      else this.state({ id: click, number, state: 'calling-you', why: '' });
    }

    refused(who, { reason, message }) {
      const words = reason === 'refused' && message ? message : text(reasons[reason] || reason || 'failed');
      this.page.notes.show('click-new', { kind: 'bad', who, words, ms: 8000 });
    }

    show(snapshot) {
      const clicks = snapshot.clicks || [];
      const now = Date.now() + snapshot.ahead;
      for (const click of clicks) {
        const isOld = states[click.state] && states[click.state].ms && now - Date.parse(click.at) > freshMs;
        if (this.shown.has(click.id) || !isOld) this.state(click);
        else this.shown.set(click.id, click.state);
      }
      for (const [id, state] of this.shown) {
        if (clicks.some((click) => click.id === id)) continue;
        if (state !== 'calling-you') this.forget(id);
      }
    }

    state({ id, number, state, why, cause }) {
      const how = states[state];
      if (how === undefined || this.shown.get(id) === state) return;
      this.shown.set(id, state);
      this.page.notes.remove('click-new');
      const words = text(how.key || state);
      const reason = AsteriskConnector.reasonOf(cause, why);
      const told = state === 'failed' && reason ? `${words}: ${reason}` : words;
      this.page.notes.show(`click-${id}`, {
        kind: how.kind,
        who: shownNumber(number),
        words: told,
        ms: how.ms || longestMs,
      });
    }

    forget(id) {
      this.shown.delete(id);
      this.page.notes.remove(`click-${id}`);
    }
  }

  AsteriskConnector.Clicks = Clicks;
})(window.AsteriskConnector);
