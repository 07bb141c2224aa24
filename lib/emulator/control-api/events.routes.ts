import type { EmulatorEvent } from '../records/events.js';
import type { WireStream } from '../wire/wire.js';
import { readApp } from './read-query.js';
import { invalidQuery } from './route.js';
import type { Route, RouteCall } from './route.js';

const RETRY_MS = 1000;
/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;

/**
 * What happens, as server-sent events. A reader that was away names the last event it has seen, in the
 * header that browsers send or as `lastEventId`.
 */
export const eventsRoute: Route = { GET: streamEvents };

function streamEvents({ engine: { events }, query, lastEventId }: RouteCall): WireStream {
  const app = readApp(query);
  const lastSeen = lastEventId ?? query.get('lastEventId') ?? String(events.lastId);
  if (!/^\d{1,15}$/.test(lastSeen)) {
    throw invalidQuery('lastEventId', 'the id of an event');
  }
  const isFor = ({ sdkAppId }: EmulatorEvent): boolean =>
    app === undefined || sdkAppId === null || sdkAppId === app;
  return {
    status: 200,
    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
    stream(write) {
      const send = (event: EmulatorEvent): void => {
        if (isFor(event)) {
          write(toText(event));
        }
      };
      write(`retry: ${RETRY_MS}\n\n`);
      for (const event of events.after(Number(lastSeen))) {
        send(event);
      }
      const stop = events.listen(send);
      const heartbeat = setInterval(() => write(':\n\n'), HEARTBEAT_MS).unref();
      return () => {
        stop();
        clearInterval(heartbeat);
      };
    },
  };
}

function toText(event: EmulatorEvent): string {
  // JSON has no line break of its own, which would end the event.
  return `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event.read())}\n\n`;
}
