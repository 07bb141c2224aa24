import type { SmsAction } from '../../api/actions.js';
import type { ApiErrorBody } from '../../api/envelope.js';
import { SmsEmulatorError } from '../errors/emulator.error.js';
import { wordsOf } from '../errors/tencent-words.js';
import type { Words } from '../errors/tencent-words.js';
import { callbackFaultsOf, isReceiptCode, parseFault } from './fault.js';
import type { SmsCallbackFault, SmsEmulatorFault, SmsFaultEffect } from './fault.js';
import { isSend, standsOnRecipients } from './fault-scope.js';

/** What faults are chosen by. */
interface FaultyCall {
  readonly action: SmsAction;
  readonly sdkAppId: string;
  readonly recipients: readonly Recipient[];
}

interface Recipient {
  /** As given; `''` for an action without a number. */
  readonly number: string;
  readonly template: string | undefined;
}

/** What goes wrong with one call. */
export interface CallFaults {
  /** The error at the top of the answer. */
  readonly error: RequestError | undefined;
  readonly effect: SmsFaultEffect | undefined;
  readonly status: number;
  readonly latencyMs: number;
  /** Whether the action is carried out. */
  readonly executes: boolean;
  /** How much later: 0 for at once, `Infinity` for when it is released. */
  readonly executeAfterMs: number;
  /**
   * What was put into an answer or done to it, such as `drop` or a code; `''` for nothing.
   *
   * @param isItemized whether the numbers have items of their own in it
   */
  tell(isItemized: boolean): string;
  /** The error that stands on a number; `undefined` when none does. */
  errorOf(number: string): ApiErrorBody | undefined;
  /** What goes wrong with the report of a text to a number. */
  reportOf(number: string): ReportFaults;
}

/** What goes wrong with the report of a text. */
export interface ReportFaults {
  /** The receipt that it gets in place of the carrier's own. */
  readonly receipt: string | undefined;
  readonly callback: CallbackFaults | undefined;
}

/** What goes wrong with the callback of a report. */
export interface CallbackFaults {
  readonly effects: ReadonlySet<SmsCallbackFault>;
  /** In place of JSON's; `''` for none. */
  readonly contentType: string | undefined;
}

/** An error of the whole request. */
export interface RequestError {
  readonly code: string;
  readonly words: Words;
}

/** Nothing goes wrong. */
export const NO_FAULTS: CallFaults = {
  error: undefined,
  effect: undefined,
  status: 502,
  latencyMs: 0,
  executes: true,
  executeAfterMs: 0,
  tell: () => '',
  errorOf: () => undefined,
  reportOf: () => ({ receipt: undefined, callback: undefined }),
};

interface Waiting {
  readonly fault: SmsEmulatorFault;
  left: number;
}

const DEFAULT_STATUS = 502;
const DEFAULT_CONTENT_TYPE = 'text/plain';
const EXECUTES: Readonly<Record<SmsFaultEffect, boolean>> = {
  reset: false,
  drop: true,
  'http-status': false,
  html: false,
  truncated: true,
  stalled: true,
};

/** Most faults that wait at a time. */
export const MAX_FAULTS = 1000;

/** Faults on demand, first come, first to happen: counted ones before those that always happen. */
export class Faults {
  private waiting: Waiting[] = [];

  /** @throws SmsEmulatorError when the fault is none, or when too many wait. */
  add(given: SmsEmulatorFault): void {
    const fault = parseFault(given);
    this.waiting.push({ fault, left: toCount(fault.times) });
    if (this.waiting.length > MAX_FAULTS) {
      this.waiting.shift();
    }
  }

  /**
   * Puts these in place of all others, or of those of one application, whose they then are.
   *
   * @throws SmsEmulatorError when one of them is no fault; then none has been replaced.
   */
  replace(given: readonly unknown[], app?: string): void {
    const faults = parseFaults(given);
    this.clear(app);
    for (const fault of faults) {
      this.add(app === undefined ? fault : { ...fault, app });
    }
  }

  /** What is still to happen; `times` counts down. */
  list(app?: string): SmsEmulatorFault[] {
    const listed =
      app === undefined ? this.waiting : this.waiting.filter(({ fault }) => fault.app === app);
    return listed.map(({ fault, left }) =>
      Object.assign({}, fault, { times: left === Infinity ? 'always' : left }),
    );
  }

  clear(app?: string): void {
    this.waiting = app === undefined ? [] : this.waiting.filter(({ fault }) => fault.app !== app);
  }

  /** Takes what is to go wrong with a call: it counts as having happened. */
  take(action: SmsAction, params: object): CallFaults {
    if (this.waiting.length === 0) {
      return NO_FAULTS;
    }
    const call = toFaultyCall(action, params);
    const active = new ActiveFaults(action);
    for (const one of this.waiting.toSorted(countedFirst)) {
      const matching = call.recipients.filter((recipient) => matches(one.fault, call, recipient));
      if (matching.length > 0 && active.accept(one.fault, matching)) {
        one.left -= 1;
      }
    }
    this.waiting = this.waiting.filter(({ left }) => left > 0);
    return active;
  }
}

/**
 * Of each kind (code at the top, code on a number, receipt, effect, delay, each of the callback) the first fault that fits; on
 * each number the first of its own. Faults of several kinds act together.
 */
class ActiveFaults implements CallFaults {
  error: RequestError | undefined;
  effect: SmsFaultEffect | undefined;
  status = DEFAULT_STATUS;
  latencyMs = 0;
  executes = true;
  executeAfterMs = 0;
  private readonly errors = new Map<string, ApiErrorBody>();
  private readonly receipts = new Map<string, string>();
  private readonly callbacks = new Map<string, CallbackFaults>();

  constructor(private readonly action: SmsAction) {}

  tell(isItemized: boolean): string {
    const onNumbers = isItemized ? Array.from(this.errors.values(), ({ Code }) => Code) : [];
    const codes = this.error === undefined ? onNumbers : [this.error.code];
    const all = this.effect === undefined ? codes : [this.effect, ...codes];
    return [...new Set(all)].join(', ');
  }

  errorOf(number: string): ApiErrorBody | undefined {
    return this.errors.get(number);
  }

  reportOf(number: string): ReportFaults {
    return { receipt: this.receipts.get(number), callback: this.callbacks.get(number) };
  }

  /** `false` when another fault of its kind was there first, so that this one is left for the next call. */
  accept(fault: SmsEmulatorFault, recipients: readonly Recipient[]): boolean {
    if (!this.claim(fault, recipients)) {
      return false;
    }
    const { effect, latencyMs = 0 } = fault;
    this.acceptCallback(fault, recipients);
    if (effect !== undefined && this.effect === undefined) {
      this.effect = effect;
      this.status = fault.status ?? DEFAULT_STATUS;
      this.executes &&= executesWith(fault, EXECUTES[effect]);
      this.postpone(fault);
    }
    // The longer of two delays has both of them in it.
    this.latencyMs = Math.max(this.latencyMs, latencyMs);
    return true;
  }

  // A fault is of the kind of its code, or else of its effect, or else of what it does to callbacks; its
  // delay alone makes a kind of its own.
  private claim(fault: SmsEmulatorFault, recipients: readonly Recipient[]): boolean {
    const { code, effect, callback } = fault;
    if (code !== undefined) {
      return this.acceptCode(code, fault, recipients);
    }
    if (effect !== undefined) {
      return this.effect === undefined;
    }
    return callback === undefined ? this.latencyMs === 0 : this.acceptCallback(fault, recipients);
  }

  /** Whether anything is new for one of the numbers. */
  private acceptCallback(fault: SmsEmulatorFault, recipients: readonly Recipient[]): boolean {
    const effects = callbackFaultsOf(fault);
    if (effects.length === 0 || !isSend(this.action)) {
      return false;
    }
    const { contentType = DEFAULT_CONTENT_TYPE } = fault;
    let isNew = false;
    for (const { number } of recipients) {
      const known = this.callbacks.get(number);
      const all = new Set([...(known?.effects ?? []), ...effects]);
      isNew ||= all.size > (known?.effects.size ?? 0);
      const type = effects.includes('content-type') ? contentType : undefined;
      this.callbacks.set(number, { effects: all, contentType: known?.contentType ?? type });
    }
    return isNew;
  }

  private acceptCode(
    code: string,
    fault: SmsEmulatorFault,
    recipients: readonly Recipient[],
  ): boolean {
    if (isReceiptCode(code)) {
      return isSend(this.action) && spread(recipients, this.receipts, code);
    }
    const words = fault.message === undefined ? wordsOf(code, this.action) : { en: fault.message };
    const onRecipients =
      fault.at === undefined
        ? standsOnRecipients(this.action, code)
        : fault.at === 'recipients' && hasItems(this.action);
    if (onRecipients) {
      return spread(recipients, this.errors, { Code: code, Message: words.en });
    }
    if (this.error !== undefined) {
      return false;
    }
    this.error = { code, words };
    this.executes &&= executesWith(fault, false);
    this.postpone(fault);
    return true;
  }

  private postpone({ executeAfterMs = 0 }: SmsEmulatorFault): void {
    const afterMs = executeAfterMs === 'release' ? Infinity : executeAfterMs;
    this.executeAfterMs = Math.max(this.executeAfterMs, afterMs);
  }
}

function executesWith({ execute, executeAfterMs }: SmsEmulatorFault, otherwise: boolean): boolean {
  return executeAfterMs !== undefined || (execute ?? otherwise);
}

function spread<T>(recipients: readonly Recipient[], onto: Map<string, T>, value: T): boolean {
  const before = onto.size;
  for (const { number } of recipients) {
    if (!onto.has(number)) {
      onto.set(number, value);
    }
  }
  return onto.size > before;
}

function matches(fault: SmsEmulatorFault, call: FaultyCall, recipient: Recipient): boolean {
  const { action, app, template, numberSuffix } = fault;
  return (
    (action === undefined || action === call.action) &&
    (app === undefined || app === call.sdkAppId) &&
    (template === undefined || template === recipient.template) &&
    (numberSuffix === undefined || recipient.number.endsWith(numberSuffix))
  );
}

/** Whether each number of a call has an item of its own in the answer. */
function hasItems(action: SmsAction): boolean {
  return isSend(action) || action === 'DescribePhoneNumberInfo';
}

// Reads a request whatever its action: the members of a name are of one kind in all of them.
function toFaultyCall(action: SmsAction, params: object): FaultyCall {
  const request = params as {
    SmsSdkAppId?: string;
    TemplateId?: string | number;
    PhoneNumber?: string;
    PhoneNumberSet?: readonly string[];
    MultiSmsInfoSet?: readonly { PhoneNumber: string; TemplateId: string }[];
  };
  const template = request.TemplateId === undefined ? undefined : String(request.TemplateId);
  const numbers = request.PhoneNumberSet ?? [request.PhoneNumber ?? ''];
  return {
    action,
    sdkAppId: request.SmsSdkAppId ?? '',
    recipients:
      request.MultiSmsInfoSet?.map((item) => ({
        number: item.PhoneNumber,
        template: item.TemplateId,
      })) ?? numbers.map((number) => ({ number, template })),
  };
}

/**
 * Checks a list of faults.
 *
 * @throws SmsEmulatorError that says which of them is none.
 */
export function parseFaults(given: readonly unknown[]): SmsEmulatorFault[] {
  return given.map(parseListed);
}

/** @throws SmsEmulatorError that says which of several faults is none. */
function parseListed(given: unknown, index: number): SmsEmulatorFault {
  try {
    return parseFault(given);
  } catch (error) {
    throw error instanceof SmsEmulatorError
      ? new SmsEmulatorError(error.code, `faults[${index}]: ${error.message}`, error, error.field)
      : error;
  }
}

/** What happens so often goes before what always happens, which would hide it for good. */
function countedFirst(left: Waiting, right: Waiting): number {
  return Number(left.left === Infinity) - Number(right.left === Infinity);
}

function toCount(times: SmsEmulatorFault['times'] = 1): number {
  return times === 'always' ? Infinity : times;
}
