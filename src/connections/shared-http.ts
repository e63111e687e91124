import type { Clock } from '../clock.ts';
import type { NamedConfig } from '../config/schema.ts';
import { createHttpServer } from '../http/app.ts';
import type { NamedSite } from '../http/desk.ts';
import { type HttpSide, portsOf, type Served, servedWhileWaiting } from '../http-side.ts';
import type { Log } from '../log.ts';
import type { MetricsSide } from '../metrics-side.ts';
import { httpSettings } from '../settings.ts';

export interface SharedHttpParts {
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Of one connection. */
  readonly logOf: (name: string) => Log;
  readonly metricsOf: (name: string) => MetricsSide;
}

/** One connection's place at the listener that all share. */
export interface SharedHttpSide extends HttpSide {
  /** Nothing is done for it, and its health says why. */
  isDown(why: string): void;
}

/** The one HTTP listener of several connections. */
export interface SharedHttp {
  /** @throws the fault of an address that cannot be listened on */
  listen(): Promise<number>;
  of(name: string): SharedHttpSide;
  close(): Promise<void>;
}

export function createSharedHttp(connections: readonly NamedConfig[], parts: SharedHttpParts): SharedHttp {
  const places = new Map(connections.map((one) => [one.name, placeOf(one, parts)]));
  const sites = [...places.values()].map(({ site }) => site);
  const [first] = sites;
  if (first === undefined) throw new Error('There is no connection to serve.');
  const server = createHttpServer(first.ports, first.settings, parts.log.child({ part: 'http' }), sites);
  let port = 0;
  return {
    async listen() {
      port = (await server.listen()).port;
      return port;
    },
    of(name) {
      const place = places.get(name);
      if (place === undefined) throw new Error(`There is no connection ${name}.`);
      return {
        async serve(served) {
          place.serve(served);
          return port;
        },
        isDown: (why) => place.isDown(why),
        close: async () => place.isDown('it is stopping'),
      };
    },
    close: () => server.close(),
  };
}

interface Place {
  readonly site: NamedSite;
  serve(served: Served): void;
  isDown(why: string): void;
}

function placeOf({ name, config }: NamedConfig, { version, clock, logOf, metricsOf }: SharedHttpParts): Place {
  const metrics = metricsOf(name);
  const down = (why: string) => servedWhileWaiting(config, { version, clock, metrics }, clock.now(), why);
  let now = down('it is starting');
  const site = {
    name,
    ports: portsOf(() => now, clock),
    settings: httpSettings(config),
    log: logOf(name).child({ part: 'http' }),
  };
  return {
    site,
    serve(served) {
      now = served;
    },
    isDown(why) {
      now = down(why);
    },
  };
}
