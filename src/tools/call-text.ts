import { recordingText } from '../story/recording-words.ts';
import { fileName, type Story } from '../story/story.ts';
import { listed } from '../story/words.ts';
import { plain, textTable } from './text-table.ts';

export interface Look {
  /** Epoch milliseconds in the CRM's zone, to the second. */
  readonly time: (ms: number) => string;
  readonly timeZone: string;
  /** Makes customers' numbers unreadable, if that is asked for. */
  readonly shown: (text: string) => string;
  readonly mask: boolean;
}

export function storyText(story: Story, look: Look): string {
  const { call, moments, notes } = story;
  const show = (text: string) => plain(look.shown(text));
  const head = [`Call ${plain(call.id)}${spanOf(story, look)}`, sentence(story, show)].filter((line) => line !== '');
  const rows = moments.map(({ at, who, text }) => [exact(at, look), plain(who), show(text)]);
  const blocks = [
    head.join('\n'),
    textTable([`when (${look.timeZone})`, 'who', 'what'], rows),
    recordingsText(story, look),
    notes.map((note) => `- ${show(note)}`).join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function spanOf({ summary: { began, ended, isOpen } }: Story, { time }: Look): string {
  if (began === null) return '';
  if (isOpen || ended === null) return `, since ${time(began)}`;
  return `, ${time(began)} to ${time(ended).slice(time(began).slice(0, 10) === time(ended).slice(0, 10) ? 11 : 0)}`;
}

function sentence({ summary: { who, outcome } }: Story, show: (text: string) => string): string {
  return show(`${who === '' ? '' : `${who}: `}${outcome}.`);
}

/** To the millisecond, as the order is what matters. */
function exact(at: number, { time }: Look): string {
  return `${time(at)}.${String(Math.floor(at) % 1000).padStart(3, '0')}`;
}

function recordingsText({ call }: Story, { mask }: Look): string {
  const lines = call.recordings.map(
    (recording) => `  ${plain(fileName(recording, call, mask))}: ${plain(recordingText(recording))}`,
  );
  return lines.length === 0 ? '' : ['Recordings:', ...lines].join('\n');
}

/** For the list of calls: what of a call the CRM has. */
export function toldText(states: readonly string[]): string {
  const count = (wanted: string) => states.filter((state) => state === wanted).length;
  const [waiting, givenUp, dropped] = [count('pending'), count('given_up'), count('dropped')];
  if (states.length === 0) return '-';
  const parts = [
    ...(givenUp > 0 ? [`${givenUp} given up`] : []),
    ...(waiting > 0 ? [`${waiting} wait`] : []),
    ...(dropped > 0 ? [`${dropped} dropped`] : []),
  ];
  return parts.length === 0 ? 'told' : listed(parts);
}
