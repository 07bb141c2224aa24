import { findSignalIssues, findTimeoutIssues } from '../client/check-call-options.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { isRawTemplate, templateFor } from '../templates/render-params.js';
import { NEW_TEMPLATE_ID, checkTemplateId } from '../templates/template-content.js';
import type { SmsAnyTemplate, SmsRawTemplate } from '../templates/sms-template.js';
import type { SmsSendSettings } from './prepare-text.js';
import { copyParams, hasMember, readObject, readOnce } from './read-object.js';
import type { SmsSendLimits } from './send-limits.js';

/** An input as it was when it was given; nothing in it is checked but that it can be read. */
export interface SendInput {
  readonly to: unknown;
  readonly params: unknown;
  readonly settings: SmsSendSettings;
  readonly limits: SmsSendLimits;
  readonly concurrency: number | undefined;
  readonly readAhead: number | undefined;
  readonly issues: readonly SmsFieldIssue[];
}

// Records, so that the compiler finds a member that is missing here.
const SETTINGS: Record<keyof SmsSendSettings, true> = {
  signName: true,
  sessionContext: true,
  extendCode: true,
  senderId: true,
  sdkAppId: true,
  ref: true,
  track: true,
};
const LIMITS: Record<keyof SmsSendLimits, true> = {
  signal: true,
  timeoutMs: true,
  notAfter: true,
};
const settings = Object.keys(SETTINGS);
const limits = Object.keys(LIMITS);

/** The members of a row of `sendEach`. */
export const ROW_MEMBERS: ReadonlySet<string> = new Set(['to', 'params', ...settings]);
/** The members of what `send` and `trySend` take. */
export const SEND_MEMBERS: ReadonlySet<string> = new Set([...ROW_MEMBERS, ...limits]);
/** The members of what `sendMany` takes. */
export const MANY_MEMBERS: ReadonlySet<string> = new Set([...SEND_MEMBERS, 'concurrency']);
/** The members of the options of `sendEach`. */
export const EACH_MEMBERS: ReadonlySet<string> = new Set([
  ...settings,
  ...limits,
  'concurrency',
  'readAhead',
]);

/** Copies an input, each member read once. Never throws: what can't be read is an issue. */
export function readInput(given: unknown, known: ReadonlySet<string>, what: string): SendInput {
  const { members, issues } = readObject(given, known, what);
  const { to, params, concurrency, readAhead, ...rest } = members;
  return {
    to,
    params,
    settings: pick(rest, settings),
    limits: pick(rest, limits),
    concurrency: concurrency as number | undefined,
    readAhead: readAhead as number | undefined,
    issues: [
      ...issues,
      ...findSignalIssues(rest['signal']),
      ...findTimeoutIssues(rest['timeoutMs']),
      ...checkConcurrency(concurrency),
      ...checkReadAhead(readAhead),
    ],
  };
}

/**
 * Copies a template of which only the id is known, since it may change while its rows are sent; one
 * made by `smsTemplate` is frozen.
 *
 * @throws SmsValidationError when it can't be read.
 */
export function readTemplate(given: SmsAnyTemplate): SmsAnyTemplate {
  if (!hasMember(given, 'templateId')) {
    const isMade = hasMember(given, 'placeholders') || hasMember(given, 'international');
    assertNone(isMade ? findUnsubmitted(given) : [NO_TEMPLATE]);
    return given;
  }
  const issues: SmsFieldIssue[] = [];
  const templateId = readOnce(given, 'templateId', '', issues) as string;
  const params = copyParams(readOnce(given, 'params', '', issues), issues);
  assertNone(issues.length > 0 ? issues : checkTemplateId('templateId', templateId));
  return { templateId, params: params as SmsRawTemplate['params'] };
}

const NO_TEMPLATE: SmsFieldIssue = {
  field: 'template',
  message: 'template must be made by smsTemplate, or be { templateId, params }.',
};

/** Tencent has no template with such an id: it would refuse the text, and not say why. */
function findUnsubmitted(template: SmsAnyTemplate): SmsFieldIssue[] {
  const isNew = (['mainland', 'international'] as const).some((market) => {
    const own = templateFor(template, market);
    return !isRawTemplate(own) && own.id === NEW_TEMPLATE_ID;
  });
  return isNew ? [UNSUBMITTED] : [];
}

const UNSUBMITTED: SmsFieldIssue = {
  field: 'template',
  message:
    "template has the id 'new': submit it with `npx nestjs-tencentcloud-sms templates push`, and write the id that it prints in its place.",
};

/** The id of a template, where it is one. */
export function idOf(template: SmsAnyTemplate): string | undefined {
  const [id, other] = (['mainland', 'international'] as const).map((market) => {
    const own = templateFor(template, market);
    return isRawTemplate(own) ? own.templateId : own.id;
  });
  // Of two markets with templates of their own, either may have been meant.
  if (id !== other) {
    return undefined;
  }
  return checkTemplateId('templateId', id).length === 0 ? id : undefined;
}

/** @throws SmsValidationError when there are issues. */
export function assertNone(issues: readonly SmsFieldIssue[]): void {
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
}

function checkConcurrency(concurrency: unknown): SmsFieldIssue[] {
  return concurrency === undefined || (Number.isSafeInteger(concurrency) && Number(concurrency) > 0)
    ? []
    : [{ field: 'concurrency', message: 'concurrency must be a whole number from 1.' }];
}

/** Rows that wait are held in memory. */
const MOST_READ_AHEAD = 10_000;

function checkReadAhead(readAhead: unknown): SmsFieldIssue[] {
  const isUsable =
    Number.isSafeInteger(readAhead) &&
    Number(readAhead) > 0 &&
    Number(readAhead) <= MOST_READ_AHEAD;
  const message = `readAhead must be a whole number from 1 to ${MOST_READ_AHEAD}.`;
  return readAhead === undefined || isUsable ? [] : [{ field: 'readAhead', message }];
}

function pick(members: Readonly<Record<string, unknown>>, names: readonly string[]): object {
  return Object.fromEntries(
    names.filter((name) => name in members).map((name) => [name, members[name]]),
  );
}
