// Nothing here runs: the type check fails when a misuse compiles, or when a proper use does not.
import { ConfigModule } from '@nestjs/config';
import type {
  SmsAction,
  SmsModuleOptions,
  SmsRequest,
  SmsResponse,
  SmsRequestPhase,
  SmsService,
} from 'nestjs-tencentcloud-sms';
import type {
  AddSmsSignRequest,
  AddSmsTemplateRequest,
  DescribeSmsTemplateListRequest,
  DescribeTemplateListStatus,
  ModifySmsTemplateRequest,
  PullSmsSendStatusByPhoneNumberRequest,
  SendMultiGlobalSmsRequest,
  SendSmsRequest,
  SmsActionMap,
} from 'nestjs-tencentcloud-sms/api';
import {
  SMS_ACTIONS,
  SmsError,
  SmsModule,
  SmsTransportError,
  parsePhone,
} from 'nestjs-tencentcloud-sms';
import { smsConfig, smsEnvSchema } from 'nestjs-tencentcloud-sms/config';

type Equal<A, B> =
  // The one comparison that tells any apart needs two functions of the same form.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only for types that are the same to the letter; `any` is the same as nothing else. */
function same<A, B>(..._proof: Equal<A, B> extends true ? [] : ['these types differ']): void {}

const PHONES = ['+8613711112222'];
const SEND = {
  PhoneNumberSet: PHONES,
  SmsSdkAppId: '1400006666',
  TemplateId: '449739',
} satisfies SendSmsRequest;

export const requests: SendSmsRequest[] = [
  SEND,
  { ...SEND, SignName: '腾讯云', TemplateParamSet: ['042137', '5'], SessionContext: 'order-1' },
  { ...SEND, PhoneNumberSet: Object.freeze(['+8613711112222']), SignName: undefined },
  // @ts-expect-error TemplateId is missing
  { PhoneNumberSet: PHONES, SmsSdkAppId: '1400006666' },
  // @ts-expect-error PhoneNumberSet is missing
  { SmsSdkAppId: '1400006666', TemplateId: '449739' },
  // @ts-expect-error a template id is a text here
  { ...SEND, TemplateId: 449_739 },
  // @ts-expect-error values are texts
  { ...SEND, TemplateParamSet: [5] },
  // @ts-expect-error one value is a list all the same
  { ...SEND, TemplateParamSet: '5' },
  // @ts-expect-error one number is a list all the same
  { ...SEND, PhoneNumberSet: '+8613711112222' },
  // @ts-expect-error misspelt, as it was in the API of 2019
  { ...SEND, SmsSdkAppid: '1400006666' },
  // @ts-expect-error misspelt: camel case begins elsewhere
  { ...SEND, signName: '腾讯云' },
  // @ts-expect-error what must be there is no undefined
  { ...SEND, TemplateId: undefined },
  // @ts-expect-error null is no way to leave something out
  { ...SEND, SignName: null },
];

export const global: SendMultiGlobalSmsRequest = {
  SmsSdkAppId: '1400006666',
  MultiSmsInfoSet: [
    { PhoneNumber: '+12025550123', TemplateId: '449739', TemplateParamSet: ['5'] },
    // @ts-expect-error TemplateId is missing on one of them
    { PhoneNumber: '+12025550123' },
  ],
};

const TEMPLATE = {
  TemplateName: 'login',
  TemplateContent: '{1}为您的验证码',
  SmsType: 3,
  International: 0,
  Remark: 'codes for the login',
} satisfies AddSmsTemplateRequest;

export const templates: AddSmsTemplateRequest[] = [
  TEMPLATE,
  { ...TEMPLATE, SmsType: 1, International: 1 },
  // @ts-expect-error 0 was a kind before 2024
  { ...TEMPLATE, SmsType: 0 },
  // @ts-expect-error 3, both markets, is only ever answered
  { ...TEMPLATE, International: 3 },
  // @ts-expect-error a kind is a number
  { ...TEMPLATE, SmsType: '3' },
  // @ts-expect-error any number is too many
  { ...TEMPLATE, SmsType: PHONES.length },
];

export const changed: ModifySmsTemplateRequest[] = [
  { ...TEMPLATE, TemplateId: 449_739 },
  // @ts-expect-error a template id is a number here
  { ...TEMPLATE, TemplateId: '449739' },
];

const LOOKUP = {
  BeginTime: 1_767_225_600,
  Offset: 0,
  Limit: 100,
  PhoneNumber: '+8613711112222',
  SmsSdkAppId: '1400006666',
} satisfies PullSmsSendStatusByPhoneNumberRequest;

export const lookups: PullSmsSendStatusByPhoneNumberRequest[] = [
  LOOKUP,
  // @ts-expect-error the offset is fixed
  { ...LOOKUP, Offset: 100 },
  // @ts-expect-error seconds, and not a Date
  { ...LOOKUP, EndTime: new Date(0) },
];

same<AddSmsSignRequest['SignType'], 0 | 1 | 2 | 3 | 4 | 5 | 6>();
same<AddSmsSignRequest['DocumentType'], 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8>();
same<AddSmsTemplateRequest['SmsType'], 1 | 2 | 3>();
same<DescribeSmsTemplateListRequest['International'], 0 | 1>();
same<DescribeSmsTemplateListRequest['TemplateIdSet'], readonly number[] | undefined>();
same<DescribeTemplateListStatus['International'], 0 | 1 | 3>();
same<DescribeTemplateListStatus['StatusCode'], -1 | 0 | 1 | 2>();
same<
  SmsResponse<'PullSmsSendStatus'>['PullSmsSendStatusSet'][number]['ReportStatus'],
  'SUCCESS' | 'FAIL'
>();
same<SmsResponse<'AddSmsTemplate'>['AddTemplateStatus']['TemplateId'], string>();
same<SmsResponse<'ModifySmsTemplate'>['ModifyTemplateStatus']['TemplateId'], number>();
same<SmsResponse<SmsAction>['RequestId'], string>();
// @ts-expect-error the guard itself: a wider type is not the same
same<AddSmsTemplateRequest['SmsType'], number>();
// @ts-expect-error the guard itself: any is not the same
same<AddSmsTemplateRequest['SmsType'], ReturnType<typeof JSON.parse>>();

/** Twenty names, neither more nor fewer: a missing one leaves a member out, a surplus one is unknown. */
same<
  SmsAction,
  | 'SendSms'
  | 'SendMultiGlobalSms'
  | 'PullSmsSendStatus'
  | 'PullSmsSendStatusByPhoneNumber'
  | 'DescribeSendRecordList'
  | 'ReportConversion'
  | 'PullSmsReplyStatus'
  | 'PullSmsReplyStatusByPhoneNumber'
  | 'AddSmsSign'
  | 'ModifySmsSign'
  | 'DeleteSmsSign'
  | 'DescribeSmsSignList'
  | 'AddSmsTemplate'
  | 'ModifySmsTemplate'
  | 'DeleteSmsTemplate'
  | 'DescribeSmsTemplateList'
  | 'SendStatusStatistics'
  | 'CallbackStatusStatistics'
  | 'SmsPackagesStatistics'
  | 'DescribePhoneNumberInfo'
>();
same<keyof SmsActionMap, SmsAction>();
same<(typeof SMS_ACTIONS)[number], SmsAction>();
same<SmsRequest<'SendSms'>, SendSmsRequest>();
// Every action has a method of its name, beginning in lower case.
same<Exclude<Uncapitalize<SmsAction>, keyof SmsService>, never>();

// @ts-expect-error no action of this service
export type NoAction = SmsRequest<'DescribeInstances'>;
// @ts-expect-error the list can't be changed
SMS_ACTIONS[0] = 'SendSms';

export async function calls(sms: SmsService): Promise<void> {
  const sent = await sms.request('SendSms', {
    PhoneNumberSet: PHONES,
    TemplateId: '449739',
  });
  same<(typeof sent.SendStatusSet)[number]['Fee'], number>();
  const added = await sms.addSmsTemplate(TEMPLATE, { timeoutMs: 1000 });
  same<typeof added, SmsResponse<'AddSmsTemplate'>>();
  // @ts-expect-error camel case is for the methods
  await sms.request('sendSms', SEND);
  // @ts-expect-error the request of another action
  await sms.request('DeleteSmsTemplate', SEND);
  // @ts-expect-error no member of this answer
  same<(typeof sent)['SendMultiStatusSet'], unknown>();
  // @ts-expect-error a code is a text of Tencent's own
  same<(typeof sent.SendStatusSet)[number]['Code'], 'Ok'>();
}

const ACCOUNT = {
  credentials: { secretId: 'AKIDEXAMPLE', secretKey: 'EXAMPLE' },
  sdkAppId: '1400006666',
} satisfies SmsModuleOptions;

export const options: SmsModuleOptions[] = [
  ACCOUNT,
  { ...ACCOUNT, signMethod: 'HmacSHA1', method: 'GET', language: 'en-US', proxy: false },
  { ...ACCOUNT, credentials: () => Promise.resolve(ACCOUNT.credentials) },
  // @ts-expect-error half a key pair
  { ...ACCOUNT, credentials: { secretId: 'AKIDEXAMPLE' } },
  // @ts-expect-error an id is a text, or its leading digits would not be safe
  { ...ACCOUNT, sdkAppId: 1_400_006_666 },
  // @ts-expect-error no such method of signing
  { ...ACCOUNT, signMethod: 'HmacSHA512' },
  // @ts-expect-error misspelt
  { ...ACCOUNT, timeout: 1000 },
];

export function phaseOf(error: SmsTransportError): SmsRequestPhase {
  same<SmsRequestPhase, 'connect' | 'write' | 'read'>();
  // @ts-expect-error an error is not written to
  error.maybeSent = false;
  // @ts-expect-error no such phase
  return new SmsTransportError('x', 'sent').phase;
}

export const config = ConfigModule.forRoot({ validationSchema: smsEnvSchema });

export async function checkEnvironment(): Promise<void> {
  const result = await smsEnvSchema['~standard'].validate(process.env);
  if (result.issues === undefined) {
    same<typeof result.value, Record<string, unknown>>();
  } else {
    same<(typeof result.issues)[number]['message'], string>();
  }
}

export function mayRepeat(error: unknown): boolean {
  return error instanceof SmsError && !error.maybeSent && error.phase === 'connect';
}
same<SmsError['maybeSent'], boolean>();
same<SmsError['phase'], SmsRequestPhase | undefined>();
same<SmsTransportError['phase'], SmsRequestPhase>();

export async function keyOf(text: string): Promise<string> {
  const phone = await parsePhone(text);
  same<typeof phone.market, 'mainland' | 'international'>();
  same<typeof phone.country, string | undefined>();
  // @ts-expect-error what it gives is not written to
  phone.e164 = text;
  // @ts-expect-error a number as text
  await parsePhone(13_711_112_222);
  return phone.e164;
}

const marketing = smsConfig.forAccount('marketing', { prefix: 'MARKETING_' });
same<ReturnType<typeof marketing>, SmsModuleOptions>();
// @ts-expect-error the prefix is missing
smsConfig.forAccount('marketing');
export const account = SmsModule.forRootAsync(marketing.asProvider());
