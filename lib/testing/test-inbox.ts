import type { Engine } from '../emulator/engine/engine.js';
import type { SmsMessageFilter, SmsWaitOptions } from '../emulator/engine/inbox.js';
import type { SmsEmulatorMessage } from '../emulator/contract/control-api.types.js';

/**
 * What the phones of a test got.
 *
 * @publicApi
 */
export class SmsTestInbox {
  /** Newest message handed out, by phone. */
  private readonly taken = new Map<string, string>();

  /** @internal */
  constructor(private readonly engine: Engine) {}

  /** The texts, oldest first: the last thousand. The accepted ones unless the filter says otherwise. */
  messages(filter?: SmsMessageFilter): SmsEmulatorMessage[] {
    return this.engine.inbox.messages(filter);
  }

  /** The last text to a phone; `undefined` when it got none. */
  last(to: string): SmsEmulatorMessage | undefined {
    return this.messages({ to }).at(-1);
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
   * The newest verification code to a phone that was not handed out here before, or else the next one
   * to come. So a test that asks for a second code never gets the first one again.
   *
   * @throws SmsEmulatorError when none comes in time.
   */
  async nextCode(to: string, options?: SmsWaitOptions): Promise<string> {
    const phone = this.engine.account.parsePhoneNumber(to)?.e164 ?? to;
    const filter = { to, since: this.taken.get(phone) };
    const message = await this.engine.inbox.waitFor(filter, options, true);
    this.taken.set(phone, message.id);
    return message.verificationCode ?? '';
  }
}
