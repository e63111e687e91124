/** The forms in popups: opened, kept over pages while they are filled in, saved. */
((AsteriskConnector) => {
  'use strict';

  const { CustomerForm, crm, tabStore, text } = AsteriskConnector;

  const kept = 'drafts';
  const savedMs = 6000;

  class PopupForms {
    /** @param remove takes a popup away */
    constructor(page, remove) {
      this.page = page;
      this.remove = remove;
    }

    /** What is being typed: { call, module, name } each. */
    drafts() {
      return Object.values(tabStore.read(kept) || {});
    }

    restore(view) {
      const draft = (tabStore.read(kept) || {})[view.call.id];
      if (draft) this.open(view, draft);
    }

    forget(id) {
      this.keep(id, null);
    }

    keep(id, draft) {
      const all = tabStore.read(kept) || {};
      if (draft) all[id] = draft;
      else delete all[id];
      tabStore.write(kept, all);
    }

    open(view, { module, name }) {
      const { id } = view.call;
      const answer = this.page.customers.of(id);
      const may = (answer && answer.mayCreate) || [];
      const form = new CustomerForm(
        { modules: may.length > 0 ? may : [module], module, name },
        {
          save: (chosen, typed) => this.save(view, chosen, typed),
          cancel: () => this.cancel(view),
          draft: (typed) => this.keep(id, Object.assign({ call: view.call }, typed)),
        },
      );
      view.showForm(form);
      view.showCreate(answer);
      return form;
    }

    cancel(view) {
      this.forget(view.call.id);
      view.showForm(null);
      if (view.call.ended) return this.remove(view);
      view.update(view.call, this.page.customers.of(view.call.id));
      const first = view.create.querySelector('button');
      if (first) first.focus();
    }

    /** @returns true, or the CRM's refusal: { message, editUrl? } */
    async save(view, module, name) {
      const { customers } = this.page;
      const { id, number } = view.call;
      const answer = await crm.post('SaveCustomer', { modulename: module, name, number, call: id });
      if (!answer.ok) return answer;
      const { customer, linked } = answer.result;
      if (!linked) this.page.links.add({ call: id, record: customer.id });
      this.forget(id);
      view.showForm(null);
      view.isSaved = true;
      view.words = text(linked ? 'saved' : 'savedOnly');
      this.page.notes.say(view.words);
      customers.set(id, Object.assign({}, customers.of(id), { customer, others: 0 }));
      view.update(view.call, customers.of(id));
      view.name.focus();
      // Of a call that is over nothing else will take it away.
      if (view.call.ended) setTimeout(() => view.call.ended && this.remove(view), savedMs);
      return true;
    }
  }

  AsteriskConnector.PopupForms = PopupForms;
})(window.AsteriskConnector);
