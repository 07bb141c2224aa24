import type { SmsTransport } from '../http/transport.js';
import { createEngine } from '../emulator/engine/create-engine.js';
import type { Engine } from '../emulator/engine/engine.js';
import { SmsEmulatorControls } from '../emulator/engine/emulator-controls.js';
import { resolveBehavior } from '../emulator/engine/emulator.options.js';
import type { SmsEmulatorBehavior } from '../emulator/engine/emulator.options.js';
import { InProcessTransport } from './in-process.transport.js';
import { SmsVerificationFaults } from './verification-faults.js';
import { SmsTestInbox } from './test-inbox.js';

/**
 * The emulator in the process of a test, without a socket: the same rules as the emulator that
 * listens, and nothing shared with another kit. Requests may be signed with any key, since the
 * kit does not know the key of the app under test.
 *
 * @example
 * const kit = await createSmsTestKit();
 * // overrideProvider(SMS_TRANSPORT).useValue(kit.transport)
 * expect(await kit.nextCode('+8613711112222')).toMatch(/^\d{6}$/);
 */
export class SmsTestKit extends SmsEmulatorControls {
  /** Takes the place of the network: the option `transport`, or the token `SMS_TRANSPORT`. */
  readonly transport: SmsTransport;
  /** The texts alone: `kit.inbox.nextCode` is `kit.nextCode`, and so on. */
  readonly inbox: SmsTestInbox;
  /** What goes wrong for verification codes. */
  readonly verification = new SmsVerificationFaults();

  /** @internal */
  constructor(engine: Engine) {
    super(engine);
    this.transport = new InProcessTransport(engine, this.verification);
    this.inbox = new SmsTestInbox(this);
  }

  /**
   * Makes it as good as new for the next test: no texts, no requests, no faults, and every phone may
   * be texted again. The clock goes on from where it is, and templates and signatures stay.
   */
  override clear(): void {
    this.clearFaults();
    this.verification.mendStore();
    super.clear();
  }

  /** Ends what would happen later: reports to come, callbacks, and waiting for a text. */
  close(): void {
    this.engine.close();
  }
}

/**
 * Makes a kit of its own.
 *
 * @throws SmsEmulatorError when an option can't be used.
 */
export async function createSmsTestKit(options?: SmsEmulatorBehavior): Promise<SmsTestKit> {
  return new SmsTestKit(await createEngine({ secretKey: undefined, ...resolveBehavior(options) }));
}
