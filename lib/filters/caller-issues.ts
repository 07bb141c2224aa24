import { SmsApiError } from '../errors/api.errors.js';
import { currentCode, describeSmsError } from '../errors/error-catalogue.js';
import { SmsError } from '../errors/sms.error.js';
import type { SmsFieldIssue, SmsIssueReason } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { redact } from '../privacy/redact.js';
import type { TextLanguage } from './choose-language.js';

/** What a failed check tells its caller, and what it tells the developer alone. */
export interface SortedIssues {
  /** Of values that the caller gave, in its language. */
  readonly callers: readonly SmsFieldIssue[];
  readonly developers: readonly SmsFieldIssue[];
  /** Whether each of the caller's is of a phone. */
  readonly isPhone: boolean;
}

/** The failed check that an error is, or that a send was rejected for. */
export function validationOf(error: SmsError): SmsValidationError | undefined {
  return [error, error.cause].find((each) => each instanceof SmsValidationError);
}

/** Sorts the issues of a failed check by who can correct them: a phone and a value are the caller's. */
export function sortIssues({ issues }: SmsValidationError, language: TextLanguage): SortedIssues {
  const callers: SmsFieldIssue[] = [];
  const developers: SmsFieldIssue[] = [];
  let isPhone = true;
  for (const issue of issues) {
    const subject = subjectOf(issue);
    if (subject === undefined) {
      developers.push(issue);
    } else {
      isPhone &&= subject === 'phone';
      callers.push({ field: issue.field, message: redact(sentenceOf(issue, subject, language)) });
    }
  }
  return { callers, developers, isPhone };
}

/**
 * The field that a refusal of Tencent's is about, where another phone or another value would have
 * been taken.
 */
export function refusedField(error: SmsError): 'to' | 'params' | undefined {
  const refusal = [error, error.cause].find((each) => each instanceof SmsApiError);
  if (refusal === undefined) {
    return undefined;
  }
  const { family, owner } = describeSmsError(refusal.code);
  if (OF_MARKET.has(currentCode(refusal.code)) || (family === 'recipient' && owner === 'caller')) {
    return 'to';
  }
  const isSend = refusal.action === 'SendSms' || refusal.action === 'SendMultiGlobalSms';
  return isSend && family === 'content' && owner === 'caller' ? 'params' : undefined;
}

/** The template is the developer's, the market is the phone's. */
const OF_MARKET: ReadonlySet<string> = new Set([
  'UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone',
  'UnsupportedOperation.GlobalTemplateToChineseMainlandPhone',
]);

const AT_NIGHT = 'marketing-at-night';

/**
 * A marketing text at night as the error that Tencent's own refusal of it would be, so that a caller
 * meets one answer for both; any other error is itself.
 */
export function asRefusedAtNight(error: SmsError): SmsError {
  const issues = validationOf(error)?.issues ?? [];
  return issues.length > 0 && issues.every(({ reason }) => reason === AT_NIGHT)
    ? new SmsError(error.message, { code: 'FailedOperation.MarketingSendTimeConstraint' })
    : error;
}

type Subject = 'phone' | 'value';

// Wire names are those of the raw calls. What is wrong with `params` as a whole, the caller can't
// correct, unless the reason is a value in it.
const PHONE_FIELD = /^to(?:\[\d+\])?$|(?:^|\.)PhoneNumber(?:Set)?$/;
const VALUE_FIELD = /^params[.[]|(?:^|\.)TemplateParamSet$/;

function subjectOf({ field, reason }: SmsFieldIssue): Subject | undefined {
  if (PHONE_FIELD.test(field) || reason?.startsWith('phone-') === true) {
    return 'phone';
  }
  return VALUE_FIELD.test(field) || reason === 'text-too-long' ? 'value' : undefined;
}

/** Without the number itself, masked or not. */
const SENTENCES: Readonly<
  Record<Exclude<SmsIssueReason, typeof AT_NIGHT>, Readonly<Record<TextLanguage, string>>>
> = {
  'phone-missing': { en: 'must be a phone number.', zh: '须为手机号。' },
  'phone-without-country-code': {
    en: 'has no country code: only mobile numbers of mainland China may go without it.',
    zh: '缺少国家或地区码：仅中国内地手机号可省略。',
  },
  'phone-impossible': { en: 'is not a possible phone number.', zh: '不是有效的手机号。' },
  'value-missing': { en: 'is missing.', zh: '缺少内容。' },
  'value-no-text': {
    en: 'must be a text, or a number that is written without an exponent.',
    zh: '须为文本，或不含指数的数字。',
  },
  'value-no-code': { en: 'must be 1 to 6 digits.', zh: '须为 1 至 6 位数字。' },
  'value-too-long': { en: 'is longer than a whole text may be.', zh: '超过整条短信的长度上限。' },
  'value-has-url': { en: 'must not contain a URL or a domain.', zh: '不得包含网址或域名。' },
  'text-too-long': { en: 'make the text too long; shorten them.', zh: '使短信过长，请缩短。' },
};

const UNEXPLAINED: Readonly<Record<Subject, string>> = {
  phone: SENTENCES['phone-impossible'].zh,
  value: '不合要求，请更正。',
};

function sentenceOf(
  { field, message, reason }: SmsFieldIssue,
  subject: Subject,
  language: TextLanguage,
): string {
  if (reason === undefined || reason === AT_NIGHT) {
    // An app may check values of its own, in English.
    return language === 'en' ? message : `${field} ${UNEXPLAINED[subject]}`;
  }
  return `${field} ${SENTENCES[reason][language]}`;
}
