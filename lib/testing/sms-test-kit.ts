import type { SmsTransport } from '../http/transport.js';
import { createEngine } from '../emulator/engine/create-engine.js';
import type { Engine } from '../emulator/engine/engine.js';
import { EngineControls } from '../emulator/engine/engine-controls.js';
import { resolveBehavior } from '../emulator/engine/emulator.options.js';
import type { SmsEmulatorBehavior } from '../emulator/engine/emulator.options.js';
import { InProcessTransport } from './in-process.transport.js';
import { SmsTestInbox } from './test-inbox.js';

/**
 * The time that rules and deliveries go by.
 *
 * @publicApi
 */
export interface SmsTestClock {
  now(): Date;
  /**
   * Moves the time: reports and repeated callbacks that are due then happen now.
   *
   * @throws SmsEmulatorError when it is no number of milliseconds.
   */
  advance(milliseconds: number): void;
}

/**
 * The emulator in the process of a test, without a socket: the same rules as the emulator that
 * listens, and nothing shared with another kit. Requests may be signed with any key, since nobody can
 * tell it the key of the app under test.
 *
 * @example
 * const kit = await createSmsTestKit();
 * // overrideProvider(SMS_TRANSPORT).useValue(kit.transport)
 * expect(await kit.inbox.nextCode('+8613711112222')).toMatch(/^\d{6}$/);
 *
 * @publicApi
 */
export class SmsTestKit extends EngineControls {
  /** Takes the place of the network: the option `transport`, or the token `SMS_TRANSPORT`. */
  readonly transport: SmsTransport;
  readonly inbox: SmsTestInbox;
  readonly clock: SmsTestClock;

  /** @internal */
  constructor(engine: Engine) {
    super(engine);
    this.transport = new InProcessTransport(engine);
    this.inbox = new SmsTestInbox(engine);
    this.clock = {
      now: () => new Date(engine.clock.now()),
      advance: (milliseconds) => {
        engine.advance(milliseconds);
      },
    };
  }

  /**
   * Makes it as good as new for the next test: no texts, no requests, no faults, and every phone may
   * be texted again. The clock goes on from where it is, and templates and signatures stay.
   */
  override clear(): void {
    this.clearFaults();
    super.clear();
  }

  /** Ends what would happen later: reports to come, callbacks, and whoever waits for a text. */
  close(): void {
    this.engine.close();
  }
}

/**
 * Makes a kit of its own.
 *
 * @throws SmsEmulatorError when an option can't be used.
 * @publicApi
 */
export async function createSmsTestKit(options?: SmsEmulatorBehavior): Promise<SmsTestKit> {
  return new SmsTestKit(await createEngine({ secretKey: undefined, ...resolveBehavior(options) }));
}
