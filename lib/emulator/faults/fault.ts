import { isObject, isWhole } from '../../api/json-values.js';
import { isSmsAction, SMS_ACTIONS } from '../../api/actions.js';
import type { SmsAction } from '../../api/actions.js';
import { isOfKnownKind } from '../../errors/error-catalogue.js';
import { SmsEmulatorError } from '../errors/emulator.error.js';

/**
 * What goes wrong on the wire.
 *
 * - `reset`: the connection is reset in place of an answer; the call is not carried out
 * - `drop`: the call is carried out, then the connection closes without an answer
 * - `http-status`: an HTTP error, `status`, 502 by default, with an HTML body; not carried out
 * - `html`: status 200 with an HTML body, as proxies give; not carried out
 * - `truncated`: the call is carried out, and the JSON of its answer ends in the middle
 * - `stalled`: the call is carried out, and the body of its answer stops in the middle for good
 */
export type SmsFaultEffect = (typeof FAULT_EFFECTS)[number];

export const FAULT_EFFECTS = [
  'reset',
  'drop',
  'http-status',
  'html',
  'truncated',
  'stalled',
] as const;

/**
 * What goes wrong with the status callback of a text.
 *
 * - `lost`: its report is never pushed
 * - `early`: the carrier answers at once, and the push comes before the response of the send
 * - `duplicated`: the report is pushed once more after the first push was answered
 * - `contradicting`: the opposite is reported as well, after the report
 * - `shuffled`: the reports of a moment are pushed one by one, the last one first
 * - `foreign`: the report of a text that another system has sent to the phone comes along
 * - `escaped`: the body has `\u` escapes for all that is not ASCII
 * - `object-ext`: `ext` is an object where the context is the JSON of one; with `echoContext`
 * - `content-type`: the body comes as `contentType`, `text/plain` by default
 */
export type SmsCallbackFault = (typeof CALLBACK_FAULTS)[number];

const CALLBACK_FAULTS = [
  'lost',
  'early',
  'duplicated',
  'contradicting',
  'shuffled',
  'foreign',
  'escaped',
  'object-ext',
  'content-type',
] as const;

/**
 * Something that goes wrong on demand: for which calls, how often, and what. Every member that is
 * left out matches everything.
 */
export interface SmsEmulatorFault {
  /** The action whose calls it happens to; any when left out. */
  action?: SmsAction | undefined;
  /**
   * SdkAppId.
   * @default any
   */
  app?: string | undefined;
  /**
   * Template id.
   * @default any
   */
  template?: string | undefined;
  /**
   * How the number ends. A code that stands on recipients then falls on these alone.
   * @default any
   */
  numberSuffix?: string | undefined;
  /**
   * How many calls it happens to; `'always'` until it is cleared.
   * @default 1
   */
  times?: number | 'always' | undefined;
  /**
   * An error code of the API, or the code of a carrier's receipt such as `MK:0001`: then the text is
   * accepted, and the report has the failure.
   */
  code?: string | undefined;
  /**
   * The text beside the code.
   * @default Tencent's own words where they are known
   */
  message?: string | undefined;
  /**
   * Where an error code stands.
   * @default on the recipients where the code may stand there; else at the top, as do
   * `UnauthorizedOperation.*` and `InternalError.*`
   */
  at?: 'request' | 'recipients' | undefined;
  /**
   * Milliseconds until the answer goes out.
   * @default 0
   */
  latencyMs?: number | undefined;
  effect?: SmsFaultEffect | undefined;
  /**
   * Status of `http-status`.
   * @default 502
   */
  status?: number | undefined;
  /**
   * Whether the call is carried out all the same.
   * @default as the effect says; with a code at the top, false
   */
  execute?: boolean | undefined;
  /**
   * The call is carried out only so many milliseconds later, by the emulator's clock, or when a test
   * releases it: its text looks absent, and then appears. With an effect, or with a code at the top.
   * @default at once, if at all
   */
  executeAfterMs?: number | 'release' | undefined;
  /** What goes wrong with the status callbacks of the texts of a send; several act together. */
  callback?: SmsCallbackFault | readonly SmsCallbackFault[] | undefined;
  /**
   * Content-Type of `content-type`; `''` for none.
   * @default 'text/plain'
   */
  contentType?: string | undefined;
}

const MEMBERS = new Set([
  'action',
  'app',
  'template',
  'numberSuffix',
  'times',
  'code',
  'message',
  'at',
  'latencyMs',
  'effect',
  'status',
  'execute',
  'executeAfterMs',
  'callback',
  'contentType',
]);
const KNOWN = [...MEMBERS].join(', ');
const MAX_LATENCY_MS = 600_000;
const MAX_LATER_MS = 30 * 86_400_000;
const MAX_TEXT = 1000;

/**
 * Checks a fault, which may come from plain JavaScript or from outside.
 *
 * @throws SmsEmulatorError naming the member, and what is known in its place.
 */
export function parseFault(given: unknown): SmsEmulatorFault {
  if (!isObject(given)) {
    throw invalid('fault', `must be an object with some of the members ${KNOWN}`);
  }
  const fault = given;
  const surplus = Object.keys(fault).find((name) => !MEMBERS.has(name));
  if (surplus !== undefined) {
    throw invalid(surplus.slice(0, 64), `is not a member of a fault; known are ${KNOWN}`);
  }
  check(fault, 'action', isSmsAction, `one of ${SMS_ACTIONS.join(', ')}`);
  for (const name of ['app', 'template', 'message']) {
    check(fault, name, isText, `a text of at most ${MAX_TEXT} characters`);
  }
  check(fault, 'numberSuffix', (value) => matches(value, /^\d{1,15}$/), 'digits as text');
  check(fault, 'times', isTimes, 'a whole number from 1, or "always"');
  check(
    fault,
    'code',
    isCode,
    'an error code such as "LimitExceeded.PhoneNumberDailyLimit", or the code of a receipt such as "MK:0001"',
  );
  check(fault, 'at', (at) => at === 'request' || at === 'recipients', '"request" or "recipients"');
  check(
    fault,
    'latencyMs',
    (value) => isWhole(value) && value <= MAX_LATENCY_MS,
    `a whole number of milliseconds up to ${MAX_LATENCY_MS}`,
  );
  check(fault, 'effect', isEffect, `one of ${FAULT_EFFECTS.join(', ')}`);
  check(fault, 'status', (value) => isWhole(value) && value >= 300 && value <= 599, '300 to 599');
  check(fault, 'execute', (value) => typeof value === 'boolean', 'true or false');
  check(
    fault,
    'executeAfterMs',
    (value) => value === 'release' || (isWhole(value) && value >= 1 && value <= MAX_LATER_MS),
    `a whole number of milliseconds from 1 to ${MAX_LATER_MS}, or "release"`,
  );
  const isAnswered = fault['effect'] === undefined && fault['at'] !== 'request';
  if (fault['executeAfterMs'] !== undefined && (isAnswered || fault['execute'] === false)) {
    throw invalid(
      'executeAfterMs',
      'must stand with an effect, or a code with at: "request", and not with execute: false',
    );
  }
  check(
    fault,
    'callback',
    (value) => {
      const listed: readonly unknown[] = Array.isArray(value) ? value : [value];
      return listed.length > 0 && listed.every(isCallbackFault);
    },
    `one of ${CALLBACK_FAULTS.join(', ')}, or a list of them`,
  );
  check(
    fault,
    'contentType',
    (value) =>
      matches(value, /^[\x20-\x7e]{0,100}$/) && callbackFaultsOf(fault).includes('content-type'),
    'a text of at most 100 ASCII characters beside callback: "content-type"',
  );
  if (
    fault['code'] === undefined &&
    fault['effect'] === undefined &&
    fault['callback'] === undefined &&
    !isWhole(fault['latencyMs'])
  ) {
    throw invalid(
      'fault',
      `must have a code, an effect, a callback or a latencyMs, or nothing would go wrong; its members are ${KNOWN}`,
    );
  }
  return { ...(fault as SmsEmulatorFault) };
}

/** What goes wrong with callbacks, as a list. */
export function callbackFaultsOf({ callback = [] }: SmsEmulatorFault): readonly SmsCallbackFault[] {
  return typeof callback === 'string' ? [callback] : callback;
}

/** Whether a code is a carrier's receipt code and not an error code of the API. */
export function isReceiptCode(code: string): boolean {
  return !isOfKnownKind(code) && !/^[A-Z][A-Za-z]+\.[A-Z][A-Za-z]+$/.test(code);
}

function check(
  fault: Record<string, unknown>,
  name: string,
  isGood: (value: unknown) => boolean,
  expected: string,
): void {
  const value = Object.hasOwn(fault, name) ? fault[name] : undefined;
  if (value !== undefined && !isGood(value)) {
    throw invalid(name, `must be ${expected}`);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function invalid(field: string, problem: string): SmsEmulatorError {
  return new SmsEmulatorError(
    'SMS_EMULATOR_FAULT_INVALID',
    `${field} ${problem}.`,
    undefined,
    field,
  );
}

function isTimes(value: unknown): boolean {
  return value === 'always' || (isWhole(value) && value >= 1);
}

function isCode(value: unknown): boolean {
  // Letters, digits and the marks of receipt codes; never a control character, which would be a header's end.
  return matches(value, /^(?!Ok$)[\w.:() -]{1,100}$/);
}

function isEffect(value: unknown): value is SmsFaultEffect {
  return FAULT_EFFECTS.some((effect) => effect === value);
}

function isCallbackFault(value: unknown): value is SmsCallbackFault {
  return CALLBACK_FAULTS.some((fault) => fault === value);
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
