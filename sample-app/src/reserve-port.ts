import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** An address that no other process gets. */
export interface ReservedPort {
  /** Where this machine reaches it. */
  readonly url: string;
  /** Has the app listen there. */
  readonly listen: (app: { listen(port: never): Promise<unknown> }) => Promise<void>;
}

/**
 * Takes the port before there is an app, so that what calls the app back can be told its address:
 * with port 0 any that is free. Until the app listens, connections are refused.
 *
 * @throws an Error when the port is taken.
 */
export async function reservePort(address: {
  readonly port: string;
  readonly host: string;
}): Promise<ReservedPort> {
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(address), 'listening');
  return {
    url: toUrl(server.address() as AddressInfo),
    listen: async (app) => {
      // A server of Node takes over what another one listens on; Nest hands on what it gets.
      await app.listen(server as never);
    },
  };
}

function toUrl({ address, port }: AddressInfo): string {
  const reachable = new Map([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
  ]);
  const host = reachable.get(address) ?? address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
