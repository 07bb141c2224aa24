import { Injectable } from '@nestjs/common';
import { SmsValidationError } from '../errors/validation.error.js';
import { SmsVerificationError } from '../errors/verification.error.js';
import { maskNumber } from '../privacy/mask-number.js';
import { readPhone } from './read-phone.js';
import { assertDefinition } from './sms-verification.js';
import type { SmsVerification } from './sms-verification.js';
import { MemoryVerificationStore } from './store/memory-verification.store.js';
import type { VerificationHealth } from './verification-health.js';
import type { VerificationContext } from './verification-context.js';
import { breakable } from './breakable-store.js';
import { VerificationChecker } from './verification-checker.js';
import { readCheckInput, readStartInput } from './verification-input.js';
import type { SmsVerificationCheckInput, SmsVerificationStartInput } from './verification-input.js';
import { VerificationStarter } from './verification-starter.js';
import type { SmsVerificationLoad } from './store/verification.store.js';
import { verificationChannel } from './verification-channel.js';
import { toShown } from './verification-results.js';
import type {
  SmsVerificationApproved,
  SmsVerificationCheck,
  SmsVerificationSent,
  SmsVerificationStart,
  SmsVerificationWaiting,
} from './verification-results.js';

/**
 * Sends verification codes and checks them.
 *
 * @example
 * const start = await this.codes.startOrThrow(Login, { to: phone, caller: ip });
 * const { to } = await this.codes.checkOrThrow(Login, { id: start.id, code, caller: ip });
 */
@Injectable()
export class SmsVerificationService implements VerificationHealth {
  private readonly starter: VerificationStarter;
  private readonly checker: VerificationChecker;

  /** @internal Made by `SmsVerificationModule`. */
  constructor(
    private readonly context: VerificationContext,
    private readonly name: string | undefined,
  ) {
    this.starter = new VerificationStarter(context);
    this.checker = new VerificationChecker(context);
  }

  /** @internal Called when the app starts. @throws SmsOptionsError when the account is not there. */
  open(): void {
    const { store, options, logger, sms, testHooks } = this.context;
    const service = sms();
    const hooks = testHooks();
    const isMemoryStore = store instanceof MemoryVerificationStore;
    if (isMemoryStore) {
      store.bindClock(() => hooks?.now() ?? service.now().getTime());
    }
    if (hooks !== undefined) {
      this.context.store = breakable(store, hooks);
    }
    logger.onStart(options.isDefaultStore, isMemoryStore);
  }

  /** @internal For health checks: how full the wide limits are. */
  async probe(): Promise<SmsVerificationLoad> {
    return this.starter.probe();
  }

  /** @internal Called when the app ends. */
  async close(): Promise<void> {
    this.context.afterwards.stop();
    await this.context.store.close?.();
  }

  /**
   * Sends a code, or says why not. An answer is never thrown.
   *
   * @throws SmsValidationError when the definition, or a member of the input, can't be used.
   */
  async start<const Definition extends SmsVerification>(
    definition: Definition,
    input: SmsVerificationStartInput<Definition>,
  ): Promise<SmsVerificationStart> {
    assertDefinition(definition);
    const read = readStartInput(input);
    const { result, to, country } = await this.starter.start(definition, read);
    if (verificationChannel.hasSubscribers && read.decoy !== true) {
      verificationChannel.publish({
        action: 'start',
        module: this.name,
        purpose: definition.purpose,
        status: result.status,
        scope: result.status === 'throttled' ? result.scope : undefined,
        reason: result.status === 'refused' ? result.reason : undefined,
        delivery: 'delivery' in result ? result.delivery : undefined,
        country,
        to: to === undefined ? undefined : maskNumber(to),
      });
    }
    return result;
  }

  /**
   * Compares what was typed. A right code is used up by it; every compared guess counts.
   *
   * @throws SmsValidationError when the definition, or a member of the input, can't be used.
   */
  async check(
    definition: SmsVerification,
    input: SmsVerificationCheckInput,
  ): Promise<SmsVerificationCheck> {
    assertDefinition(definition);
    const { result, to, sinceSentMs } = await this.checker.check(definition, readCheckInput(input));
    if (verificationChannel.hasSubscribers) {
      verificationChannel.publish({
        action: 'check',
        module: this.name,
        purpose: definition.purpose,
        status: result.status,
        reason: result.status === 'denied' ? result.reason : undefined,
        to: to === undefined ? undefined : maskNumber(to),
        sinceSentMs,
      });
    }
    return result;
  }

  /**
   * As `start`, for a controller: gives back what has an id, and throws the rest. For a definition that
   * is used with `decoy`, a text that failed is given back as sent, since its error would tell that the
   * phone has an account.
   *
   * @throws SmsVerificationError when nothing was sent because of a limit, a refusal or the store; the
   * error of the send when it failed; SmsValidationError as `start`.
   */
  async startOrThrow<const Definition extends SmsVerification>(
    definition: Definition,
    input: SmsVerificationStartInput<Definition>,
  ): Promise<Extract<SmsVerificationStart, SmsVerificationSent | SmsVerificationWaiting>> {
    const result = toShown(await this.start(definition, input));
    switch (result.status) {
      case 'sent':
      case 'waiting':
        return result;
      case 'throttled':
        throw new SmsVerificationError('SMS_VERIFICATION_THROTTLED', { retryAt: result.retryAt });
      case 'refused':
        throw new SmsVerificationError(
          result.reason === 'challenge' ? 'SMS_VERIFICATION_CHALLENGE' : 'SMS_VERIFICATION_REFUSED',
        );
      case 'failed':
      case 'unavailable':
        throw result.error;
    }
  }

  /**
   * As `check`, for a controller: gives back an approval, and throws the rest.
   *
   * @throws SmsVerificationError when the code was not approved; SmsValidationError as `check`.
   */
  async checkOrThrow(
    definition: SmsVerification,
    input: SmsVerificationCheckInput,
  ): Promise<Extract<SmsVerificationCheck, SmsVerificationApproved>> {
    const result = await this.check(definition, input);
    switch (result.status) {
      case 'approved':
        return result;
      case 'denied':
        throw new SmsVerificationError('SMS_VERIFICATION_DENIED');
      case 'locked':
        throw new SmsVerificationError('SMS_VERIFICATION_LOCKED', { retryAt: result.retryAt });
      case 'unavailable':
        throw result.error;
    }
  }

  /**
   * Ends a verification: its code is not approved any more. What is no id of ours is left alone.
   *
   * @throws SmsVerificationError when the store is out of reach.
   */
  async cancel({ id }: { id: string }): Promise<void> {
    const opened = typeof id === 'string' ? this.context.keys.open(id, undefined) : undefined;
    if (opened !== undefined) {
      const { slot, nonce } = opened;
      await this.reach(async () => this.context.store.cancel({ slot, nonce }));
    }
  }

  /**
   * Forgets the wrong codes of a phone and what blocks it, for those who help users.
   *
   * @throws SmsValidationError when it is no phone; SmsVerificationError when the store is out of reach.
   */
  async unlock(definition: SmsVerification, { to }: { to: string }): Promise<void> {
    assertDefinition(definition);
    const phone = typeof to === 'string' ? await readPhone(to) : undefined;
    if (phone === undefined) {
      throw new SmsValidationError([
        { field: 'to', message: 'to must be a phone number, as text.' },
      ]);
    }
    const { keys, store } = this.context;
    const phones = keys.indexes('phone', phone.e164);
    const subjects = keys.indexes('subject', definition.purpose, phone.e164);
    await this.reach(async () => store.unlock({ phones, subjects }));
  }

  private async reach(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (cause) {
      throw new SmsVerificationError('SMS_VERIFICATION_UNAVAILABLE', { cause });
    }
  }
}
