import type { SmsEmulatorMessage } from '../emulator/contract/control-api.types.js';
import type { SmsEmulatorControls } from '../emulator/engine/emulator-controls.js';
import type { SmsMessageFilter, SmsWaitOptions } from '../emulator/engine/inbox.js';

/** What the phones of a test got: the part of the kit that a test reads most, under a name of its own. */
export class SmsTestInbox {
  /** @internal */
  constructor(private readonly controls: SmsEmulatorControls) {}

  /** The texts, oldest first: the last thousand. The accepted ones unless the filter says otherwise. */
  messages(filter?: SmsMessageFilter): SmsEmulatorMessage[] {
    return this.controls.messages(filter);
  }

  /** The last text to a phone; `undefined` when it got none. */
  last(to: string): SmsEmulatorMessage | undefined {
    return this.controls.lastMessage(to);
  }

  /**
   * The newest text that matches, or else the next one to come.
   *
   * @throws SmsEmulatorError when none comes in time.
   */
  async waitForMessage(
    filter?: SmsMessageFilter,
    options?: SmsWaitOptions,
  ): Promise<SmsEmulatorMessage> {
    return this.controls.waitForMessage(filter, options);
  }

  /**
   * The newest verification code to a phone that was not handed out before, here or by the kit itself,
   * or else the next one to come.
   *
   * @throws SmsEmulatorError when none comes in time.
   */
  async nextCode(to: string, options?: SmsWaitOptions): Promise<string> {
    return this.controls.nextCode(to, options);
  }
}
