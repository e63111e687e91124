/**
 * Calls that shall be attached to a record: of a click as soon as its call is known, and again while the CRM does not
 * have the call yet. Kept for the tab's next page, as the agent may go on meanwhile.
 */
((AsteriskConnector) => {
  'use strict';

  const { crm, tabStore } = AsteriskConnector;
  const againMs = [1500, 4000, 10000, 30000];
  const forgottenMs = 600000;

  class Links {
    constructor() {
      this.pending = tabStore.read('links') || [];
      this.isBusy = false;
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
      const link = this.isBusy ? undefined : this.pending.find(({ call }) => call);
      if (link === undefined) return;
      this.isBusy = true;
      const answer = await crm.post('Link', { call: link.call, record: link.record });
      const wait = againMs[link.times];
      link.times += 1;
      const isOver = (answer.ok && answer.result.linked) || wait === undefined;
      if (isOver) this.pending = this.pending.filter((one) => one !== link);
      this.keep();
      this.timer = setTimeout(() => this.goOn(), isOver ? 0 : wait);
    }

    goOn() {
      this.isBusy = false;
      void this.next();
    }

    keep() {
      tabStore.write('links', this.pending.length > 0 ? this.pending : null);
    }

    stop() {
      clearTimeout(this.timer);
      this.isBusy = true;
    }
  }

  AsteriskConnector.Links = Links;
})(window.AsteriskConnector);
