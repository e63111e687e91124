/** One recording: a button, and what it opens. Nothing is asked before it is pressed. */
((AsteriskConnector) => {
  'use strict';

  const { make, icon, button, label, text, crm, userStore } = AsteriskConnector;

  const speeds = [1, 1.25, 1.5, 1.75, 2];
  const patienceMs = 15000;
  let playing = null;

  const known = ['logged-out', 'forbidden', 'missing', 'not-ready', 'deleted', 'unplayable', 'unreachable'];
  /** What another try would not change. */
  const final = ['forbidden', 'missing', 'deleted'];
  const words = { unreachable: 'recording-unreachable', 'logged-out': 'session' };
  const byStatus = { 403: 'forbidden', 404: 'missing', 409: 'not-ready', 410: 'deleted', 501: 'unplayable' };

  /** Asks for the first byte only. */
  async function ask(address) {
    try {
      const headers = { Range: 'bytes=0-0', 'X-Requested-With': 'XMLHttpRequest' };
      const response = await crm.fetchFor(patienceMs, address, { headers });
      const type = response.headers.get('content-type') || '';
      if (response.ok && !/html|json/.test(type)) {
        // The body of an answer that gives the whole instead of one byte is not wanted.
        if (response.body) response.body.cancel().catch(() => {});
        return { mayDownload: response.headers.get('x-asterisk-download') !== 'no' };
      }
      const { reason } = /json/.test(type) ? await response.json() : {};
      return { problem: known.includes(reason) ? reason : byStatus[response.status] || 'unreachable' };
    } catch (_) {
      return { problem: 'unreachable' };
    }
  }

  class Player {
    constructor(record) {
      this.record = record;
      this.address = crm.address('Recording', { record });
      this.element = make('span', 'asterisk-player');
      // A row of a list opens its record wherever it is clicked.
      for (const name of ['click', 'dblclick', 'keydown'])
        this.element.addEventListener(name, (e) => e.stopPropagation());
      this.button = button('asterisk-listen', '', () => this.open());
      this.words = make('span', '', text('listen'));
      this.button.append(icon('play'), this.words);
      label(this.button, text('listenTo'));
      this.problem = make('span', 'asterisk-problem');
      // Empty, but never hidden: what is put into a hidden one is mostly not read out.
      this.problem.setAttribute('role', 'status');
      this.problem.tabIndex = -1;
      this.element.append(this.button, this.problem);
    }

    async open() {
      if (this.button.disabled) return;
      this.button.disabled = true;
      this.words.textContent = text('loading');
      this.problem.textContent = '';
      const answer = await ask(this.address);
      this.button.disabled = false;
      this.words.textContent = text(answer.problem ? 'again' : 'listen');
      if (answer.problem) return this.refuse(answer.problem);
      this.showAudio(answer.mayDownload);
    }

    refuse(problem) {
      this.say(problem);
      this.button.hidden = final.includes(problem);
      // The focus must not fall to the page's beginning.
      (this.button.hidden ? this.problem : this.button).focus();
    }

    say(problem) {
      this.problem.textContent = text(words[problem] || problem);
    }

    showAudio(mayDownload) {
      const audio = make('audio', 'asterisk-audio');
      Object.assign(audio, { controls: true, preload: 'none', src: this.address });
      // Their place is taken by our own, which are there in every browser.
      audio.setAttribute('controlslist', 'nodownload noplaybackrate noremoteplayback');
      label(audio, text('listenTo'));
      audio.addEventListener('play', () => this.alone(audio));
      audio.addEventListener('error', () => this.broke(audio), { once: true });
      const parts = [audio, this.speedChoice(audio)];
      if (mayDownload) parts.push(this.downloadLink());
      this.button.hidden = true;
      this.element.classList.add('asterisk-open');
      this.element.prepend(...parts);
      this.keepInSight();
      audio.focus();
      audio.play().catch(() => {});
    }

    /** A list is cut off at its right edge. */
    keepInSight() {
      const list = this.element.closest('.table-container');
      if (list === null) return;
      const over = this.element.getBoundingClientRect().right + 20 - list.getBoundingClientRect().right;
      if (over > 0) this.element.style.marginLeft = `${-6 - over}px`;
    }

    speedChoice(audio) {
      const box = make('select', 'asterisk-speed');
      label(box, text('speed'));
      for (const speed of speeds) box.append(new Option(`${speed}×`, String(speed)));
      const kept = Number(userStore.read('speed'));
      box.value = String(speeds.includes(kept) ? kept : 1);
      audio.defaultPlaybackRate = Number(box.value);
      audio.playbackRate = Number(box.value);
      box.addEventListener('change', () => {
        audio.playbackRate = Number(box.value);
        audio.defaultPlaybackRate = Number(box.value);
        userStore.write('speed', Number(box.value));
      });
      return box;
    }

    downloadLink() {
      const link = make('a', 'asterisk-download');
      link.href = crm.address('Recording', { record: this.record, download: 1 });
      link.download = '';
      link.append(icon('download'));
      label(link, text('download'));
      link.addEventListener('click', (event) => {
        event.preventDefault();
        void this.download(link);
      });
      return link;
    }

    /** A download that is refused would fail without a word: one byte is asked for first. */
    async download({ href }) {
      if (this.isAsking) return;
      this.isAsking = true;
      const { problem, mayDownload } = await ask(this.address);
      this.isAsking = false;
      if (!mayDownload) return this.say(problem || 'forbidden');
      this.problem.textContent = '';
      const link = make('a');
      Object.assign(link, { href, download: '' });
      link.click();
    }

    /** Two voices at once are understood by nobody. */
    alone(audio) {
      if (playing && playing !== audio) playing.pause();
      playing = audio;
    }

    broke(audio) {
      while (this.element.firstChild !== this.button) this.element.firstChild.remove();
      audio.removeAttribute('src');
      this.element.classList.remove('asterisk-open');
      this.element.style.marginLeft = '';
      this.button.hidden = false;
      this.words.textContent = text('again');
      this.say('broken');
    }
  }

  AsteriskConnector.Player = Player;
})(window.AsteriskConnector);
