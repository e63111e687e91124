/** One call on the screen. */
((AsteriskConnector) => {
  'use strict';

  const { make, button, iconButton, fill, text, sameOrigin, shownNumber, duration } = AsteriskConnector;

  const parts = ['title', 'company', 'number', 'owner', 'transfer', 'others', 'hint'];

  /** What the head of a popup says. */
  function kindOf(call) {
    if (call.ended) return text('over');
    if (call.phase === 'talking') return text('talking');
    if (AsteriskConnector.isOutgoing(call)) return text(call.direction === 'internal' ? 'internalOut' : 'outgoing');
    return text(call.direction === 'internal' ? 'internal' : 'incoming');
  }

  class PopupView {
    /** @param on { dismiss(), menu(view), create(view, module) } */
    constructor(call, on) {
      this.on = on;
      this.call = call;
      this.form = null;
      this.element = make('section', 'asterisk-popup');
      this.element.dataset.call = call.id;
      this.element.setAttribute('role', 'dialog');
      this.head();
      for (const name of parts) this[name] = make(name === 'title' ? 'h4' : 'p', `asterisk-${name}`);
      this.name = make('a', 'asterisk-name-link');
      this.create = make('div', 'asterisk-create');
      this.element.append(...parts.map((name) => this[name]), this.create);
      this.element.addEventListener('keydown', (event) => this.key(event));
    }

    head() {
      const head = make('header', 'asterisk-head');
      this.kind = make('span', 'asterisk-kind');
      this.clock = make('span', 'asterisk-clock');
      // Read out every second it would drown the rest.
      this.clock.setAttribute('aria-hidden', 'true');
      this.menuButton = iconButton('asterisk-settings', 'cog', text('settings'), () => this.on.menu(this));
      this.menuButton.setAttribute('aria-expanded', 'false');
      const close = iconButton('asterisk-close', 'times', text('close'), () => this.on.dismiss());
      head.append(this.kind, this.clock, this.menuButton, close);
      this.element.append(head);
    }

    /** @param answer what action=Customer said, `failed`, or null while it is awaited */
    update(call, answer) {
      this.call = call;
      const customer = answer && answer.customer;
      const state = call.ended ? 'over' : call.phase;
      this.element.className = `asterisk-popup asterisk-${state}${this.isSaved ? ' asterisk-saved' : ''}`;
      fill(this.kind, kindOf(call));
      this.showWho(call, answer, customer);
      fill(this.number, this.numberWords(call, customer));
      fill(this.owner, customer && customer.owner ? text('owner', { owner: customer.owner }) : '');
      fill(this.transfer, this.transferWords(call, answer));
      fill(this.others, answer && answer.others > 0 ? text('others', { n: answer.others }) : '');
      fill(this.hint, call.ended && this.form ? text('heldForm') : this.words || '');
      this.showCreate(answer);
      this.element.setAttribute('aria-label', `${this.kind.textContent}: ${this.title.textContent}`);
    }

    /** The number stands in the title where there is no name. */
    numberWords(call, customer) {
      const line = call.line ? text('line', { line: call.line }) : '';
      const shown = customer || call.name ? [shownNumber(call.number), line] : [line];
      return shown.filter(Boolean).join(' · ');
    }

    showWho(call, answer, customer) {
      const name = customer ? customer.label : call.name || (/\d/.test(call.number) ? shownNumber(call.number) : '');
      const address = customer ? sameOrigin(customer.url) : null;
      if (address) {
        this.name.href = address;
        this.name.title = text('open');
        fill(this.name, name);
        if (!this.name.isConnected) this.title.replaceChildren(this.name);
        this.title.hidden = false;
      } else fill(this.title, name || text('withheld'));
      this.showCompany(call, answer, customer);
    }

    showCompany(call, answer, customer) {
      const company = customer && customer.company;
      const address = company ? sameOrigin(company.url) : null;
      if (!address) return fill(this.company, company ? company.name : this.unknownWords(call, answer));
      if (this.company.firstElementChild === null || this.company.textContent !== company.name) {
        const link = make('a', '', company.name);
        link.href = address;
        this.company.replaceChildren(link);
      }
      this.company.hidden = false;
    }

    unknownWords(call, answer) {
      if (answer === null) return text('looking');
      if (answer === 'failed' || answer.customer || call.direction === 'internal') return '';
      if (answer.hidden) return text('hidden');
      return /\d/.test(call.number) ? text('unknown') : '';
    }

    transferWords(call, answer) {
      if (!call.transferredBy) return '';
      const { extension } = call.transferredBy;
      const known = answer && answer.transferredByName;
      return text('transferredBy', { name: known ? text('nameAndExtension', { name: known, extension }) : extension });
    }

    showCreate(answer) {
      const may =
        answer && answer.customer === null && this.call.direction !== 'internal' ? answer.mayCreate || [] : [];
      const modules = /\d/.test(this.call.number) && !this.form ? may : [];
      const key = modules.join();
      if (this.create.dataset.modules === key) return;
      this.create.dataset.modules = key;
      const buttons = modules.map((module) => {
        const one = button('asterisk-new', text(module), () => this.on.create(this, module));
        one.prepend(AsteriskConnector.icon('plus'));
        return one;
      });
      this.create.replaceChildren(...buttons);
    }

    showForm(form) {
      if (this.form) this.form.element.remove();
      this.form = form;
      if (form) this.create.after(form.element);
    }

    showMenu(menu) {
      if (this.menu) this.menu.remove();
      this.menu = menu;
      if (menu) this.element.append(menu);
      this.menuButton.setAttribute('aria-expanded', String(menu !== null));
    }

    tick(now) {
      const since = Date.parse(this.call.answeredAt || this.call.startedAt);
      const words = this.call.ended || Number.isNaN(since) ? '' : duration((now - since) / 1000);
      if (this.clock.textContent !== words) this.clock.textContent = words;
    }

    /** Escape closes the innermost thing that loses nothing of what was typed. */
    key(event) {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      if (this.menu) {
        this.showMenu(null);
        return this.menuButton.focus();
      }
      if (!this.form) return this.on.dismiss();
      if (this.form.input.value.trim() === '') this.form.on.cancel();
    }
  }

  AsteriskConnector.PopupView = PopupView;
})(window.AsteriskConnector);
