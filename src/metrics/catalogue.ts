type MetricType = 'counter' | 'gauge' | 'histogram';

export interface MetricNote<Type extends MetricType = MetricType> {
  readonly name: string;
  readonly type: Type;
  readonly labels: readonly string[];
  readonly help: string;
  /** Of a histogram: upper bounds in seconds. */
  readonly buckets?: readonly number[];
}

function metric<Type extends MetricType>(type: Type) {
  return (name: string, labels: readonly string[], help: string): MetricNote<Type> => ({
    name: `asterisk_vtiger_${name}`,
    type,
    labels,
    help,
  });
}

const [counter, gauge] = [metric('counter'), metric('gauge')];

function histogram(name: string, labels: readonly string[], buckets: readonly number[], help: string) {
  return { ...metric('histogram')(name, labels, help), buckets };
}

/** A CRM answers within 0.05 to 60 s; a callback may wait for hours while it is away. */
const answerSeconds = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const deliverySeconds = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200];
const diskSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const pingSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** All that happened is counted as it happens, what is so now is looked up when somebody asks. No label is a number, an extension or a call. */
export const catalogue = {
  buildInfo: gauge('build_info', ['version', 'node_version'], 'Always 1: which version runs.'),
  openCalls: gauge(
    'open_calls',
    ['direction', 'state'],
    'Calls that go on. state: ringing, talking, or other (in a menu or a queue, or just ended).',
  ),
  channels: gauge('channels', [], 'Channels of Asterisk in them.'),
  callsBegun: counter('calls_begun_total', ['direction'], 'Calls in which the first phone rang, or a user dialled.'),
  callsEnded: counter(
    'calls_ended_total',
    ['direction', 'disposition'],
    'Calls that ended. disposition: completed, no-answer, busy; unrung: the caller was gone before any phone rang.',
  ),
  sends: counter(
    'callback_sends_total',
    ['kind', 'outcome'],
    'Callbacks sent to the CRM. outcome: delivered; presumed (delivered as far as can be known); retried; refused (token or address); given_up.',
  ),
  delivery: histogram(
    'callback_delivery_seconds',
    ['kind'],
    deliverySeconds,
    'From the event of Asterisk that made a callback until the CRM had taken it.',
  ),
  crmAnswer: histogram(
    'crm_answer_seconds',
    ['answer'],
    answerSeconds,
    'How long the CRM took to answer a callback. answer: accepted, empty_server_error, not_understood, refused, unavailable, timed_out.',
  ),
  crmUp: gauge('crm_up', [], '0 while the CRM counts as away, and callbacks wait.'),
  crmAlarm: gauge(
    'crm_alarm',
    ['kind'],
    '1 while a person must put this right at the CRM or in crm.*: token, url, emptyServerError.',
  ),
  crmDialect: gauge(
    'crm_dialect',
    ['dialect'],
    '1 for the words in which the CRM is told: salesplatform, vanilla, or unknown (it has not answered yet).',
  ),
  outbox: gauge('outbox_callbacks', [], 'Callbacks that the CRM has not taken yet. NaN: the database cannot be asked.'),
  outboxOldest: gauge(
    'outbox_oldest_seconds',
    [],
    'Age of the oldest of them; 0: there is none. NaN: the database cannot be asked.',
  ),
  givenUp: gauge(
    'outbox_given_up_callbacks',
    [],
    'Callbacks given up, which a person must send again or drop (command outbox).',
  ),
  inFlight: gauge('callbacks_in_flight', [], 'Callbacks on their way to the CRM just now.'),
  linkUp: gauge('ami_link_up', [], '1 while the connector is logged in to Asterisk and hears its calls.'),
  linkState: gauge(
    'ami_link_state',
    ['state'],
    '1 for the state that the link is in: stopped, connecting, up, waiting, refused (the login).',
  ),
  linkUps: counter('ami_link_ups_total', [], 'Times the link came up. All but the first are reconnects.'),
  linkLosses: counter('ami_link_losses_total', [], 'Times the link broke.'),
  amiEvents: counter('ami_events_total', [], 'Events read from Asterisk.'),
  amiLastEvent: gauge(
    'ami_last_event_timestamp_seconds',
    [],
    'When the last one came; 0: none yet. A quiet office is quiet here, too.',
  ),
  ping: histogram(
    'ami_ping_seconds',
    [],
    pingSeconds,
    'How late Asterisk is heard: from a Ping to its answer, before which Asterisk sends the events that are waiting.',
  ),
  written: histogram(
    'event_write_seconds',
    [],
    diskSeconds,
    'From the reading of an event until what follows from it is on disk.',
  ),
  clicks: counter(
    'clicks_total',
    ['outcome'],
    'Click-to-call as the CRM was answered: placed, repeated (a double click), refused (a parameter), unauthorized, unreachable (no link).',
  ),
  originates: counter(
    'originates_total',
    ['outcome'],
    'Clicks as Asterisk answered them: placed, rejected, timed_out, down (the link broke).',
  ),
  recordings: counter(
    'recordings_total',
    ['state'],
    'Recordings whose fate is known: ready, missing, empty, overwritten.',
  ),
  recordingLinks: counter('recording_links_total', [], 'Recordings linked to a record in the CRM.'),
  recordingsWaiting: gauge(
    'recordings_waiting',
    [],
    'Recordings of ended calls that are still waited for. NaN: the database cannot be asked.',
  ),
  listeners: gauge('live_listeners', [], 'Pages of the CRM that listen to the live channel.'),
  requests: counter(
    'http_requests_total',
    ['path', 'code'],
    "HTTP requests answered. path: one of the connector's own, or other.",
  ),
  databaseUp: gauge('database_up', [], '0 while the database cannot be read or written.'),
  databaseWaiting: gauge('database_waiting_changes', [], 'Changes that wait in memory for the database.'),
  databaseDropped: counter(
    'database_dropped_calls_total',
    [],
    'Calls that found no room in memory while the database failed: lost.',
  ),
} as const satisfies Record<string, MetricNote>;

export type MetricKey = keyof typeof catalogue;
