import { maskNumber } from '../../privacy/mask-number.js';
import { SmsEmulatorError } from '../errors/emulator.error.js';
import type { Account } from '../records/account.js';
import type { Events } from '../records/events.js';
import { isAccepted, toMessage } from '../records/message-log.js';
import type { SendRecord } from '../records/message-log.js';
import type { SmsEmulatorMessage, LatestCodeResponse } from '../contract/control-api.types.js';

/**
 * Which texts; what is left out matches all.
 */
export interface SmsMessageFilter {
  /**
   * The phone, in any form that the API takes.
   * @default any
   */
  to?: string | undefined;
  /**
   * Template id.
   * @default any
   */
  template?: string | undefined;
  /**
   * SdkAppId.
   * @default any
   */
  app?: string | undefined;
  /** @default 'accepted' */
  status?: 'accepted' | 'rejected' | 'all' | undefined;
  /**
   * Id of a message, or a time in ISO 8601: only what came after it.
   * @default all that are kept
   */
  since?: string | undefined;
}

/**
 * How long to wait for something.
 */
export interface SmsWaitOptions {
  /**
   * Milliseconds.
   * @default 5000
   */
  timeoutMs?: number | undefined;
}

const DEFAULT_WAIT_MS = 5000;

type Matches = (record: SendRecord) => boolean;

/** What came in, for tests: to look at, and to wait for. */
export class Inbox {
  private readonly waiting = new Set<(reason: SmsEmulatorError) => void>();

  constructor(
    private readonly account: Account,
    private readonly events: Events,
  ) {}

  /** Oldest first. */
  messages(filter: SmsMessageFilter = {}): SmsEmulatorMessage[] {
    return this.account.log.list(filter.status).filter(this.toTest(filter)).map(toMessage);
  }

  /** Accepted or refused. */
  find(id: string): SendRecord | undefined {
    return this.account.log.list('all').find((record) => String(record.id) === id);
  }

  /** The verification code that came last; `undefined` when none did. */
  latestCode(filter: SmsMessageFilter): LatestCodeResponse | undefined {
    const record = this.account.log
      .list('accepted')
      .filter(this.toTest(filter))
      .findLast(({ verificationCode }) => verificationCode !== undefined);
    return record === undefined ? undefined : toLatestCode(record);
  }

  /** Calls back once, with the next text that matches; gives a function that gives it up. */
  onNext(
    filter: SmsMessageFilter,
    onMatch: (record: SendRecord) => void,
    hasCode = false,
  ): () => void {
    const matches = this.toTest(filter);
    const status = filter.status ?? 'accepted';
    const stop = this.events.listen(({ kind, record }) => {
      if (
        kind === 'message' &&
        record !== undefined &&
        (status === 'all' || isAccepted(record) === (status === 'accepted')) &&
        (!hasCode || record.verificationCode !== undefined) &&
        matches(record)
      ) {
        stop();
        onMatch(record);
      }
    });
    return stop;
  }

  /**
   * The newest text that matches, or the next one to come.
   *
   * @throws SmsEmulatorError when none comes in time, or when the emulator stops.
   */
  async waitFor(
    filter: SmsMessageFilter,
    { timeoutMs = DEFAULT_WAIT_MS }: SmsWaitOptions = {},
    hasCode = false,
  ): Promise<SmsEmulatorMessage> {
    const known = this.account.log
      .list(filter.status)
      .filter(this.toTest(filter))
      .findLast(({ verificationCode }) => !hasCode || verificationCode !== undefined);
    if (known !== undefined) {
      return toMessage(known);
    }
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        stop();
        clearTimeout(timer);
        this.waiting.delete(fail);
      };
      const fail = (reason: SmsEmulatorError): void => {
        finish();
        reject(reason);
      };
      const stop = this.onNext(
        filter,
        (record) => {
          finish();
          resolve(toMessage(record));
        },
        hasCode,
      );
      const timer = setTimeout(() => {
        fail(nothingCame(filter, timeoutMs, hasCode));
      }, timeoutMs);
      this.waiting.add(fail);
    });
  }

  /** Ends all waiting. */
  close(): void {
    for (const fail of this.waiting) {
      fail(new SmsEmulatorError('SMS_EMULATOR_STOPPED', 'The emulator has stopped.'));
    }
  }

  private toTest({ to, template, app, since }: SmsMessageFilter): Matches {
    const e164 = to === undefined ? undefined : (this.account.parsePhoneNumber(to)?.e164 ?? '');
    const isNew = toSinceTest(since);
    return (record) =>
      (e164 === undefined || record.phone.e164 === e164) &&
      (template === undefined || record.templateId === template) &&
      (app === undefined || record.sdkAppId === app) &&
      isNew(record);
  }
}

/** A code with the text it came in. */
export function toLatestCode(record: SendRecord): LatestCodeResponse {
  return {
    code: record.verificationCode ?? '',
    to: record.phone.e164,
    message: toMessage(record),
  };
}

function toSinceTest(since: string | undefined): Matches {
  if (since === undefined) {
    return () => true;
  }
  if (/^\d{1,12}$/.test(since)) {
    return ({ id }) => id > Number(since);
  }
  const moment = Date.parse(since);
  return ({ sentAt }) => sentAt > moment;
}

function nothingCame(
  filter: SmsMessageFilter,
  timeoutMs: number,
  hasCode: boolean,
): SmsEmulatorError {
  const what = hasCode ? 'verification code' : 'text';
  const recipient = filter.to === undefined ? '' : ` to ${maskNumber(filter.to)}`;
  return new SmsEmulatorError(
    'SMS_EMULATOR_NOTHING_CAME',
    `No ${what}${recipient} came within ${timeoutMs} ms.`,
  );
}
