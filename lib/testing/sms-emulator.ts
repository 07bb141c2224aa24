import { once } from 'node:events';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { createEngine } from './emulator/create-engine.js';
import type { Engine } from './emulator/engine.js';
import { EngineControls } from './emulator/engine-controls.js';
import { createFrontDoor } from './emulator/front-door.js';
import { inboxPage } from './inbox/inbox.page.js';
import { createHttpServer } from './emulator/http-server.js';
import type { MessageFilter, WaitOptions } from './emulator/inbox.js';
import type { EmulatorMessage } from './emulator/test-api.js';
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
export class SmsEmulator extends EngineControls {
  /** Where it listens, usable as an endpoint: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The port it listens on. */
  readonly port: number;
  /** The address it listens on. */
  readonly host: string;
  /** What requests must be signed with. */
  readonly secretKey: string;
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly server: Server,
    engine: Engine,
    { port, host, secretKey }: ResolvedEmulatorOptions,
  ) {
    super(engine);
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
    const { secretKey, host, behavior } = resolved;
    const engine = await createEngine({ secretKey, ...behavior });
    const server = createHttpServer(createFrontDoor(engine, { host, page: inboxPage() }));
    const port = await listen(server, resolved);
    return new SmsEmulator(server, engine, { ...resolved, port });
  }

  /** The texts, oldest first: the last thousand. The accepted ones unless the filter says otherwise. */
  messages(filter?: MessageFilter): EmulatorMessage[] {
    return this.engine.inbox.messages(filter);
  }

  /** The verification code that came last to a phone, or to any; `undefined` when there is none. */
  latestCode(to?: string): string | undefined {
    return this.engine.inbox.latestCode({ to })?.code;
  }

  /**
   * The newest text that matches, or else the next one to come.
   *
   * @throws SmsEmulatorError when none comes in time.
   */
  async waitForMessage(
    filter: MessageFilter = {},
    options?: WaitOptions,
  ): Promise<EmulatorMessage> {
    return this.engine.inbox.waitFor(filter, options);
  }

  /**
   * Moves the emulator's time: reports and repeated callbacks that are due then happen now.
   *
   * @throws SmsEmulatorError when it is no number of milliseconds.
   */
  advance(milliseconds: number): void {
    this.engine.advance(milliseconds);
  }

  /** Stops listening and closes every connection. May be called again. */
  async stop(): Promise<void> {
    this.engine.close();
    this.stopping ??= close(this.server);
    await this.stopping;
  }

  /** @internal */
  override toJSON(): object {
    return { url: this.url };
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
