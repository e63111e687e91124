/** The popups of the tab that leads: which calls are shown, how they come, change and go. */
((AsteriskConnector) => {
  'use strict';

  const { PopupView, PopupForms, preferencesMenu, tabStore, text, shownNumber, duration } = AsteriskConnector;

  const wordMs = 4000;

  /** Whether the user himself dialled. */
  AsteriskConnector.isOutgoing = (call) =>
    call.direction === 'outbound' || (call.direction === 'internal' && call.initiator === true);

  /** Dismissed is one ring: the same call may ring here again. */
  const ringOf = ({ id, ring }) => `${id}/${ring}`;

  function isWanted(call, user) {
    if (user.popup === 'never') return false;
    if (AsteriskConnector.isOutgoing(call) && !user.outgoing) return false;
    return user.popup === 'ring' || call.phase === 'talking';
  }

  class Popups {
    /** @param page { box, notes, sound, customers, tabs, links, choose(preferences), hears() } */
    constructor(page) {
      this.page = page;
      this.views = new Map();
      this.dismissed = new Set(tabStore.read('dismissed') || []);
      this.ahead = 0;
      this.forms = new PopupForms(page, (view) => this.remove(view));
      page.tabs.on('dismiss', (ring) => this.forget(ring));
    }

    /** @param leads whether this tab shows the calls; one that does not only keeps a form that is being filled in */
    show(snapshot, user, leads) {
      this.user = user;
      const calls = snapshot === null ? [] : snapshot.calls;
      if (snapshot !== null) this.ahead = snapshot.ahead;
      const wanted = calls.filter((call) => leads && isWanted(call, user) && !this.dismissed.has(ringOf(call)));
      for (const call of wanted) this.update(call.id, call);
      const left = [...this.views.values()].filter((view) => !wanted.some(({ id }) => id === view.call.id));
      for (const view of left) this.leave(view, snapshot, calls, leads);
      this.tidy(calls, snapshot);
    }

    update(id, call) {
      const { customers, notes } = this.page;
      let view = this.views.get(id);
      const isNew = view === undefined;
      if (isNew) view = this.open(call);
      customers.ask(call);
      view.update(call, customers.of(id));
      view.tick(Date.now() + this.ahead);
      if (isNew) notes.say(`${view.kind.textContent}: ${view.title.textContent}`);
    }

    open(call) {
      const view = new PopupView(call, {
        dismiss: () => this.dismiss(ringOf(view.call)),
        menu: (one) => one.showMenu(one.menu ? null : preferencesMenu(this.user, this.page.choose)),
        create: (one, module) => this.forms.open(one, { module, name: call.name || '' }).input.focus(),
      });
      this.views.set(call.id, view);
      this.page.box.append(view.element);
      this.forms.restore(view);
      this.startClock();
      return view;
    }

    /** The call is no longer shown: its popup goes with a word, unless somebody is filling in its form. */
    leave(view, snapshot, calls, leads) {
      const isOver = snapshot !== null && !snapshot.lost && !calls.some(({ id }) => id === view.call.id);
      if (view.form && !this.dismissed.has(ringOf(view.call))) {
        const call = isOver ? Object.assign({}, view.call, { ended: true }) : view.call;
        view.update(call, this.page.customers.of(call.id));
        return view.tick(0);
      }
      // Saved after the end: it stays a moment, so that the new card can be opened.
      if (view.isSaved && view.call.ended) return;
      this.remove(view);
      if (isOver && leads && !this.dismissed.has(ringOf(view.call))) this.sayWhy(view, snapshot);
    }

    sayWhy({ call, title }, snapshot) {
      const ends = (snapshot.ended || []).filter(({ id }) => id === call.id);
      const end = ends.find(({ ring }) => ring === call.ring) || ends[0] || { outcome: 'ended' };
      const missed = end.outcome === 'no-answer' && AsteriskConnector.isOutgoing(call);
      const by = end.outcome === 'answered-elsewhere' && end.by;
      const key = missed ? 'not-reached' : by ? 'answered-elsewhere-by' : end.outcome;
      const words = text(key, { by, duration: duration(end.talkedSeconds || 0) });
      const who = title.textContent || shownNumber(call.number);
      const kind = end.outcome === 'no-answer' && !missed ? 'bad' : 'call';
      this.page.notes.show(`end-${call.id}`, { kind, who, words, ms: wordMs });
    }

    remove(view) {
      view.element.remove();
      if (this.views.get(view.call.id) === view) this.views.delete(view.call.id);
      if (this.views.size === 0) this.stopClock();
    }

    dismiss(ring) {
      this.page.tabs.send('dismiss', ring);
      this.forget(ring);
    }

    forget(ring) {
      this.dismissed.add(ring);
      tabStore.write('dismissed', [...this.dismissed]);
      this.forms.forget(ring.slice(0, ring.lastIndexOf('/')));
      const view = [...this.views.values()].find(({ call }) => ringOf(call) === ring);
      if (view) this.remove(view);
      this.ringOrNot();
    }

    /** What was being typed on the page before. */
    restoreDrafts(user) {
      this.user = user;
      for (const { call } of this.forms.drafts()) {
        if (!this.views.has(call.id)) this.open(call).update(call, this.page.customers.of(call.id));
      }
    }

    /** Nothing is kept of calls that are neither there nor on the screen. */
    tidy(calls, snapshot) {
      this.ringOrNot();
      if (snapshot === null || snapshot.lost) return;
      const known = [...calls, ...[...this.views.values()].map(({ call }) => call)];
      this.page.customers.keepOnly(new Set(known.map(({ id }) => id)));
      const rings = new Set(known.map(ringOf));
      const before = this.dismissed.size;
      for (const ring of this.dismissed) if (!rings.has(ring)) this.dismissed.delete(ring);
      if (this.dismissed.size < before) tabStore.write('dismissed', [...this.dismissed]);
    }

    ringOrNot() {
      const rings = ({ call }) => call.phase === 'ringing' && !call.ended && !AsteriskConnector.isOutgoing(call);
      const may = this.user && this.user.sound && this.page.hears();
      this.page.sound.ring(Boolean(may) && [...this.views.values()].some(rings));
    }

    startClock() {
      this.clock = this.clock || setInterval(() => this.tick(), 500);
    }

    tick() {
      for (const view of this.views.values()) view.tick(Date.now() + this.ahead);
    }

    stopClock() {
      clearInterval(this.clock);
      this.clock = null;
    }

    stop() {
      for (const view of [...this.views.values()]) this.remove(view);
      this.page.sound.stop();
    }
  }

  AsteriskConnector.Popups = Popups;
})(window.AsteriskConnector);
