import { once } from 'node:events';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { loadPhoneNumberParser } from '../recipients/phone-number.js';
import { Engine } from './emulator/engine.js';
import { createHttpServer } from './emulator/http-server.js';
import type { EmulatorMessage } from './emulator/message-log.js';
import { SmsEmulatorError } from './emulator.error.js';
import { resolveEmulatorOptions } from './emulator.options.js';
import type { ResolvedEmulatorOptions, SmsEmulatorOptions } from './emulator.options.js';

/**
 * Tencent Cloud SMS on this machine: speaks the API to any SDK in any language, keeps what was sent,
 * and sends nothing to anybody.
 *
 * @example
 * const emulator = await SmsEmulator.start();
 * // endpoint: emulator.url, secretId: any, secretKey: emulator.secretKey
 * emulator.messages().at(-1)?.text;
 * await emulator.stop();
 *
 * @publicApi
 */
export class SmsEmulator {
  /** Where it listens, usable as an endpoint: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly host: string;
  /** What requests must be signed with. */
  readonly secretKey: string;
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly server: Server,
    private readonly engine: Engine,
    { port, host, secretKey }: ResolvedEmulatorOptions,
  ) {
    this.port = port;
    this.host = host;
    this.secretKey = secretKey;
    this.url = `http://${reachable(host)}:${port}`;
  }

  /**
   * Starts an emulator.
   *
   * @throws SmsEmulatorError when an option can't be used or the port is taken.
   */
  static async start(options?: SmsEmulatorOptions): Promise<SmsEmulator> {
    const resolved = resolveEmulatorOptions(options);
    const engine = new Engine({
      secretKey: resolved.secretKey,
      strict: resolved.strict,
      parsePhoneNumber: await loadPhoneNumberParser(),
    });
    const server = createHttpServer((request) => engine.answer(request));
    const port = await listen(server, resolved);
    return new SmsEmulator(server, engine, { ...resolved, port });
  }

  /** The accepted texts, oldest first: the last thousand. */
  messages(): EmulatorMessage[] {
    return this.engine.account.log.messages();
  }

  /** Empties the inbox. What the API's own actions find stays. */
  clear(): void {
    this.engine.account.log.clearMessages();
  }

  /** Stops listening and closes every connection. May be called again. */
  async stop(): Promise<void> {
    this.stopping ??= close(this.server);
    await this.stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

async function listen(server: Server, { port, host }: ResolvedEmulatorOptions): Promise<number> {
  try {
    const listening = once(server, 'listening');
    server.listen(port, host);
    await listening;
  } catch (cause) {
    throw toStartError(cause, port, host);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function toStartError(cause: unknown, port: number, host: string): SmsEmulatorError {
  const reason =
    typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
      ? cause.code
      : 'unknown reason';
  return reason === 'EADDRINUSE'
    ? new SmsEmulatorError(
        'SMS_EMULATOR_PORT_IN_USE',
        `Port ${port} of ${host} is in use already: stop what listens there, or choose another port.`,
        cause,
      )
    : new SmsEmulatorError(
        'SMS_EMULATOR_NOT_STARTED',
        `The emulator can't listen on port ${port} of ${host} (${reason}).`,
        cause,
      );
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** The address to reach a listener at: one that listens everywhere is found on the loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') {
    return '127.0.0.1';
  }
  if (host === '::') {
    return '[::1]';
  }
  return isIPv6(host) ? `[${host}]` : host;
}
