import type { SmsCallOptions, SmsService } from 'nestjs-tencentcloud-sms';

/** The phone that fault specs send to. */
export const FAULT_PHONE = '+8613711112222';

/** What the caller learns of a call, whatever kind it was. */
export interface Learned {
  /** `done`, surely `not done`, or `unknown`. */
  fate: 'done' | 'not done' | 'unknown';
  code?: string | undefined;
  reason?: string | undefined;
}

/** A kind of call, made so that it can be compared with the others. */
export type MakeCall = (sms: SmsService, options?: SmsCallOptions) => Promise<Learned>;

/** One text to one phone. */
export const send: MakeCall = async (sms, options) => {
  const outcome = await sms.trySend(
    { templateId: '449739', params: ['042137', '5'] },
    { to: FAULT_PHONE, ...options },
  );
  switch (outcome.status) {
    case 'accepted':
      return { fate: 'done' };
    case 'rejected':
      return { fate: 'not done', code: outcome.code };
    case 'unknown':
      return { fate: 'unknown', code: outcome.code, reason: outcome.reason };
  }
};

/** Only looks. */
export const read: MakeCall = async (sms, options) =>
  learn(
    sms.pullSmsSendStatusByPhoneNumber(
      { BeginTime: 1, Offset: 0, Limit: 10, PhoneNumber: FAULT_PHONE },
      options,
    ),
  );

/** Changes something. */
export const change: MakeCall = async (sms, options) =>
  learn(
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
export const pull: MakeCall = async (sms, options) =>
  learn(sms.pullSmsSendStatus({ Limit: 10 }, options));

/** The kinds that must never be executed twice, by name. */
export const NEVER_TWICE = { send, change, pull };

async function learn(call: Promise<unknown>): Promise<Learned> {
  try {
    await call;
    return { fate: 'done' };
  } catch (error) {
    const { code, maybeSent = false } = error as { code?: string; maybeSent?: boolean };
    return { fate: maybeSent ? 'unknown' : 'not done', code };
  }
}
