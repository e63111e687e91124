/**
 * Calls that shall be attached to a record: of a click as soon as its call is known, and again while the CRM does not
 * have the call yet. Kept for the tab's next page, as the agent may go on meanwhile.
 */
((AsteriskConnector) => {
  'use strict';

  const { crm, tabStore } = AsteriskConnector;
  const againMs = [1500, 4000, 10000, 30000];
  const forgottenMs = 600000;
  /** What the CRM says of a record that no call can be attached to, or not by this user: another time it says the same. */
  const final = ['record', 'forbidden'];

  class Links {
    constructor() {
      this.pending = tabStore.read('links') || [];
      this.isBusy = false;
      this.isStopped = false;
    }

    /** @param link { record, call } or { record, click } */
    add(link) {
      this.pending.push(Object.assign({ times: 0, at: Date.now() }, link));
      this.keep();
      if (link.call) void this.next();
    }

    /** Learns which call a click has become. */
    show(snapshot) {
      if (this.pending.length === 0) return;
      for (const { id, callId } of snapshot.clicks || []) {
        for (const link of this.pending) if (link.click === id && callId) link.call = callId;
      }
      this.pending = this.pending.filter(({ at }) => Date.now() - at < forgottenMs);
      this.keep();
      void this.next();
    }

    async next() {
      if (this.isBusy) return;
      const link = this.pending.find(({ call, again }) => call && !(again > Date.now()));
      if (link === undefined) return this.later();
      this.isBusy = true;
      const answer = await crm.post('Link', { call: link.call, record: link.record });
      const wait = againMs[link.times];
      link.times += 1;
      link.again = Date.now() + wait;
      const isOver = answer.ok ? answer.result.linked : final.includes(answer.code);
      if (isOver || wait === undefined) this.pending = this.pending.filter((one) => one !== link);
      this.keep();
      this.isBusy = this.isStopped;
      void this.next();
    }

    /** None holds up another: the next one is tried when its time has come. */
    later() {
      clearTimeout(this.timer);
      const due = this.pending.filter(({ call }) => call).map(({ again }) => again);
      if (due.length > 0) this.timer = setTimeout(() => this.next(), Math.min(...due) - Date.now());
    }

    keep() {
      tabStore.write('links', this.pending.length > 0 ? this.pending : null);
    }

    stop() {
      clearTimeout(this.timer);
      this.isBusy = true;
      this.isStopped = true;
    }
  }

  AsteriskConnector.Links = Links;
})(window.AsteriskConnector);
