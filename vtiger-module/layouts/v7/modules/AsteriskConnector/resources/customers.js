/** Who the caller of a call is: the CRM is asked once for each call, by the tab that leads; the others are told. */
((AsteriskConnector) => {
  'use strict';

  const { crm, tabStore } = AsteriskConnector;
  const againMs = [2000, 5000, 10000];

  class Customers {
    constructor(tabs, onChange) {
      this.tabs = tabs;
      this.onChange = onChange;
      this.answers = tabStore.read('customers') || {};
      this.asked = new Map();
      tabs.on('customer', ({ call, answer }) => this.keep(call, answer));
    }

    /** What the CRM said of a call; null while it is not known, `failed` when it could not say. */
    of(call) {
      return this.answers[call] || (this.asked.get(call) === 'failed' ? 'failed' : null);
    }

    ask(call) {
      if (this.answers[call.id] || this.asked.has(call.id)) return;
      this.asked.set(call.id, 'asked');
      void this.askAgain(call, 0);
    }

    async askAgain(call, times) {
      const params = { number: call.number, call: call.id };
      if (call.transferredBy) params.transferredBy = call.transferredBy.extension;
      const answer = await crm.get('Customer', params);
      if (!this.asked.has(call.id)) return;
      if (answer.ok && answer.result) return this.set(call.id, answer.result);
      this.asked.set(call.id, 'failed');
      this.onChange();
      const wait = againMs[times];
      if (wait) setTimeout(() => this.asked.has(call.id) && this.askAgain(call, times + 1), wait);
    }

    /** Known from now on, in all tabs. */
    set(call, answer) {
      this.tabs.send('customer', { call, answer });
      this.keep(call, answer);
    }

    keep(call, answer) {
      this.answers[call] = answer;
      tabStore.write('customers', this.answers);
      this.onChange();
    }

    /** Forgets all calls but these. */
    keepOnly(ids) {
      const gone = Object.keys(this.answers).filter((id) => !ids.has(id));
      for (const id of gone) delete this.answers[id];
      for (const id of this.asked.keys()) if (!ids.has(id)) this.asked.delete(id);
      if (gone.length > 0) tabStore.write('customers', this.answers);
    }
  }

  AsteriskConnector.Customers = Customers;
})(window.AsteriskConnector);
