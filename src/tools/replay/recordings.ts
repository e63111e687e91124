import type { CallEvent, Talk } from '../../call/call-event.ts';
import type { Linkedid } from '../../call/ids.ts';
import type { Callback } from '../../crm/callback.ts';
import type { Dialect } from '../../crm/dialect.ts';
import { claimOf } from '../../recordings/claim.ts';
import { dueLinks } from '../../recordings/links.ts';
import { type Recording, type RecordingId, recordingLink } from '../../recordings/recording.ts';

type Recorded = Extract<CallEvent, { kind: 'recorded' }>;
type Closed = Extract<CallEvent, { kind: 'closed' }>;

/** Which recordings the connector would link to whose records, were all files there and did they hold sound. */
export class ReplayRecordings {
  readonly #dialect: Dialect;
  readonly #known: Recording[] = [];
  readonly #closed = new Map<Linkedid, { readonly talks: readonly Talk[]; readonly closedAt: number }>();
  /** By link. */
  readonly #paths = new Map<string, string>();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** The announcements that follow from an event. */
  take(event: CallEvent): Callback[] {
    if (event.kind === 'recorded') return this.#add(event);
    return event.kind === 'closed' ? this.#close(event) : [];
  }

  /** The path of each link's file. */
  get paths(): ReadonlyMap<string, string> {
    return this.#paths;
  }

  #add({ call, channel, path, from, at }: Recorded): Callback[] {
    const isMoved = from === 'cdr' && this.#known.some((one) => one.path === path && one.channel === channel);
    if (isMoved || this.#known.some((one) => one.path === path && one.call === call)) return [];
    const id = `r${this.#known.length + 1}` as RecordingId;
    const end = this.#closed.get(call) ?? { talks: [], closedAt: null };
    const untold = { announcedTo: [], announcedAt: null, sighting: null, looks: 0, deletedAt: null };
    this.#known.push({ id, call, channel, path, from, state: 'ready', createdAt: at, ...end, ...untold });
    return end.closedAt === null ? [] : this.#links(call, at);
  }

  #close({ call, talked, at }: Closed): Callback[] {
    this.#closed.set(call, { talks: talked, closedAt: at });
    this.#change(call, (recording) => ({ ...recording, talks: talked, closedAt: at }));
    return this.#links(call, at);
  }

  #links(call: Linkedid, at: number): Callback[] {
    this.#change(call, (recording) => {
      const sharing = this.#known.filter(({ path }) => path === recording.path);
      return claimOf(recording, sharing, at).kind === 'overwritten'
        ? { ...recording, state: 'overwritten' }
        : recording;
    });
    return dueLinks(this.#known.filter((recording) => recording.call === call)).flatMap(({ recording, talks }) => {
      const link = recordingLink('http://connector', recording.id);
      this.#paths.set(link, recording.path);
      const announcedTo = [...recording.announcedTo, ...talks.map(({ leg }) => leg.extension)];
      this.#known[this.#known.indexOf(recording)] = { ...recording, announcedTo, announcedAt: at };
      return talks.flatMap((talk) => this.#dialect.recording(talk, link, recording.id));
    });
  }

  #change(call: Linkedid, changed: (recording: Recording) => Recording): void {
    this.#known.forEach((recording, index) => {
      if (recording.call === call) this.#known[index] = changed(recording);
    });
  }
}
