/** Makes a Contact, Lead or Account of an unknown number. */
((AsteriskConnector) => {
  'use strict';

  const { make, button, fill, text } = AsteriskConnector;
  let serial = 0;

  class CustomerForm {
    /** @param on { save(module, name): Promise<true | { message, editUrl? }>, cancel(), draft({ module, name }) } */
    constructor({ modules, module, name }, on) {
      this.on = on;
      this.module = modules.includes(module) ? module : modules[0];
      this.element = make('form', 'asterisk-form');
      this.element.noValidate = true;
      serial += 1;
      this.modules = this.moduleChoice(modules);
      this.caption = make('label', 'asterisk-caption');
      this.input = make('input', 'asterisk-name inputElement');
      Object.assign(this.input, { type: 'text', maxLength: 100, autocomplete: 'off', value: name });
      this.input.id = `asterisk-name-${serial}`;
      this.caption.htmlFor = this.input.id;
      this.problem = make('p', 'asterisk-problem');
      this.problem.setAttribute('role', 'alert');
      this.saveButton = make('button', 'asterisk-save btn btn-success', text('save'));
      this.saveButton.type = 'submit';
      const cancel = button('asterisk-cancel', text('cancel'), () => on.cancel());
      const buttons = make('div', 'asterisk-buttons');
      buttons.append(this.saveButton, cancel);
      this.element.append(this.modules, this.caption, this.input, this.problem, buttons);
      this.element.addEventListener('submit', (event) => this.submit(event));
      this.element.addEventListener('input', () => this.noteDraft());
      this.showCaption();
      fill(this.problem, '');
    }

    moduleChoice(modules) {
      const box = make('div', 'asterisk-modules');
      box.setAttribute('role', 'radiogroup');
      box.setAttribute('aria-label', text('saveAs'));
      for (const module of modules) {
        const label = make('label');
        const input = make('input');
        Object.assign(input, { type: 'radio', name: `asterisk-module-${serial}`, value: module });
        input.checked = module === this.module;
        input.addEventListener('change', () => this.choose(module));
        label.append(input, make('span', '', text(module)));
        box.append(label);
      }
      return box;
    }

    choose(module) {
      this.module = module;
      this.showCaption();
    }

    showCaption() {
      fill(this.caption, text(this.module === 'Accounts' ? 'company' : 'name'));
    }

    noteDraft() {
      fill(this.problem, '');
      this.on.draft({ module: this.module, name: this.input.value });
    }

    async submit(event) {
      event.preventDefault();
      const name = this.input.value.trim();
      if (name === '') {
        fill(this.problem, text('nameMissing'));
        return this.input.focus();
      }
      this.saveButton.disabled = true;
      this.saveButton.textContent = text('saving');
      const saved = await this.on.save(this.module, name);
      if (saved === true) return;
      this.saveButton.disabled = false;
      this.saveButton.textContent = text('save');
      fill(this.problem, saved.message || text('notSaved'));
      if (saved.editUrl) this.offerWholeForm(saved.editUrl);
    }

    /** The CRM demands more than a name: its own form has the fields for it. */
    offerWholeForm(editUrl) {
      const address = AsteriskConnector.sameOrigin(editUrl);
      if (address === null) return;
      const link = make('a', '', text('wholeForm'));
      Object.assign(link, { href: address, target: '_blank', rel: 'opener' });
      this.problem.append(' ', link);
    }
  }

  AsteriskConnector.CustomerForm = CustomerForm;
})(window.AsteriskConnector);
