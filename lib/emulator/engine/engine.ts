import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { isNativeError } from 'node:util/types';
import type { ApiErrorBody } from '../../api/envelope.js';
import { ITEM_OK } from '../../api/envelope.js';
import { DURATION_FORM, parseDuration } from '../../time/duration.js';
import { redactUntrusted } from '../../privacy/redact.js';
import type { ParsePhoneNumber } from '../../recipients/phone-number.js';
import { SmsEmulatorError } from '../errors/emulator.error.js';
import type { AnswerLanguage } from '../errors/tencent-words.js';
import { Account, SEEDED_APP } from '../records/account.js';
import type { AccountRules } from '../records/account.js';
import { ApiError } from '../protocol/api.error.js';
import { assertParams } from '../protocol/assert-params.js';
import { countRefused } from './count-refused.js';
import { Callbacks } from '../carrier/callbacks.js';
import type { PostCallback } from '../carrier/callbacks.js';
import { EmulatorClock } from '../clock/clock.js';
import { Delivery } from '../carrier/delivery.js';
import type { SmsDeliveryMode } from '../carrier/delivery.js';
import { DroppedReports } from '../memory/dropped-reports.js';
import { LateCalls } from './late-calls.js';
import { headOf, Keep, sizeOfTexts } from '../memory/keep.js';
import { Events } from '../records/events.js';
import { MAX_QUEUED } from '../records/sms-app.js';
import type { SmsEmulatorFault } from '../faults/fault.js';
import { Faults, NO_FAULTS } from '../faults/faults.js';
import type { CallFaults } from '../faults/faults.js';
import { handle } from '../actions/handlers.js';
import { Inbox } from './inbox.js';
import { applyFaults } from '../faults/apply-faults.js';
import type { SendRecord } from '../records/message-log.js';
import { readCall } from '../protocol/read-call.js';
import { readLanguage } from '../protocol/read-language.js';
import { PushLog } from '../records/push-log.js';
import { RequestLog } from '../records/request-log.js';
import { RequestRates } from '../records/request-rates.js';
import { Schedule } from '../clock/schedule.js';
import type { OwnTemplate } from '../records/templates.js';
import type { SmsEmulatorReply } from '../contract/control-api.types.js';
import { emptyTrace } from '../protocol/verify-signature.js';
import type { SignatureTrace } from '../protocol/verify-signature.js';
import { apiErrorResponse, jsonResponse, headerOf, parseTarget } from '../wire/wire.js';
import type { WireResponse, WireRequest } from '../wire/wire.js';

/** What the engine is made with. */
export interface EngineOptions {
  /** `undefined` takes requests signed with any key. */
  readonly secretKey: string | undefined;
  readonly rules: AccountRules;
  readonly delivery: SmsDeliveryMode;
  readonly callbackUrl: string | undefined;
  readonly replyCallbackUrl: string | undefined;
  readonly recordLagMs: number;
  readonly parsePhoneNumber: ParsePhoneNumber;
  readonly postCallback: PostCallback;
  /** Known from the start. */
  readonly templates: readonly OwnTemplate[];
  /** What goes wrong from the start. */
  readonly faults: readonly SmsEmulatorFault[];
  /** Bytes that everything kept may take together. */
  readonly keepBytes: number;
  /** Tells the user of the emulator. */
  readonly warn: (message: string) => void;
}

/**
 * A reply that a phone writes to a text.
 */
export interface SmsReplyDraft {
  /** The phone that writes. */
  readonly to: string;
  /** What it writes. */
  readonly text: string;
  /** @default the application of the last text to this phone */
  readonly app?: string | undefined;
  /** @default the signature of the last text to this phone */
  readonly signName?: string | undefined;
  /** @default '' */
  readonly extendCode?: string | undefined;
}

/** What is known of a call while it is answered. */
interface CallState {
  readonly id: number;
  readonly requestId: string;
  readonly trace: SignatureTrace;
  readonly records: SendRecord[];
  action: string;
  sdkAppId: string;
  faults: CallFaults;
}

/**
 * The emulator without a network: the bytes of a request in, the bytes of its answer out. The HTTP
 * server and the testing kit both drive this one.
 */
export class Engine {
  readonly clock = new EmulatorClock();
  readonly keep: Keep;
  readonly dropped: DroppedReports;
  readonly events: Events;
  readonly faults = new Faults();
  readonly requests: RequestLog;
  readonly pushes: PushLog;
  readonly callbacks: Callbacks;
  readonly account: Account;
  readonly inbox: Inbox;
  readonly lateCalls: LateCalls;
  /** Called after each call that may have changed a signature or a template. */
  onStockChanged: (() => void) | undefined;
  private readonly schedule: Schedule;
  private readonly secretKey: string | undefined;
  private readonly rates: RequestRates | undefined;

  constructor(options: EngineOptions) {
    const keep = new Keep(options.keepBytes);
    const { clock } = this;
    const events = new Events(keep);
    const schedule = new Schedule(clock, keep);
    const dropped = new DroppedReports((total) => {
      options.warn(
        `The SMS emulator has dropped ${total} ${total === 1 ? 'report' : 'reports'} that no PullSmsSendStatus or callback took in time. It keeps the last ${MAX_QUEUED} of an application, and ${keep.limitBytes} bytes in all (keep).`,
      );
      events.emit('dropped', null, () => ({ reports: total }));
    });
    for (const fault of options.faults) {
      this.faults.add(fault);
    }
    this.keep = keep;
    this.dropped = dropped;
    this.events = events;
    this.schedule = schedule;
    this.requests = new RequestLog(keep);
    this.pushes = new PushLog(keep);
    this.lateCalls = new LateCalls({ clock, schedule, keep });
    this.secretKey = options.secretKey;
    this.rates = options.rules.enforceRates ? new RequestRates(clock) : undefined;
    this.callbacks = new Callbacks({
      statusUrl: options.callbackUrl,
      replyUrl: options.replyCallbackUrl,
      echoesContext: options.rules.echoesContext,
      post: options.postCallback,
      clock,
      schedule,
      events,
      pushes: this.pushes,
      keep,
      dropped,
    });
    this.account = new Account({
      clock,
      rules: options.rules,
      recordLagMs: options.recordLagMs,
      parsePhoneNumber: options.parsePhoneNumber,
      events,
      callbacks: this.callbacks,
      delivery: new Delivery({
        mode: options.delivery,
        schedule,
        callbacks: this.callbacks,
        events,
        dropped,
      }),
      memory: { keep, dropped },
      templates: options.templates,
    });
    this.inbox = new Inbox(this.account, events);
  }

  /** @internal Holds the key, and requests with their headers and texts: printing shows none. */
  [inspect.custom](): string {
    return 'Engine {}';
  }

  /** @internal As little in JSON. */
  toJSON(): object {
    return {};
  }

  /** Answers a request of the API. */
  respond(request: WireRequest): WireResponse {
    // A timer may be late, and a report that is due must not be.
    this.schedule.runDue();
    const state: CallState = {
      id: this.requests.nextId(),
      requestId: randomUUID(),
      trace: emptyTrace(),
      records: [],
      action: '',
      sdkAppId: '',
      faults: NO_FAULTS,
    };
    let errorBody: ApiErrorBody | undefined;
    let refusedNumbers = 0;
    let response: WireResponse;
    try {
      const Response = this.call(request, state);
      refusedNumbers = countRefused(Response);
      response = jsonResponse(200, { Response });
    } catch (error) {
      const { queryString } = parseTarget(request.target);
      errorBody = toErrorBody(error, readLanguage(request, queryString));
      response = apiErrorResponse(errorBody, state.requestId);
    }
    response = applyFaults(response, state.faults);
    const after = this.callbacks.pushEarly();
    if (after !== undefined) {
      response = { ...response, effect: { delayMs: 0, cut: undefined, ...response.effect, after } };
    }
    this.requests.add({
      id: state.id,
      at: this.clock.now(),
      action: state.action,
      sdkAppId: state.sdkAppId,
      requestId: state.requestId,
      code: errorBody?.Code ?? ITEM_OK,
      refusedNumbers,
      reason: errorBody?.Message ?? '',
      fault: state.faults.tell(
        errorBody === undefined && state.faults.executes && state.faults.executeAfterMs === 0,
      ),
      request,
      response,
      trace: state.trace,
      records: state.records,
    });
    return response;
  }

  /**
   * Moves the emulator's time forward, and does what is due then.
   *
   * @throws SmsEmulatorError when it is no time to move by.
   */
  advance(milliseconds: number): void {
    const isTime = Number.isSafeInteger(milliseconds) && milliseconds >= 0;
    if (!isTime || this.clock.now() + milliseconds > END_OF_TIME) {
      throw new SmsEmulatorError(
        'SMS_EMULATOR_CLOCK_INVALID',
        'ms must be a whole number of milliseconds from 0, and not lead beyond the year 9000.',
        undefined,
        'ms',
      );
    }
    this.clock.advance(milliseconds);
    this.schedule.runDue();
  }

  /**
   * From now on the records that clients look up are so long behind.
   *
   * @throws SmsEmulatorError when it is no duration.
   */
  setRecordLag(lag: unknown): void {
    const lagMs = parseDuration(lag);
    if (lagMs === undefined) {
      throw new SmsEmulatorError(
        'SMS_EMULATOR_OPTIONS_INVALID',
        `lag must be ${DURATION_FORM}.`,
        undefined,
        'lag',
      );
    }
    this.account.recordLagMs = lagMs;
  }

  /**
   * Lets a phone write back.
   *
   * @throws SmsEmulatorError when there is no such phone or application.
   */
  reply({ to, app, ...words }: SmsReplyDraft): SmsEmulatorReply {
    const phone = this.account.parsePhoneNumber(to);
    if (phone === undefined) {
      // In words: errors mask every number, an example too.
      throw invalidReply(
        'to',
        'to must be a mainland number, or one with a plus and its country code.',
      );
    }
    const sdkAppId = app ?? this.account.lastTextTo(phone.e164)?.sdkAppId ?? SEEDED_APP;
    try {
      return this.account.addReply({ ...words, phone, sdkAppId });
    } catch (error) {
      throw error instanceof ApiError
        ? invalidReply('app', 'app must be the SdkAppId of a known application.')
        : error;
    }
  }

  /** Empties the inbox and the request log, of one application or of all. */
  clear(sdkAppId?: string): void {
    this.lateCalls.clear(sdkAppId);
    this.requests.clear(sdkAppId);
    this.pushes.clear(sdkAppId);
    this.account.clear(sdkAppId);
  }

  /** Ends what would happen later. */
  close(): void {
    this.dropped.close();
    this.schedule.clear();
    this.lateCalls.clear();
    this.callbacks.close();
    this.inbox.close();
  }

  private call(request: WireRequest, state: CallState): object {
    state.action = headOf(headerOf(request, 'x-tc-action') ?? '', MAX_NAME);
    const { action, params } = readCall(request, parseTarget(request.target).queryString, {
      secretKey: this.secretKey,
      realNow: this.clock.real(),
      trace: state.trace,
    });
    state.action = action;
    this.rates?.count(action);
    assertParams(action, params);
    state.sdkAppId = 'SmsSdkAppId' in params ? headOf(params.SmsSdkAppId, MAX_NAME) : '';
    state.faults = this.faults.take(action, params);
    const { requestId, faults, records } = state;
    const context = { account: this.account, requestId, requestLogId: state.id, faults, records };
    const carryOut = (): object => {
      const carriedOut = handle(action, params, context);
      if (CHANGES_STOCK.test(action)) {
        this.onStockChanged?.();
      }
      return carriedOut;
    };
    const isLate = faults.executes && faults.executeAfterMs > 0;
    if (isLate) {
      this.postpone(state, carryOut, sizeOfTexts(JSON.stringify(params)));
    }
    const response = faults.executes && !isLate ? carryOut() : {};
    if (faults.error !== undefined) {
      throw new ApiError(faults.error.code, faults.error.words);
    }
    return { ...response, RequestId: requestId };
  }

  /** Lets a call be carried out later, when its client has long had another answer or none. */
  private postpone(
    { id, sdkAppId, faults, records }: CallState,
    run: () => void,
    bytes: number,
  ): void {
    const runLate = (): void => {
      try {
        run();
      } catch (error) {
        // Refused as a whole: there is no client any more to tell.
        if (!(error instanceof ApiError)) {
          throw error;
        }
      }
      this.requests.addRecords(id, records);
    };
    this.lateCalls.add({ sdkAppId, bytes, run: runLate }, faults.executeAfterMs);
  }
}

const CHANGES_STOCK = /^(?:Add|Modify|Delete)Sms(?:Sign|Template)$/;
const MAX_NAME = 64;
// As long as years have four digits, dates stay dates.
const END_OF_TIME = Date.UTC(9000, 0);

function invalidReply(field: string, message: string): SmsEmulatorError {
  return new SmsEmulatorError('SMS_EMULATOR_REPLY_INVALID', message, undefined, field);
}

function toErrorBody(error: unknown, language: AnswerLanguage): ApiErrorBody {
  if (error instanceof ApiError) {
    return error.toBody(language);
  }
  // A bug of the emulator: this request fails, the others go on.
  const reason = isNativeError(error) ? redactUntrusted(error.message) : 'unknown reason';
  return { Code: 'InternalError', Message: `The emulator itself failed: ${reason}` };
}
