import { ITEM_OK } from '../../api/envelope.js';
import type { ApiErrorBody } from '../../api/envelope.js';
import type { MultiSmsInfo, SendStatus } from '../../api/sending.js';
import { sendRefusal } from '../errors/tencent-words.js';
import { isMainland } from '../../recipients/phone-number.js';
import type { PhoneNumber } from '../../recipients/phone-number.js';
import { countSegments } from '../../templates/count-segments.js';
import { ApiError } from '../protocol/api.error.js';
import type { HandlerContext, Handlers } from './handler.js';
import {
  assertExtendCode,
  assertRecipientCount,
  assertSessionContext,
  findHoursError,
  findMarketError,
  findParamError,
  findPhoneError,
  findSignError,
  findTextError,
  findUrlError,
  renderText,
} from './rules.js';
import type { Market } from './rules.js';
import { headOf } from '../memory/keep.js';
import type { Account } from '../records/account.js';
import type { SendRecord } from '../records/message-log.js';
import { isVerdictOnText } from './verdicts.js';
import { createSerialNo, serialNoOfRefused } from './serial-no.js';
import type { SmsApp } from '../records/sms-app.js';
import { findCode, isVerification } from '../records/templates.js';
import type { Template } from '../records/templates.js';

/** Handlers of the two actions that send. */
export const sendingHandlers: Handlers<'SendSms' | 'SendMultiGlobalSms'> = {
  SendSms(request, context) {
    const { account } = context;
    const { SignName: signName = '', SessionContext: sessionContext = '' } = request;
    const params = request.TemplateParamSet ?? [];
    if (request.PhoneNumberSet.length === 0) {
      throw new ApiError('MissingParameter.EmptyPhoneNumberSet', 'The list of numbers is empty.');
    }
    assertRecipientCount(request.PhoneNumberSet.length);
    assertSessionContext(sessionContext);
    assertExtendCode(request.ExtendCode ?? '');
    const app = account.appOf(request.SmsSdkAppId);
    const recipients = readRecipients(request.PhoneNumberSet, context);
    const template = account.templates.findUsable(request.TemplateId);
    const { isRefusedAtTop } = account.rules;
    if (isRefusedAtTop && template === undefined) {
      throw new ApiError(
        'FailedOperation.TemplateUnapprovedOrNotExist',
        'The template is not approved or does not exist.',
      );
    }
    const market = marketOf(recipients);
    if (market === undefined) {
      return {
        SendStatusSet: recipients.map(({ text }) =>
          refuseNumber('SendSms', app, text, sessionContext, context),
        ),
      };
    }
    if (template !== undefined) {
      throwError(findMarketError(template, market));
      throwError(findHoursError(template, market, account.clock.now()));
    }
    const signError = findSignError(account, signName, market);
    const text = template === undefined ? '' : renderText(template, params, signName, market);
    if (isRefusedAtTop) {
      throwError(signError);
      throwError(findBalanceError(account, app, countAll(text, market, recipients)));
    }
    const draft: Draft = {
      action: 'SendSms',
      app,
      templateId: template?.id ?? headOf(request.TemplateId, MAX_TEMPLATE_ID),
      params,
      signName,
      sessionContext,
      market,
      text,
      // One verdict on the text, which stands on each number.
      error:
        template === undefined
          ? UNAPPROVED
          : (findUrlError(params) ??
            signError ??
            findTextError(text, market) ??
            findParamError(template, params, account.rules)),
      ...purposeOf(template, params),
    };
    return {
      SendStatusSet: recipients.map((recipient) =>
        recipient.phone === undefined
          ? refuseNumber('SendSms', app, recipient.text, sessionContext, context)
          : send(draft, recipient.phone, recipient.text, context),
      ),
    };
  },

  SendMultiGlobalSms(request, context) {
    const { account } = context;
    const items = request.MultiSmsInfoSet;
    if (items.length === 0) {
      throw new ApiError('InvalidParameterValue.MultiSmsInfoSetEmpty', 'MultiSmsInfoSet is empty.');
    }
    assertRecipientCount(items.length);
    for (const item of items) {
      assertSessionContext(item.SessionContext ?? '');
    }
    const app = account.appOf(request.SmsSdkAppId);
    const phones = items.map((item) => account.parsePhoneNumber(item.PhoneNumber));
    if (phones.some((phone) => phone !== undefined && isMainland(phone.e164))) {
      throw new ApiError(
        'UnsupportedOperation.ContainDomesticPhoneNumber',
        'This action sends to numbers outside the Chinese mainland only.',
      );
    }
    return {
      SendMultiStatusSet: items.map((item, index) => {
        const phone = phones[index];
        return phone === undefined
          ? refuseNumber(
              'SendMultiGlobalSms',
              app,
              item.PhoneNumber,
              item.SessionContext ?? '',
              context,
            )
          : sendOne(item, phone, app, context);
      }),
    };
  },
};

/** A text ready to go to any number of phones. */
interface Draft {
  readonly action: 'SendSms' | 'SendMultiGlobalSms';
  readonly app: SmsApp;
  readonly templateId: string;
  readonly params: readonly string[];
  readonly signName: string;
  readonly sessionContext: string;
  readonly market: Market;
  readonly text: string;
  /** What keeps it from going to any phone. */
  readonly error: ApiErrorBody | undefined;
  readonly isVerification: boolean;
  readonly verificationCode: string | undefined;
}

interface Recipient {
  /** As given. */
  readonly text: string;
  readonly phone: PhoneNumber | undefined;
}

/** One recipient for each distinct number: a number given twice gets one text and one item. */
function readRecipients(numbers: readonly string[], { account }: HandlerContext): Recipient[] {
  const recipients = new Map<string, Recipient>();
  for (const text of numbers) {
    const phone = account.parsePhoneNumber(text);
    const key = phone?.e164 ?? text;
    if (!recipients.has(key)) {
      recipients.set(key, { text, phone });
    }
  }
  return [...recipients.values()];
}

/** The one market of a call; `undefined` when no number can be read. */
function marketOf(recipients: readonly Recipient[]): Market | undefined {
  let market: Market | undefined;
  for (const { phone } of recipients) {
    if (phone !== undefined) {
      const own: Market = isMainland(phone.e164) ? 'mainland' : 'international';
      if (market !== undefined && own !== market) {
        throw new ApiError(
          'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber',
          'Chinese-mainland numbers and others cannot share a call.',
        );
      }
      market = own;
    }
  }
  return market;
}

/** The segments of a text to all of its recipients. */
function countAll(text: string, market: Market, recipients: readonly Recipient[]): number {
  return recipients.reduce(
    (sum, { phone }) =>
      sum + (phone === undefined ? 0 : countSegments(text, market, phone.isoCode).segments),
    0,
  );
}

function throwError(error: ApiErrorBody | undefined): void {
  if (error !== undefined) {
    throw new ApiError(error.Code, error.Message);
  }
}

/** An element of the global action has a template of its own, so its faults are its own too. */
function sendOne(
  item: MultiSmsInfo,
  phone: PhoneNumber,
  app: SmsApp,
  context: HandlerContext,
): SendStatus {
  const params = item.TemplateParamSet ?? [];
  const template = context.account.templates.findUsable(item.TemplateId);
  const text = template === undefined ? '' : renderText(template, params, '', 'international');
  const error =
    template === undefined
      ? UNAPPROVED
      : (findMarketError(template, 'international') ??
        findUrlError(params) ??
        findParamError(template, params, context.account.rules) ??
        findTextError(text, 'international'));
  const draft: Draft = {
    action: 'SendMultiGlobalSms',
    app,
    templateId: template?.id ?? headOf(item.TemplateId, MAX_TEMPLATE_ID),
    params,
    signName: '',
    sessionContext: item.SessionContext ?? '',
    market: 'international',
    text,
    error,
    ...purposeOf(template, params),
  };
  return send(draft, phone, item.PhoneNumber, context);
}

function purposeOf(
  template: Template | undefined,
  params: readonly string[],
): Pick<Draft, 'isVerification' | 'verificationCode'> {
  const verificationCode = template === undefined ? undefined : findCode(template, params);
  return {
    // The kind of a learned template is unknown, but a code in the text shows it.
    isVerification:
      template !== undefined && (isVerification(template) || verificationCode !== undefined),
    verificationCode,
  };
}

/** Of an unknown one: the requested id may be of any size. */
const MAX_TEMPLATE_ID = 64;

const UNAPPROVED = sendRefusal('FailedOperation.TemplateIncorrectOrUnapproved');

function send(
  draft: Draft,
  phone: PhoneNumber,
  /** As given. */
  number: string,
  { account, requestId, requestLogId, faults, records }: HandlerContext,
): SendStatus {
  const { app, sessionContext } = draft;
  const { segments } = countSegments(draft.text, draft.market, phone.isoCode);
  const now = account.clock.now();
  const error =
    faults.errorOf(number) ??
    draft.error ??
    findBalanceError(account, app, segments) ??
    findPhoneError(account, app, phone) ??
    app.volume.findError(phone, now) ??
    app.frequency.findError(phone.e164, draft.text, now);
  const accepted = error === undefined;
  const record: SendRecord = {
    id: account.nextMessageId(),
    sdkAppId: app.id,
    serialNo: accepted ? createSerialNo(draft.market, now) : '',
    phone,
    templateId: draft.templateId,
    signName: headOf(draft.signName, MAX_SIGN_NAME),
    ...shownOf(draft),
    fee: accepted ? segments : 0,
    segments,
    sentAt: now,
    sessionContext,
    requestId,
    requestLogId,
    action: draft.action,
    isVerification: draft.isVerification,
    verificationCode: draft.verificationCode,
    code: error?.Code ?? ITEM_OK,
    report: undefined,
    events: [],
  };
  records.push(record);
  if (accepted) {
    account.accept(record, app, faults.reportOf(number));
  } else {
    account.reject(record, app);
  }
  return {
    // No text has this one, so the records do not know it.
    SerialNo: accepted ? record.serialNo : serialNoOfRefused(draft.action),
    PhoneNumber: phone.e164,
    Fee: record.fee,
    SessionContext: sessionContext,
    Code: record.code,
    Message: error?.Message ?? 'send success',
    IsoCode: isoCodeOf(draft, phone, error),
  };
}

/**
 * Empty where `SendSms` refused the text before it looked at the number. As in published answers, and in
 * Tencent's example of the global action, which names the country of what was refused.
 */
function isoCodeOf(
  { action }: Draft,
  { isoCode = 'DEF' }: PhoneNumber,
  error: ApiErrorBody | undefined,
): string {
  return action === 'SendSms' && error !== undefined && isVerdictOnText(error.Code) ? '' : isoCode;
}

const MAX_SHOWN_PARAMS = 100;
/** Of one that was refused: the others are far shorter. */
const MAX_SIGN_NAME = 64;

/** What was refused may be of any size, and is kept as long as what was sent. */
function shownOf({ params, text, market }: Draft): Pick<SendRecord, 'params' | 'text'> {
  const isSmall =
    params.length <= MAX_SHOWN_PARAMS &&
    params.every((value) => findTextError(value, market) === undefined);
  return {
    params: isSmall ? params : [],
    text: findTextError(text, market) === undefined ? text : '',
  };
}

/** Whether the package covers so many segments; `undefined` when it does. */
function findBalanceError(
  { rules }: Account,
  { balance }: SmsApp,
  segments: number,
): ApiErrorBody | undefined {
  return rules.enforceBalance && balance < segments
    ? sendRefusal('FailedOperation.InsufficientBalanceInSmsPackage')
    : undefined;
}

/** A number that can't be read is counted, but there is no phone to find it by later. */
function refuseNumber(
  action: Draft['action'],
  app: SmsApp,
  text: string,
  sessionContext: string,
  { account, faults }: HandlerContext,
): SendStatus {
  app.countSend(account.clock.now(), 0);
  const { Code, Message } = faults.errorOf(text) ?? UNREADABLE;
  return {
    SerialNo: serialNoOfRefused(action),
    PhoneNumber: text,
    Fee: 0,
    SessionContext: sessionContext,
    Code,
    Message,
    IsoCode: '',
  };
}

const UNREADABLE = sendRefusal('InvalidParameterValue.IncorrectPhoneNumber');
