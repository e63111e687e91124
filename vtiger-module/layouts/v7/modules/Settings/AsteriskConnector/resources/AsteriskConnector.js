/* The settings page: asks for the findings, tries the live channel from this browser, and shows both. */
(() => {
  'use strict';

  const CHECK_URL = 'index.php?module=AsteriskConnector&parent=Settings&action=Check';
  const PUSH_URL = 'asterisk-live/live?token=';
  /** The connector sends the first event at once; what takes longer stands still in a proxy's buffer. */
  const PUSH_MS = 4000;
  const LABELS = { good: 'label-success', warning: 'label-warning', fault: 'label-danger' };

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function row(page, finding) {
    const made = element('tr');
    const state = element('td');
    state.appendChild(element('span', `label ${LABELS[finding.state]}`, page.getAttribute(`data-${finding.state}`)));
    const title = element('th', '', finding.title);
    title.scope = 'row';
    const found = element('td');
    found.appendChild(element('div', '', finding.text));
    if (finding.cure) found.appendChild(cure(page, finding.cure));
    [state, title, found].forEach((cell) => {
      made.appendChild(cell);
    });
    made.setAttribute('data-state', finding.state);
    return made;
  }

  function cure(page, text) {
    const made = element('div', 'text-muted');
    made.appendChild(element('strong', '', `${page.getAttribute('data-cure')} `));
    made.appendChild(document.createTextNode(text));
    return made;
  }

  /** FINE, HELD_BACK (no event comes through), NOT_PASSED_ON (somebody else answers) or CONNECTOR (it answers, but not with calls). */
  function tryPush(token) {
    return new Promise((resolve) => {
      let isOpen = false;
      const source = new EventSource(PUSH_URL + encodeURIComponent(token));
      const end = (outcome) => {
        clearTimeout(timer);
        source.close();
        resolve(outcome);
      };
      const timer = setTimeout(() => {
        end(isOpen ? 'HELD_BACK' : 'NOT_PASSED_ON');
      }, PUSH_MS);
      source.onopen = () => {
        isOpen = true;
      };
      source.addEventListener('calls', () => {
        end('FINE');
      });
      source.onerror = () => {
        if (source.readyState === EventSource.CLOSED) void whoAnswers(token).then(end);
      };
    });
  }

  function whoAnswers(token) {
    return fetch(PUSH_URL + encodeURIComponent(token), { credentials: 'same-origin' })
      .then((answer) => answer.json())
      .then(
        (body) => (body && typeof body.error === 'string' ? 'CONNECTOR' : 'NOT_PASSED_ON'),
        () => 'NOT_PASSED_ON',
      );
  }

  function ask() {
    return fetch(CHECK_URL, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then((answer) => answer.json())
      .then((body) => {
        if (!body || body.success !== true) throw new Error('no findings');
        return body.result;
      });
  }

  function show(page, findings) {
    const body = page.querySelector('[data-findings]');
    body.textContent = '';
    findings.forEach((finding) => {
      body.appendChild(row(page, finding));
    });
  }

  function withPush(result) {
    if (!result.push.token) return result.findings;
    return tryPush(result.push.token).then((outcome) => result.findings.concat([result.push.cases[outcome]]));
  }

  function run(page, button) {
    const progress = page.querySelector('[data-progress]');
    button.disabled = true;
    progress.textContent = page.getAttribute('data-checking');
    void ask()
      .then((result) => {
        show(page, result.findings);
        return withPush(result);
      })
      .then(
        (findings) => {
          show(page, findings);
          progress.textContent = page.getAttribute('data-done');
        },
        () => {
          progress.textContent = page.getAttribute('data-failed');
        },
      )
      .then(() => {
        button.disabled = false;
      });
  }

  function start() {
    const page = document.getElementById('asteriskConnectorSettings');
    if (!page) return;
    const button = page.querySelector('[data-again]');
    button.addEventListener('click', () => {
      run(page, button);
    });
    run(page, button);
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
