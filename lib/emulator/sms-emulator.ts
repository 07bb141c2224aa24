import type { Engine } from './engine/engine.js';
import { SmsEmulatorControls } from './engine/emulator-controls.js';
import { EmulatorServer } from './server/emulator-server.js';
import { resolveEmulatorOptions } from './engine/emulator.options.js';
import type { SmsEmulatorOptions } from './engine/emulator.options.js';

/**
 * Tencent Cloud SMS on this machine: speaks the API to any SDK in any language, keeps what was sent,
 * and no text leaves it.
 *
 * @example
 * const emulator = await SmsEmulator.start();
 * // endpoint: emulator.url, secretId: any, secretKey: emulator.secretKey
 * emulator.messages().at(-1)?.text;
 * await emulator.stop();
 */
export class SmsEmulator extends SmsEmulatorControls {
  /** Where it listens, usable as an endpoint: `http://127.0.0.1:PORT`, or `https:` with a certificate. */
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
   * Listening beyond this machine is told by a warning of the process.
   *
   * @throws SmsEmulatorError when an option can't be used or the port is taken.
   */
  static async start(options?: SmsEmulatorOptions): Promise<SmsEmulator> {
    const resolved = resolveEmulatorOptions(options);
    const server = await EmulatorServer.listen(resolved);
    return new SmsEmulator(server, await server.load(), resolved.secretKey);
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
