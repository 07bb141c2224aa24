/**
 * How far the review of a template or a signature came; only `approved` may be used.
 *
 * - `approved`: approved and in effect
 * - `waiting`: under review
 * - `pending`: approved, and not in effect yet
 * - `rejected`: rejected, or its review failed
 */
export type SmsReviewState = 'approved' | 'waiting' | 'pending' | 'rejected';

/** Tencent's `StatusCode` by name. One that is not documented is none to send with. */
export function toReviewState(statusCode: number): SmsReviewState {
  switch (statusCode) {
    case 0:
      return 'approved';
    case 1:
      return 'waiting';
    case 2:
      return 'pending';
    default:
      return 'rejected';
  }
}
