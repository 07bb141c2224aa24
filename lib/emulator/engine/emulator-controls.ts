import { inspect } from 'node:util';
import type { InspectOptions } from 'node:util';
import type { SmsDuration } from '../../time/duration.js';
import type { SmsAction } from '../../api/actions.js';
import type {
  SmsEmulatorMessage,
  SmsEmulatorPush,
  SmsEmulatorReply,
  SmsEmulatorRequest,
} from '../contract/control-api.types.js';
import type { SmsCallbackFault, SmsEmulatorFault } from '../faults/fault.js';
import type { Engine, SmsReplyDraft } from './engine.js';
import type { SmsMessageFilter, SmsWaitOptions } from './inbox.js';

/** Which calls an error falls on, and where it stands in the response. */
export type SmsFailOptions = Omit<SmsEmulatorFault, 'action' | 'code'>;

/** Which responses get lost, and whether their calls are carried out later. */
export type SmsLossOptions = Pick<
  SmsEmulatorFault,
  'action' | 'app' | 'template' | 'numberSuffix' | 'times' | 'executeAfterMs'
>;

/** Which callbacks are meant, and what their `content-type` is; with a receipt's `code`, too. */
export type SmsCallbackFaultOptions = Pick<
  SmsEmulatorFault,
  'action' | 'app' | 'template' | 'numberSuffix' | 'times' | 'code' | 'contentType'
>;

/** The time that rules and deliveries go by. */
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
 * What a test reads and sets. `SmsTestKit` and `SmsEmulator` both have it, so that a helper written
 * for one works with the other.
 *
 * @example
 * async function logIn(phone: string, sms: SmsEmulatorControls): Promise<void> {
 *   await requestCode(phone);
 *   await enterCode(await sms.nextCode(phone));
 * }
 */
export abstract class SmsEmulatorControls {
  readonly clock: SmsTestClock;
  /** Newest message whose code was handed out, by phone. */
  private readonly taken = new Map<string, string>();

  protected constructor(protected readonly engine: Engine) {
    this.clock = {
      now: () => new Date(engine.clock.now()),
      advance: (milliseconds) => {
        engine.advance(milliseconds);
      },
    };
  }

  /** @internal Prints what it is; key and texts are asked for by name. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `${this.constructor.name} ${inspect(this.toJSON(), options)}`;
  }

  /** @internal */
  toJSON(): object {
    return {};
  }

  /** The texts, oldest first: the last thousand. The accepted ones unless the filter says otherwise. */
  messages(filter?: SmsMessageFilter): SmsEmulatorMessage[] {
    return this.engine.inbox.messages(filter);
  }

  /** The last accepted text to a phone, or to any; `undefined` when there is none. */
  lastMessage(to?: string): SmsEmulatorMessage | undefined {
    return this.messages({ to }).at(-1);
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

  /**
   * Lets a phone write back. `T`, `TD`, `N`, `退订`, `T退订`, `QX` and `0000` opt out of everything, and
   * so does `R` after a marketing text that offers it.
   *
   * @throws SmsEmulatorError when there is no such phone.
   */
  reply(draft: SmsReplyDraft): SmsEmulatorReply {
    return this.engine.reply(draft);
  }

  /**
   * Makes the next calls of an action fail, or the next reports when the code is one of a carrier's
   * receipts.
   *
   * @example emulator.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit', { times: 2 });
   * @throws SmsEmulatorError when there can be no such fault.
   */
  fail(action: SmsAction, code: string, options: SmsFailOptions = {}): void {
    this.engine.faults.add({ ...options, action, code });
  }

  /**
   * The next call is carried out, and its response gets lost: the caller cannot tell whether it went
   * well. With `executeAfterMs` it is carried out only then, so that it looks as if it never were.
   *
   * @example emulator.loseNextResponse({ executeAfterMs: 240_000 });
   * @throws SmsEmulatorError when there can be no such fault.
   */
  loseNextResponse(options: SmsLossOptions = {}): void {
    this.engine.faults.add({ ...options, effect: 'drop' });
  }

  /** Carries out, now, what faults with `executeAfterMs` hold back; returns how many calls that were. */
  releaseCalls(): number {
    return this.engine.lateCalls.release();
  }

  /**
   * Makes something go wrong with the status callbacks of the texts of the next send, or of so many.
   *
   * @example emulator.disturbCallbacks(['duplicated', 'shuffled'], { times: 'always' });
   * @throws SmsEmulatorError when there can be no such fault.
   */
  disturbCallbacks(
    callback: SmsCallbackFault | readonly SmsCallbackFault[],
    options: SmsCallbackFaultOptions = {},
  ): void {
    this.engine.faults.add({ ...options, callback });
  }

  /** @throws SmsEmulatorError when there can be no such fault. */
  addFault(fault: SmsEmulatorFault): void {
    this.engine.faults.add(fault);
  }

  /**
   * From now on `DescribeSendRecordList` and `PullSmsSendStatusByPhoneNumber` show a text only so long
   * after its send: milliseconds, or such as `'10m'`; 0 for at once.
   *
   * @throws SmsEmulatorError when it is no duration.
   */
  setRecordLag(lag: SmsDuration): void {
    this.engine.setRecordLag(lag);
  }

  /** Lets everything go well again. */
  clearFaults(): void {
    this.engine.faults.clear();
  }

  /** The last thousand requests of the API with their responses, oldest first. */
  requests(): SmsEmulatorRequest[] {
    return this.engine.requests.all();
  }

  /** The last thousand pushes to the callback URLs with what came back, oldest first. */
  callbacks(): SmsEmulatorPush[] {
    return this.engine.pushes.list();
  }

  /** Waits until the callbacks in flight have been answered. */
  async callbacksSettled(): Promise<void> {
    await this.engine.callbacks.settled();
  }

  /**
   * Empties the inbox and the logs of requests and callbacks, forgets the calls that faults hold back, and lets every phone
   * be texted again. What the API's own actions find stays, and so do faults.
   */
  clear(): void {
    this.engine.clear();
  }
}
