// Rules that the reading actions share: pages, windows, and one phone to look up.
import type { PhoneNumber } from '../../recipients/phone-number.js';
import type { Account } from '../records/account.js';
import { ApiError } from '../protocol/api.error.js';
import { parseChinaHour } from '../../time/china-time.js';
import { toSeconds } from '../clock/clock.js';
import type { ReadableClock } from '../clock/clock.js';

/** @throws ApiError */
export function assertLimit(limit: number, max: number, min = 0): void {
  if (limit < min || limit > max) {
    throw new ApiError(
      'InvalidParameterValue.LimitVerifyFail',
      `\`Limit\` must be from ${min} to ${max}.`,
    );
  }
}

/** @throws ApiError */
export function assertOffset(offset: number, max: number): void {
  if (offset > max) {
    throw new ApiError(
      'InvalidParameterValue.OffsetVerifyFail',
      max === 0 ? '`Offset` must be 0.' : `\`Offset\` must be at most ${max}.`,
    );
  }
}

/** For the actions whose `Offset` is there for later. */
export function assertZeroOffset(offset: number): void {
  assertOffset(offset, 0);
}

/** @throws ApiError */
export function readPhone(text: string, account: Account): PhoneNumber {
  const phone = account.parsePhoneNumber(text);
  if (phone === undefined) {
    throw new ApiError(
      'InvalidParameterValue.IncorrectPhoneNumber',
      'The number has a wrong format.',
    );
  }
  return phone;
}

// A client that asks for "the last 72 hours" computes the start before the request is on its way.
const GRACE_SECONDS = 60;

/**
 * Reads a window of UNIX seconds and gives the question whether a moment lies in it.
 *
 * @throws ApiError when it starts too early or ends before it starts or after now.
 */
export function readWindow(
  { BeginTime: begin, EndTime: end }: { BeginTime: number; EndTime?: number },
  clock: ReadableClock,
  maxAgeSeconds: number,
): (milliseconds: number) => boolean {
  const now = toSeconds(clock.now());
  const last = end ?? now;
  if (begin < now - maxAgeSeconds - GRACE_SECONDS) {
    throw new ApiError(
      'InvalidParameterValue.BeginTimeVerifyFail',
      `\`BeginTime\` must be within the last ${maxAgeSeconds / 3600} hours.`,
    );
  }
  if (last > now + GRACE_SECONDS) {
    throw new ApiError(
      'InvalidParameterValue.EndTimeVerifyFail',
      '`EndTime` must not be in the future.',
    );
  }
  if (begin > last) {
    throw new ApiError(
      'InvalidParameterValue.InvalidStartTime',
      '`BeginTime` must not be after `EndTime`.',
    );
  }
  return (milliseconds) => {
    const seconds = toSeconds(milliseconds);
    return seconds >= begin && seconds <= last;
  };
}

/**
 * Reads a window of `yyyymmddhh` hours in China time.
 *
 * @throws ApiError when either is no hour, or when it ends before it starts.
 */
export function readHours(request: { BeginTime: string; EndTime: string }): {
  first: number;
  last: number;
} {
  const first = parseChinaHour(request.BeginTime);
  if (first === undefined) {
    throw new ApiError(
      'InvalidParameterValue.BeginTimeVerifyFail',
      '`BeginTime` must be an hour written yyyymmddhh.',
    );
  }
  const last = parseChinaHour(request.EndTime);
  if (last === undefined || last < first) {
    throw new ApiError(
      'InvalidParameterValue.EndTimeVerifyFail',
      '`EndTime` must be an hour written yyyymmddhh, and not before `BeginTime`.',
    );
  }
  return { first, last };
}

/** @throws ApiError */
export function assertInternational(value: number): void {
  if (value !== 0 && value !== 1) {
    throw new ApiError(
      'InvalidParameterValue.InvalidInternational',
      '`International` must be 0 (mainland) or 1 (international).',
    );
  }
}
