import type { Chosen } from '../cli/connection.ts';
import type { DoctorParts } from '../doctor/doctor.ts';
import { type DoctorAnswer, doctor } from './doctor-command.ts';

const badness: readonly DoctorAnswer['worst'][] = ['ok', 'warning', 'fault'];

/** Each connection, one after the other; what was found in each stands below its name. */
export async function examineEach(
  connections: readonly Chosen[],
  json: boolean,
  parts: DoctorParts,
): Promise<DoctorAnswer> {
  const answers: (DoctorAnswer & { readonly name: string | null })[] = [];
  for (const { name, config } of connections)
    answers.push({ name, ...(await doctor(config, json, partsFor(name, parts))) });
  const [only, ...more] = answers;
  if (only !== undefined && more.length === 0) return only;
  const worst = badness[Math.max(...answers.map((answer) => badness.indexOf(answer.worst)))] ?? 'fault';
  return { text: json ? asJson(answers) : answers.map(({ name, text }) => `${title(name)}${text}`).join('\n'), worst };
}

/** What was remarked of it, without its name; and what was remarked of all. */
function partsFor(connection: string | null, parts: DoctorParts): DoctorParts {
  const own = `connection ${connection}: `;
  const notes = parts.notes.filter((note) => note.startsWith(own) || !note.startsWith('connection '));
  return { ...parts, connection, notes: notes.map((note) => (note.startsWith(own) ? note.slice(own.length) : note)) };
}

function title(name: string | null): string {
  return `Connection ${name}\n${'='.repeat(11 + (name ?? '').length)}\n`;
}

function asJson(answers: readonly (DoctorAnswer & { readonly name: string | null })[]): string {
  const connections = Object.fromEntries(answers.map(({ name, text }) => [name, JSON.parse(text) as unknown]));
  return `${JSON.stringify({ connections }, null, 2)}\n`;
}
