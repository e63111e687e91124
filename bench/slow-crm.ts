import type { Figure, Part } from './part.ts';
import { percentile } from './spread.ts';
import { startConnector } from './subject.ts';
import { Trial } from './trial.ts';

/** How long the CRM takes for each callback, and how many calls a second begin meanwhile: with all lanes it takes 128 of 460. */
const answerMs = 500;
const rate = 100;

/** The backlog grows for so long before anything is measured. */
const before = 45;
const measured = 20;

export const slowCrm: Part = {
  name: 'slow-crm',
  about: 'A CRM that takes 500 ms for each callback, at 100 calls/s (2 minutes).',
  async measure() {
    const trial = await Trial.start({ start: (surroundings) => startConnector(surroundings), speed: 1 });
    await trial.stretch(20, 5);
    trial.sink.answerMs = answerMs;
    const first = await trial.stretch(rate, before, false);
    const { latency, mostBacklogBytes, calls } = await trial.stretch(rate, measured, false);
    await trial.stop();
    const popups = latency.DialBegin;
    const inTime = popups.filter((ms) => ms <= 2_000).length;
    const figures: Figure[] = [
      {
        name: 'slow CRM: unread by the connector, most',
        unit: 'KiB',
        connector: Math.max(mostBacklogBytes, first.mostBacklogBytes) / 1024,
        target: { is: 'most', value: 64 },
      },
      {
        name: 'slow CRM: popup of a new call, p50',
        unit: 'ms',
        connector: percentile(popups, 0.5),
        target: { is: 'most', value: 1_000 },
      },
      { name: 'slow CRM: popup of a new call, p95', unit: 'ms', connector: percentile(popups, 0.95) },
      { name: 'slow CRM: popups within 2 s', unit: '1/s', connector: inTime / measured },
      { name: 'slow CRM: calls that began', unit: '1/s', connector: calls / measured },
    ];
    return figures;
  },
};
