import { inspect } from 'node:util';
import type { InspectOptions } from 'node:util';
import type { SmsAction } from '../../api/actions.js';
import type { Engine, SmsReplyDraft } from './engine.js';
import type { SmsEmulatorFault } from '../faults/fault.js';
import type { SmsEmulatorReply, SmsEmulatorRequest } from '../contract/control-api.types.js';

/**
 * Which calls an error falls on, and where it stands in the answer.
 *
 * @publicApi
 */
export type SmsFailOptions = Omit<SmsEmulatorFault, 'action' | 'code'>;

/** What a test can do, whichever way its requests reach the engine. */
export abstract class EngineControls {
  protected constructor(protected readonly engine: Engine) {}

  /** @internal Whoever prints it wants to know what it is; key and texts are asked for by name. */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `${this.constructor.name} ${inspect(this.toJSON(), options)}`;
  }

  /** @internal */
  toJSON(): object {
    return {};
  }

  /**
   * Lets a phone write back. `T`, `TD`, `N`, `QX`, `0000` and `退订` opt out of everything, and so does
   * `R` after a marketing text that offers it.
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
   * The next call is carried out, and its answer gets lost: nobody can tell whether it went well.
   *
   * @throws SmsEmulatorError when there can be no such fault.
   */
  loseNextResponse(
    options: Pick<SmsEmulatorFault, 'action' | 'app' | 'template' | 'numberSuffix' | 'times'> = {},
  ): void {
    this.engine.faults.add({ ...options, effect: 'drop' });
  }

  /** @throws SmsEmulatorError when there can be no such fault. */
  addFault(fault: SmsEmulatorFault): void {
    this.engine.faults.add(fault);
  }

  /** Lets everything go well again. */
  clearFaults(): void {
    this.engine.faults.clear();
  }

  /** The last thousand requests of the API with their answers, oldest first. */
  requests(): SmsEmulatorRequest[] {
    return this.engine.requests.all();
  }

  /** Waits until the callbacks under way have been answered. */
  async callbacksSettled(): Promise<void> {
    await this.engine.callbacks.settled();
  }

  /**
   * Empties the inbox and the request log, and lets every phone be texted again. What the API's own
   * actions find stays, and so do faults.
   */
  clear(): void {
    this.engine.clear();
  }
}
