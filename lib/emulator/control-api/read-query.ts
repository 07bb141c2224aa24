import type { SmsMessageFilter } from '../engine/inbox.js';
import { invalidQuery } from './route.js';

const MAX_WAIT_MS = 60_000;
const STATUSES = ['accepted', 'rejected', 'all'] as const;

/** @throws ControlApiError naming the parameter. */
export function readFilter(query: URLSearchParams): SmsMessageFilter {
  const status = query.get('status') ?? 'accepted';
  const known = STATUSES.find((one) => one === status);
  if (known === undefined) {
    throw invalidQuery('status', STATUSES.join(', '));
  }
  const since = query.get('since') ?? undefined;
  if (since !== undefined && !/^\d{1,12}$/.test(since) && Number.isNaN(Date.parse(since))) {
    throw invalidQuery('since', 'the id of a message or a time in ISO 8601');
  }
  return {
    app: readApp(query),
    to: readPhone(query),
    template: query.get('template') ?? undefined,
    status: known,
    since,
  };
}

/** @throws ControlApiError */
export function readApp(query: URLSearchParams): string | undefined {
  const app = query.get('app') ?? undefined;
  if (app !== undefined && !/^\d{1,20}$/.test(app)) {
    throw invalidQuery('app', 'a SdkAppId, digits only');
  }
  return app;
}

/** A phone; clients often forget that a plus in a query is a blank. */
export function readPhone(query: URLSearchParams): string | undefined {
  return query.get('to')?.replace(/^ /, '+');
}

/**
 * How long a request may wait, in milliseconds: `5s`, `500ms`, or seconds without a unit.
 *
 * @throws ControlApiError
 */
export function readWait(query: URLSearchParams): number {
  const [, amount, unit] = /^(\d{1,6})(ms|s)?$/.exec(query.get('wait') ?? '0') ?? [];
  const milliseconds = Number(amount) * (unit === 'ms' ? 1 : 1000);
  if (amount === undefined || milliseconds > MAX_WAIT_MS) {
    throw invalidQuery('wait', 'a time such as 5s or 500ms, one minute at most');
  }
  return milliseconds;
}
