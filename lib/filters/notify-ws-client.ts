/** A client of a gateway, of Socket.IO or of ws, as far as it matters here. */
interface GatewayClient {
  /** On Socket.IO it goes to the client, on ws nowhere. */
  emit?(event: string, payload: object): unknown;
  /** ws only */
  readyState?: number;
  send?(text: string): unknown;
}

/**
 * Notifies the client of a gateway of an error, in the shape of Nest's own filter: that is reached
 * only by loading `@nestjs/websockets`.
 *
 * @param args what a handler of a gateway is called with, and the pattern it is called by
 */
export function notifyWsClient(args: readonly unknown[], notice: object): void {
  const client = Object(args[0]) as GatewayClient;
  const payload = {
    status: 'error',
    ...notice,
    cause: { pattern: args.at(-1), data: args[1] },
  };
  if (typeof client.readyState === 'number') {
    client.send?.(JSON.stringify({ event: 'exception', data: payload }));
  } else {
    client.emit?.('exception', payload);
  }
}
