// What a send must keep to, whichever action makes it.
import type { ApiErrorBody } from '../../api/envelope.js';
import {
  MAX_RECIPIENTS_PER_CALL,
  MAX_SESSION_CONTEXT_BYTES,
  MAX_TEXT_CHARACTERS,
} from '../../api/limits.js';
import { sendRefusal } from '../errors/tencent-words.js';
import type { PhoneNumber } from '../../recipients/phone-number.js';
import { containsUrl } from '../../templates/contains-url.js';
import type { Account, AccountRules } from '../records/account.js';
import { ApiError } from '../protocol/api.error.js';
import { isMarketingHour } from '../../time/marketing-hours.js';
import type { SmsApp } from '../records/sms-app.js';
import {
  countVariables,
  isMarketing,
  isVerification,
  renderTemplate,
} from '../records/templates.js';
import type { Template } from '../records/templates.js';

/** Where a text goes: the rules, the brackets and the prices differ. */
export type Market = 'mainland' | 'international';

/** @throws ApiError */
export function assertRecipientCount(count: number): void {
  if (count > MAX_RECIPIENTS_PER_CALL) {
    throw new ApiError(
      'LimitExceeded.PhoneNumberCountLimit',
      `A call takes at most ${MAX_RECIPIENTS_PER_CALL} numbers.`,
    );
  }
}

/** @throws ApiError */
export function assertSessionContext(text: string): void {
  if (Buffer.byteLength(text) > MAX_SESSION_CONTEXT_BYTES) {
    throw new ApiError('InvalidParameterValue', {
      en: `The value of \`SessionContext\` must be at most ${MAX_SESSION_CONTEXT_BYTES} bytes long.`,
      zh: `参数 \`SessionContext\` 取值错误：最多 ${MAX_SESSION_CONTEXT_BYTES} 字节。`,
    });
  }
}

/**
 * The extension of the sender's number.
 *
 * @throws ApiError
 */
export function assertExtendCode(text: string): void {
  if (!/^\d*$/.test(text)) {
    throw new ApiError('InvalidParameterValue', {
      en: 'The value of `ExtendCode` must be digits.',
      zh: '参数 `ExtendCode` 取值错误：只能是数字。',
    });
  }
}

/** What is wrong with a signature; `undefined` when texts may carry it. */
export function findSignError(
  account: Account,
  signName: string,
  market: Market,
): ApiErrorBody | undefined {
  const usable =
    signName === ''
      ? market === 'international'
      : account.signs.isUsable(signName, market === 'mainland' ? 0 : 1);
  return usable ? undefined : sendRefusal('FailedOperation.SignatureIncorrectOrUnapproved');
}

/** What is wrong with a template for a market; `undefined` when it fits. */
export function findMarketError(template: Template, market: Market): ApiErrorBody | undefined {
  if (template.market === 0 && market === 'international') {
    return {
      Code: 'UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone',
      Message: 'a Chinese-mainland template cannot be sent to a number outside the mainland',
    };
  }
  if (template.market === 1 && market === 'mainland') {
    return {
      Code: 'UnsupportedOperation.GlobalTemplateToChineseMainlandPhone',
      Message: 'an international template cannot be sent to a Chinese-mainland number',
    };
  }
  return undefined;
}

/** Marketing goes to the mainland by day only. */
export function findHoursError(
  template: Template,
  market: Market,
  now: number,
): ApiErrorBody | undefined {
  return market === 'mainland' && isMarketing(template) && !isMarketingHour(now)
    ? {
        Code: 'FailedOperation.MarketingSendTimeConstraint',
        Message: 'marketing texts are accepted from 08:00 to 22:00 China time only',
      }
    : undefined;
}

/** Why a number may not be texted at all; `undefined` when it may. */
export function findPhoneError(
  account: Account,
  app: SmsApp,
  { e164, countryCode, isoCode }: PhoneNumber,
): ApiErrorBody | undefined {
  const { blockedCountries } = account.rules;
  if (blockedCountries.includes(countryCode) || blockedCountries.includes(isoCode ?? '')) {
    return {
      Code: 'LimitExceeded.AppCountryOrRegionInBlacklist',
      Message: 'the country or region is not in the list that the application may send to',
    };
  }
  return app.optOuts.has(e164) ? sendRefusal('FailedOperation.PhoneNumberInBlacklist') : undefined;
}

/** No value may hold a URL, whatever the template. */
export function findUrlError(params: readonly string[]): ApiErrorBody | undefined {
  return params.some(
    (value) => value.length <= MAX_TEXT_CHARACTERS.international && containsUrl(value),
  )
    ? {
        Code: 'InvalidParameterValue.ProhibitedUseUrlInTemplateParameter',
        Message: 'a value of the template holds a URL',
      }
    : undefined;
}

/**
 * What is wrong with the values; `undefined` when they fit. Of a learned template nothing is known but
 * how long a value of the account may be.
 */
export function findParamError(
  template: Template,
  params: readonly string[],
  { limits }: AccountRules,
): ApiErrorBody | undefined {
  const longest = limits.charactersPerValue ?? Infinity;
  if (!isVerification(template) && params.some((value) => Array.from(value).length > longest)) {
    return sendRefusal('InvalidParameterValue.TemplateParameterLengthLimit');
  }
  if (template.content === undefined) {
    return undefined;
  }
  if (params.length !== countVariables(template.content)) {
    return sendRefusal('FailedOperation.TemplateParamSetNotMatchApprovedTemplate');
  }
  if (isVerification(template) && !params.every((value) => /^\d{0,6}$/.test(value))) {
    return sendRefusal('InvalidParameterValue.TemplateParameterFormatError');
  }
  return undefined;
}

/** What is wrong with the whole text; `undefined` when it may go out. */
export function findTextError(text: string, market: Market): ApiErrorBody | undefined {
  const most = MAX_TEXT_CHARACTERS[market];
  return text.length > most ? sendRefusal('InvalidParameterValue.ContentLengthLimit') : undefined;
}

/** What the phone will show. */
export function renderText(
  template: Template,
  params: readonly string[],
  signName: string,
  market: Market,
): string {
  const text = renderTemplate(template, params);
  if (signName === '') {
    return text;
  }
  return market === 'mainland' ? `【${signName}】${text}` : `[${signName}]${text}`;
}
