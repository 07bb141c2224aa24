import type { Engine } from './engine/engine.js';
import { EngineControls } from './engine/engine-controls.js';
import type { SmsMessageFilter, SmsWaitOptions } from './engine/inbox.js';
import type { SmsEmulatorMessage } from './contract/control-api.types.js';
import { EmulatorServer } from './server/emulator-server.js';
import { resolveEmulatorOptions } from './engine/emulator.options.js';
import type { SmsEmulatorOptions } from './engine/emulator.options.js';

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

  private constructor(
    private readonly server: EmulatorServer,
    engine: Engine,
    secretKey: string,
  ) {
    super(engine);
    this.port = server.port;
    this.host = server.host;
    this.url = server.url;
    this.secretKey = secretKey;
  }

  /**
   * Starts an emulator.
   *
   * @throws SmsEmulatorError when an option can't be used or the port is taken.
   */
  static async start(options?: SmsEmulatorOptions): Promise<SmsEmulator> {
    const resolved = resolveEmulatorOptions(options);
    const server = await EmulatorServer.listen(resolved);
    return new SmsEmulator(server, await server.load(), resolved.secretKey);
  }

  /** The texts, oldest first: the last thousand. The accepted ones unless the filter says otherwise. */
  messages(filter?: SmsMessageFilter): SmsEmulatorMessage[] {
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
    filter: SmsMessageFilter = {},
    options?: SmsWaitOptions,
  ): Promise<SmsEmulatorMessage> {
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
    await this.server.close();
  }

  /** @internal */
  override toJSON(): object {
    return { url: this.url };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
