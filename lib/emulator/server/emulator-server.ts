import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { isIPv6 } from 'node:net';
import type { AddressInfo } from 'node:net';
import { emitWarning } from '../engine/emit-warning.js';
import type { Engine } from '../engine/engine.js';
import { createHttpServer } from './http-server.js';
import type { Respond } from './http-server.js';
import type { BrowserPage } from './browser-page.js';
import { pendingResponse } from '../wire/wire.js';
import { SmsEmulatorError } from '../errors/emulator.error.js';
import type { ResolvedEmulatorOptions } from '../engine/emulator.options.js';

/** Tells the user of something. */
type Warn = (message: string) => void;

/** Sets an engine up before its first request. */
type Prepare = (engine: Engine) => void;

/** What answers, once it is there. */
interface Loaded {
  readonly engine: Engine;
  readonly respond: Respond;
}

/**
 * The engine behind a port. It listens before the engine is there, since loading that takes longer
 * than everything else: a request that comes sooner waits for it.
 */
export class EmulatorServer {
  readonly host: string;
  /** Where it listens, usable as an endpoint: `http://127.0.0.1:PORT`, or `https:` with a certificate. */
  readonly url: string;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly server: Server | HttpsServer,
    private readonly engine: LazyEngine,
    { host, tls }: ResolvedEmulatorOptions,
    readonly port: number,
  ) {
    this.host = host;
    this.url = `${tls === undefined ? 'http' : 'https'}://${reachable(host)}:${port}`;
  }

  /** @throws SmsEmulatorError when the certificate is none, the port is taken or the address is none of this machine's. */
  static async listen(
    options: ResolvedEmulatorOptions,
    warn: Warn = emitWarning,
    prepare?: Prepare,
  ): Promise<EmulatorServer> {
    const engine = new LazyEngine(options, warn, prepare);
    const server = await createServer(engine.respond, options);
    const { port, address } = await listen(server, options);
    if (!isLoopback(address)) {
      warn(
        `The SMS emulator listens on ${options.host}: its inbox with the codes in it, and its clock and faults, are open to the network. Leave the host out to keep them on this machine.`,
      );
    }
    return new EmulatorServer(server, engine, options, port);
  }

  /** Loads what answers; a request does so as well. */
  async load(): Promise<Engine> {
    const { engine } = await this.engine.load();
    return engine;
  }

  /** Stops listening and closes every connection. May be called again. */
  async close(): Promise<void> {
    this.closing ??= close(this.server);
    this.engine.close();
    await this.closing;
  }
}

/** An engine that is loaded with the first request at the latest. */
class LazyEngine {
  private loaded: Loaded | undefined;
  private loading: Promise<Loaded> | undefined;

  constructor(
    private readonly options: ResolvedEmulatorOptions,
    private readonly warn: Warn,
    private readonly prepare: Prepare | undefined,
  ) {}

  readonly respond: Respond = (request) =>
    this.loaded?.respond(request) ??
    pendingResponse(async () => {
      const { respond } = await this.load();
      return respond(request);
    });

  async load(): Promise<Loaded> {
    this.loading ??= loadEngine(this.options, this.warn, this.prepare);
    this.loaded = await this.loading;
    return this.loaded;
  }

  close(): void {
    this.loaded?.engine.close();
  }
}

async function loadEngine(
  options: ResolvedEmulatorOptions,
  warn: Warn,
  prepare: Prepare | undefined,
): Promise<Loaded> {
  const { host, allowedHosts, secretKey, behavior } = options;
  const [{ createEngine }, { createGateway }] = await Promise.all([
    import('../engine/create-engine.js'),
    import('./gateway.js'),
  ]);
  const engine = await createEngine({ secretKey, warn, ...behavior });
  prepare?.(engine);
  return { engine, respond: createGateway(engine, { hosts: [host, ...allowedHosts], loadPage }) };
}

async function loadPage(): Promise<BrowserPage> {
  const { inboxPage } = await import('../inbox/inbox.page.js');
  return inboxPage();
}

// Loaded only with a certificate, so that the emulator starts sooner without.
async function createServer(
  respond: Respond,
  { tls }: ResolvedEmulatorOptions,
): Promise<Server | HttpsServer> {
  if (tls === undefined) {
    return createHttpServer(respond);
  }
  const { createHttpsServer } = await import('./https-server.js');
  return createHttpsServer(respond, tls);
}

async function listen(
  server: Server | HttpsServer,
  { port, host }: ResolvedEmulatorOptions,
): Promise<AddressInfo> {
  try {
    const listening = once(server, 'listening');
    server.listen(port, host);
    await listening;
  } catch (cause) {
    throw toStartError(cause, port, host);
  }
  // Of a server that listens on a port, which one with a path or none at all would not be.
  return server.address() as AddressInfo;
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

async function close(server: Server | HttpsServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$/i.test(address);
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
