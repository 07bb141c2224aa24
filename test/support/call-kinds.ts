import { SmsError } from 'nestjs-tencentcloud-sms';
import type { SmsCallOptions, SmsService } from 'nestjs-tencentcloud-sms';

/** The phone that fault specs send to. */
export const FAULT_PHONE = '+8613711112222';

/** What the caller learns of a call, whatever kind it was. */
export interface Observed {
  /** `done`, surely `not done`, or `unknown`. */
  result: 'done' | 'not done' | 'unknown';
  code?: string | undefined;
  reason?: string | undefined;
}

/** A kind of call, made so that it can be compared with the others. */
export type CallKind = (sms: SmsService, options?: SmsCallOptions) => Promise<Observed>;

/** One text to one phone. */
export const send: CallKind = async (sms, options) => {
  const outcome = await sms.trySend(
    { templateId: '449739', params: ['042137', '5'] },
    { to: FAULT_PHONE, ...options },
  );
  switch (outcome.status) {
    case 'accepted':
      return { result: 'done' };
    case 'rejected':
      return { result: 'not done', code: outcome.code };
    case 'unknown':
      return { result: 'unknown', code: outcome.code, reason: outcome.reason };
  }
};

/** Only looks. */
export const read: CallKind = async (sms, options) =>
  observe(
    sms.pullSmsSendStatusByPhoneNumber(
      { BeginTime: 1, Offset: 0, Limit: 10, PhoneNumber: FAULT_PHONE },
      options,
    ),
  );

/** Changes something. */
export const change: CallKind = async (sms, options) =>
  observe(
    sms.addSmsTemplate(
      {
        TemplateName: 'code',
        TemplateContent: '{1}',
        SmsType: 3,
        International: 0,
        Remark: 'test',
      },
      options,
    ),
  );

/** Takes what it looks at: it is handed out once. */
export const pull: CallKind = async (sms, options) =>
  observe(sms.pullSmsSendStatus({ Limit: 10 }, options));

/** The kinds that must never be executed twice, by name. */
export const NEVER_TWICE = { send, change, pull };

async function observe(call: Promise<unknown>): Promise<Observed> {
  try {
    await call;
    return { result: 'done' };
  } catch (error) {
    if (!(error instanceof SmsError)) {
      throw error;
    }
    return { result: error.maybeSent ? 'unknown' : 'not done', code: error.code };
  }
}
