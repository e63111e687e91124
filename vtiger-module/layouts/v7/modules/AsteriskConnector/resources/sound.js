/** Two soft notes every other second while a call rings; nothing where the browser does not allow it. */
((AsteriskConnector) => {
  'use strict';

  const everyMs = 2400;
  const notes = [
    { hertz: 659, at: 0 },
    { hertz: 523, at: 0.18 },
  ];
  const loudness = 0.08;

  class Sound {
    constructor() {
      this.context = null;
      this.timer = 0;
    }

    ring(rings) {
      if (rings === (this.timer !== 0)) return;
      if (rings) {
        this.timer = setInterval(() => this.play(), everyMs);
        this.play();
      } else this.stop();
    }

    stop() {
      clearInterval(this.timer);
      this.timer = 0;
      // A context holds the sound card; a page may be open all day.
      if (this.context) this.context.close().catch(() => {});
      this.context = null;
    }

    play() {
      const Context = window.AudioContext || window.webkitAudioContext;
      if (!Context) return;
      // Before the agent has touched the page it stays suspended, and Chrome would say so in the console each time.
      const touched = navigator.userActivation;
      if (touched && !touched.hasBeenActive) return;
      this.context = this.context || new Context();
      if (this.context.state === 'suspended') this.context.resume().catch(() => {});
      if (this.context.state === 'running') for (const note of notes) this.note(note);
    }

    note({ hertz, at }) {
      const begin = this.context.currentTime + at;
      const tone = this.context.createOscillator();
      const volume = this.context.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(loudness, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0005, begin + 0.6);
      tone.connect(volume).connect(this.context.destination);
      tone.start(begin);
      tone.stop(begin + 0.65);
    }
  }

  AsteriskConnector.Sound = Sound;
})(window.AsteriskConnector);
