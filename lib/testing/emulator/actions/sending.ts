import { ITEM_OK } from '../../../api/envelope.js';
import type { ApiFault } from '../../../api/envelope.js';
import type { MultiSmsInfo, SendStatus } from '../../../api/sending.js';
import { isMainland } from '../../../recipients/phone-number.js';
import type { PhoneNumber } from '../../../recipients/phone-number.js';
import { countSegments } from '../../../templates/count-segments.js';
import { ApiRefusal } from '../api-refusal.js';
import { deliver } from '../delivery.js';
import type { HandlerContext, Handlers } from '../handler.js';
import {
  assertRecipientCount,
  assertSessionContext,
  assertSign,
  findMarketFault,
  findParamFault,
  findTextFault,
  renderText,
} from '../rules.js';
import type { Market } from '../rules.js';
import type { SendRecord } from '../message-log.js';
import { createSerialNo } from '../serial-no.js';
import type { SmsApp } from '../sms-app.js';

/** Handlers of the two actions that send. */
export const sendingHandlers: Handlers<'SendSms' | 'SendMultiGlobalSms'> = {
  SendSms(request, context) {
    const { account } = context;
    const { SignName: signName = '', SessionContext: sessionContext = '' } = request;
    const params = request.TemplateParamSet ?? [];
    if (request.PhoneNumberSet.length === 0) {
      throw new ApiRefusal('MissingParameter.EmptyPhoneNumberSet', 'The list of numbers is empty.');
    }
    assertRecipientCount(request.PhoneNumberSet.length);
    assertSessionContext(sessionContext);
    const app = account.appOf(request.SmsSdkAppId);
    const recipients = readRecipients(request.PhoneNumberSet, context);
    const template = account.templates.findUsable(request.TemplateId);
    if (template === undefined) {
      throw new ApiRefusal(
        'FailedOperation.TemplateUnapprovedOrNotExist',
        'The template is not approved or does not exist.',
      );
    }
    const market = marketOf(recipients);
    if (market === undefined) {
      return {
        SendStatusSet: recipients.map(({ text }) =>
          refuseNumber(app, text, sessionContext, context),
        ),
      };
    }
    throwFault(findMarketFault(template, market));
    assertSign(account, signName, market);
    const text = renderText(template, params, signName, market);
    throwFault(findTextFault(text));
    const fault = findParamFault(template, params);
    const draft: Draft = {
      action: 'SendSms',
      app,
      templateId: template.id,
      params,
      signName,
      sessionContext,
      market,
      text,
      fault,
      fee: fault === undefined ? countSegments(text, market).segments : 0,
    };
    return {
      SendStatusSet: recipients.map((recipient) =>
        recipient.phone === undefined
          ? refuseNumber(app, recipient.text, sessionContext, context)
          : send(draft, recipient.phone, context),
      ),
    };
  },

  SendMultiGlobalSms(request, context) {
    const { account } = context;
    const items = request.MultiSmsInfoSet;
    if (items.length === 0) {
      throw new ApiRefusal(
        'InvalidParameterValue.MultiSmsInfoSetEmpty',
        'MultiSmsInfoSet is empty.',
      );
    }
    assertRecipientCount(items.length);
    for (const item of items) {
      assertSessionContext(item.SessionContext ?? '');
    }
    const app = account.appOf(request.SmsSdkAppId);
    const phones = items.map((item) => account.parsePhoneNumber(item.PhoneNumber));
    if (phones.some((phone) => phone !== undefined && isMainland(phone.e164))) {
      throw new ApiRefusal(
        'UnsupportedOperation.ContainDomesticPhoneNumber',
        'This action sends to numbers outside the Chinese mainland only.',
      );
    }
    return {
      SendMultiStatusSet: items.map((item, index) => {
        const phone = phones[index];
        return phone === undefined
          ? refuseNumber(app, item.PhoneNumber, item.SessionContext ?? '', context)
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
  /** What keeps it from going to anybody. */
  readonly fault: ApiFault | undefined;
  readonly fee: number;
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
        throw new ApiRefusal(
          'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber',
          'Chinese-mainland numbers and others cannot share a call.',
        );
      }
      market = own;
    }
  }
  return market;
}

function throwFault(fault: ApiFault | undefined): void {
  if (fault !== undefined) {
    throw new ApiRefusal(fault.Code, fault.Message);
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
  const fault =
    template === undefined
      ? UNAPPROVED
      : (findMarketFault(template, 'international') ??
        findParamFault(template, params) ??
        findTextFault(text));
  const draft: Draft = {
    action: 'SendMultiGlobalSms',
    app,
    templateId: template?.id ?? '',
    params,
    signName: '',
    sessionContext: item.SessionContext ?? '',
    market: 'international',
    text,
    fault,
    fee: fault === undefined ? countSegments(text, 'international').segments : 0,
  };
  return send(draft, phone, context);
}

const UNAPPROVED: ApiFault = {
  Code: 'FailedOperation.TemplateIncorrectOrUnapproved',
  Message:
    'template is not approved or request content does not match the approved template content',
};

function send(
  draft: Draft,
  phone: PhoneNumber,
  { account, requestId }: HandlerContext,
): SendStatus {
  const { app, fault, fee, sessionContext } = draft;
  const now = account.clock.now();
  const serialNo = fault === undefined ? createSerialNo(draft.market, now) : '';
  const record: SendRecord = {
    message: {
      id: account.nextMessageId(),
      sdkAppId: app.id,
      serialNo,
      to: phone.e164,
      templateId: draft.templateId,
      signName: draft.signName,
      // What was refused may be of any size, and is looked up by number only.
      params: fault === undefined ? [...draft.params] : [],
      text: findTextFault(draft.text) === undefined ? draft.text : '',
      fee,
      sentAt: new Date(now).toISOString(),
      sessionContext,
      requestId,
      action: draft.action,
    },
    phone,
    sentAt: now,
    code: fault?.Code ?? ITEM_OK,
    report: undefined,
  };
  account.log.add(record);
  app.countSend(now, fee);
  if (fault === undefined) {
    deliver(record, app);
  }
  return {
    SerialNo: serialNo,
    PhoneNumber: phone.e164,
    Fee: fee,
    SessionContext: sessionContext,
    Code: record.code,
    Message: fault?.Message ?? 'send success',
    IsoCode: phone.isoCode ?? 'DEF',
  };
}

/** A number that can't be read is counted, but there is no phone to find it by later. */
function refuseNumber(
  app: SmsApp,
  text: string,
  sessionContext: string,
  { account }: HandlerContext,
): SendStatus {
  app.countSend(account.clock.now(), 0);
  return {
    SerialNo: '',
    PhoneNumber: text,
    Fee: 0,
    SessionContext: sessionContext,
    Code: 'InvalidParameterValue.IncorrectPhoneNumber',
    Message: 'the number has a wrong format',
    IsoCode: '',
  };
}
