/** Telephone numbers that can be clicked: those that the CRM made so, and those of its lists. */
((AsteriskConnector) => {
  'use strict';

  const { make, text, label } = AsteriskConnector;

  const lists = [
    'td.listViewEntryValue[data-field-type="phone"] .value',
    'td.relatedListEntryValues[data-field-type="phone"] .value',
  ].join();
  const ours = 'asterisk-phone';

  const dialled = (words) => words.replace(/[-()\s]/g, '');

  function enhanceStock(link) {
    if (link.getAttribute('role') === 'button') return;
    // vTiger's is an <a> without href: no key reaches it.
    link.setAttribute('role', 'button');
    link.tabIndex = 0;
    label(link, text('dial', { number: link.textContent.trim() }));
  }

  function enhanceCell(cell) {
    const words = cell.textContent.trim();
    if (cell.firstElementChild !== null || !/^\+?[-()\s\d*#.]*\d\d[-()\s\d*#.]*$/.test(words)) return;
    const button = make('button', ours, words);
    button.type = 'button';
    button.dataset.number = dialled(words);
    label(button, text('dial', { number: words }));
    cell.replaceChildren(button);
  }

  /** The customer of a call's row is in its reference column; of any other row it is the row itself. */
  function recordOf(element) {
    const row = element.closest('tr[data-id]');
    if (row === null) return element.getAttribute('record') || '';
    const url = row.dataset.recordurl || '';
    if (!/module=PBXManager\b/.test(url)) return row.dataset.id;
    const customer = row.querySelector('td[data-field-type="reference"] a[href*="record="]');
    const record = customer && /[?&]record=(\d+)/.exec(customer.getAttribute('href'));
    return record && !/module=Users/.test(customer.href) ? record[1] : '';
  }

  class PhoneLinks {
    /** @param call told the number and the record */
    constructor(call) {
      this.call = call;
      this.onClick = (event) => this.click(event);
      this.onKey = (event) => this.key(event);
    }

    /** In the capturing phase: a row of a list opens its record on click, and vTiger's own numbers have their own call. */
    start() {
      document.addEventListener('click', this.onClick, true);
      document.addEventListener('dblclick', this.onClick, true);
      document.addEventListener('keydown', this.onKey, true);
    }

    stop() {
      document.removeEventListener('click', this.onClick, true);
      document.removeEventListener('dblclick', this.onClick, true);
      document.removeEventListener('keydown', this.onKey, true);
    }

    scan() {
      for (const link of document.querySelectorAll('a.phoneField')) enhanceStock(link);
      for (const cell of document.querySelectorAll(lists)) enhanceCell(cell);
    }

    find(event) {
      return event.target instanceof Element ? event.target.closest(`a.phoneField, .${ours}`) : null;
    }

    click(event) {
      const phone = this.find(event);
      if (phone === null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type === 'click') this.dial(phone);
    }

    key(event) {
      const phone = this.find(event);
      if (phone === null || phone.tagName !== 'A' || (event.key !== 'Enter' && event.key !== ' ')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.dial(phone);
    }

    dial(phone) {
      const number = phone.dataset.number || phone.dataset.value || dialled(phone.textContent);
      this.call(number, recordOf(phone));
    }
  }

  AsteriskConnector.PhoneLinks = PhoneLinks;
})(window.AsteriskConnector);
