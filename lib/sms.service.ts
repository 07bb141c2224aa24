import { Injectable } from '@nestjs/common';
import type { SmsAction, SmsResponse } from './api/actions.js';
import { SmsClient } from './client/sms.client.js';
import type { Deadline } from './client/deadline.js';
import type { SmsCallOptions, SmsParams } from './client/call-options.js';
import { OutcomeRates } from './sending/outcome-rates.js';
import type { SmsRecentOutcomes } from './sending/outcome-rates.js';
import type { SmsOutcome, SmsReceipt } from './sending/outcome.js';
import type { SendAction } from './sending/read-statuses.js';
import type { SendObserver } from './sending/send-observer.js';
import type { SendLeave } from './sending/send-limits.js';
import type { SmsRowSource } from './sending/page-reader.js';
import type { SmsSendEach, SmsSendEachOptions } from './sending/send-each.js';
import type { SmsSendManyResult } from './sending/send-many.js';
import { SmsSender } from './sending/sms.sender.js';
import type {
  SmsRequestRows,
  SmsSendInput,
  SmsSendManyInput,
  SmsSendRow,
} from './sending/sms.sender.js';
import type { SmsAnyTemplate } from './templates/sms-template.js';

/**
 * Tencent Cloud SMS for one account: a method for each of the twenty actions, with Tencent's
 * spelling inside the requests and answers.
 *
 * Every method rejects with an `SmsError`: `SmsApiError` when Tencent refused, and before or
 * beside that `SmsValidationError`, `SmsCredentialsError`, `SmsTransportError`,
 * `SmsTimeoutError`, `SmsAbortError` or `SmsProtocolError`.
 *
 * @example
 * constructor(private readonly sms: SmsService) {}
 */
@Injectable()
export class SmsService {
  constructor(
    private readonly client: SmsClient,
    private readonly sender: SmsSender,
    private readonly rates: OutcomeRates,
  ) {}

  /**
   * Sends a text to one phone and gives back its receipt.
   *
   * @throws SmsValidationError before anything is sent; SmsRejectedError when it was surely not
   * sent; SmsUnknownOutcomeError when that is unknown, so that sending again could text twice.
   */
  send<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsSendInput<Template>,
  ): Promise<SmsReceipt> {
    return this.sender.send(template, input);
  }

  /**
   * Sends a text to one phone and returns its outcome: accepted, rejected or unknown. Never
   * throws for the send's own fate, the phone included.
   *
   * @throws SmsValidationError when the template or its parameters are at fault.
   */
  trySend<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsSendInput<Template>,
  ): Promise<SmsOutcome> {
    return this.sender.trySend(template, input);
  }

  /**
   * Sends one text to any number of phones, 200 a call, mainland and others apart; one outcome for
   * each row, in the order given.
   *
   * @throws SmsValidationError when the template or its parameters are at fault.
   */
  sendMany<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsSendManyInput<Template>,
  ): Promise<SmsSendManyResult> {
    return this.sender.sendMany(template, input);
  }

  /**
   * Sends each row its own values, from a list or a stream of any length in constant memory. Starts
   * when it is iterated; gives one outcome for each row, in the order of the rows. A row at fault is
   * rejected and does not stop the others; one that repeats another of the last 200, pulled within a
   * minute, is not sent again and has its outcome.
   *
   * @throws SmsValidationError when the template can't be read, or an option is at fault.
   */
  sendEach<Template extends SmsAnyTemplate>(
    template: Template,
    rows: SmsRowSource<SmsSendRow<Template>>,
    options?: SmsSendEachOptions,
  ): SmsSendEach {
    return this.sender.sendEach(template, rows, options);
  }

  /**
   * Calls an action by name; the methods below are this one with the name filled in.
   * `SmsSdkAppId` may be left out everywhere: the account's `sdkAppId` is taken. `SendSms` without
   * `SignName` takes the account's `signName`; an empty one asks for none.
   */
  request<A extends SmsAction>(
    action: A,
    params: SmsParams<A>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<A>> {
    return action === 'SendSms' || action === 'SendMultiGlobalSms'
      ? this.sendRaw(action, params, options)
      : this.client.request(action, params, options);
  }

  /** @internal `trySend` of an attempt that was given leave: under its id, and written down first. */
  trySendWithLeave<Template extends SmsAnyTemplate>(
    template: Template,
    input: SmsSendInput<Template>,
    leave: SendLeave,
  ): Promise<SmsOutcome> {
    return this.sender.trySendWithLeave(template, input, leave);
  }

  /** @internal One request for rows, of an attempt that was given leave. */
  trySendRowsWithLeave(
    template: SmsAnyTemplate,
    request: SmsRequestRows,
    leave: SendLeave,
  ): Promise<SmsOutcome[]> {
    return this.sender.trySendRowsWithLeave(template, request, leave);
  }

  /** @internal A limit of a send that begins to count now. */
  startDeadline(milliseconds: number): Deadline {
    return this.sender.startDeadline(milliseconds);
  }

  /** @internal How long an answer may take, in milliseconds. */
  get timeoutMs(): number {
    return this.client.timeoutMs;
  }

  /** @internal Has an observer see all texts of this account; gives what ends that. */
  observeSends(observer: SendObserver): () => void {
    return this.sender.observe(observer);
  }

  /**
   * Connects to the endpoint, TLS included, sends nothing and closes again.
   *
   * @returns `false` when the transport has no way to try.
   * @throws SmsTransportError or SmsTimeoutError when no connection comes about.
   */
  probe(timeoutMs = 2000): Promise<boolean> {
    return this.client.probe(timeoutMs);
  }

  /**
   * What became of the texts that this process sent lately over this account, by `send`, `trySend`,
   * `sendMany` and `sendEach`. Rows that were rejected before any request are not in it.
   *
   * @param windowMs how far to look back, in milliseconds; ten minutes at most, to ten seconds
   * exactly
   */
  recentOutcomes(windowMs = 300_000): SmsRecentOutcomes {
    return this.rates.recent(windowMs);
  }

  /** @internal The application of sends that name none. */
  get sdkAppId(): string {
    return this.client.sdkAppId;
  }

  /** @internal By how much Tencent's clock is ahead of this machine's, as far as that is known. */
  clockOffsetMs(): number {
    return this.client.clockOffsetMs;
  }

  /** @internal The clock that the account goes by: the kit's in a test. */
  now(): Date {
    return this.sender.now();
  }

  /**
   * Send one template message to up to 200 numbers. Resolves even when every number was refused: read each `Code`.
   * @see https://cloud.tencent.com/document/product/382/55981
   */
  sendSms(params: SmsParams<'SendSms'>, options?: SmsCallOptions): Promise<SmsResponse<'SendSms'>> {
    return this.sendRaw('SendSms', params, options);
  }

  /**
   * Send different international messages to up to 200 numbers in one call, each with its own template, values and sender id. Resolves even when every number was refused: read each `Code`.
   * @see https://cloud.tencent.com/document/product/382/130946
   */
  sendMultiGlobalSms(
    params: SmsParams<'SendMultiGlobalSms'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'SendMultiGlobalSms'>> {
    return this.sendRaw('SendMultiGlobalSms', params, options);
  }

  /**
   * Take delivery reports from a queue. What is handed out is gone from the queue.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=PullSmsSendStatus
   */
  pullSmsSendStatus(
    params: SmsParams<'PullSmsSendStatus'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'PullSmsSendStatus'>> {
    return this.client.request('PullSmsSendStatus', params, options);
  }

  /**
   * Delivery reports of one number in a time window.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=PullSmsSendStatusByPhoneNumber
   */
  pullSmsSendStatusByPhoneNumber(
    params: SmsParams<'PullSmsSendStatusByPhoneNumber'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'PullSmsSendStatusByPhoneNumber'>> {
    return this.client.request('PullSmsSendStatusByPhoneNumber', params, options);
  }

  /**
   * Send records of one number, last 72 hours.
   * @see https://cloud.tencent.com/document/product/382/137245
   */
  describeSendRecordList(
    params: SmsParams<'DescribeSendRecordList'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'DescribeSendRecordList'>> {
    return this.client.request('DescribeSendRecordList', params, options);
  }

  /**
   * Report that a verification code was used.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=ReportConversion
   */
  reportConversion(
    params: SmsParams<'ReportConversion'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'ReportConversion'>> {
    return this.client.request('ReportConversion', params, options);
  }

  /**
   * Take user replies from a queue. What is handed out is gone from the queue.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=PullSmsReplyStatus
   */
  pullSmsReplyStatus(
    params: SmsParams<'PullSmsReplyStatus'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'PullSmsReplyStatus'>> {
    return this.client.request('PullSmsReplyStatus', params, options);
  }

  /**
   * Replies of one number in a time window.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=PullSmsReplyStatusByPhoneNumber
   */
  pullSmsReplyStatusByPhoneNumber(
    params: SmsParams<'PullSmsReplyStatusByPhoneNumber'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'PullSmsReplyStatusByPhoneNumber'>> {
    return this.client.request('PullSmsReplyStatusByPhoneNumber', params, options);
  }

  /**
   * Submit a signature for review.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=AddSmsSign
   */
  addSmsSign(
    params: SmsParams<'AddSmsSign'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'AddSmsSign'>> {
    return this.client.request('AddSmsSign', params, options);
  }

  /**
   * Change a signature that is waiting or rejected; an approved one cannot be changed.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=ModifySmsSign
   */
  modifySmsSign(
    params: SmsParams<'ModifySmsSign'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'ModifySmsSign'>> {
    return this.client.request('ModifySmsSign', params, options);
  }

  /**
   * Delete a signature.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DeleteSmsSign
   */
  deleteSmsSign(
    params: SmsParams<'DeleteSmsSign'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'DeleteSmsSign'>> {
    return this.client.request('DeleteSmsSign', params, options);
  }

  /**
   * Review state of signatures.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DescribeSmsSignList
   */
  describeSmsSignList(
    params: SmsParams<'DescribeSmsSignList'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'DescribeSmsSignList'>> {
    return this.client.request('DescribeSmsSignList', params, options);
  }

  /**
   * Submit a template for review.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=AddSmsTemplate
   */
  addSmsTemplate(
    params: SmsParams<'AddSmsTemplate'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'AddSmsTemplate'>> {
    return this.client.request('AddSmsTemplate', params, options);
  }

  /**
   * Change a template that is waiting or rejected; an approved one cannot be changed.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=ModifySmsTemplate
   */
  modifySmsTemplate(
    params: SmsParams<'ModifySmsTemplate'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'ModifySmsTemplate'>> {
    return this.client.request('ModifySmsTemplate', params, options);
  }

  /**
   * Delete a template.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DeleteSmsTemplate
   */
  deleteSmsTemplate(
    params: SmsParams<'DeleteSmsTemplate'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'DeleteSmsTemplate'>> {
    return this.client.request('DeleteSmsTemplate', params, options);
  }

  /**
   * Review state of templates.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DescribeSmsTemplateList
   */
  describeSmsTemplateList(
    params: SmsParams<'DescribeSmsTemplateList'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'DescribeSmsTemplateList'>> {
    return this.client.request('DescribeSmsTemplateList', params, options);
  }

  /**
   * Totals of submitted messages.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=SendStatusStatistics
   */
  sendStatusStatistics(
    params: SmsParams<'SendStatusStatistics'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'SendStatusStatistics'>> {
    return this.client.request('SendStatusStatistics', params, options);
  }

  /**
   * Totals of delivery receipts.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=CallbackStatusStatistics
   */
  callbackStatusStatistics(
    params: SmsParams<'CallbackStatusStatistics'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'CallbackStatusStatistics'>> {
    return this.client.request('CallbackStatusStatistics', params, options);
  }

  /**
   * Packages bought or gifted and their use.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=SmsPackagesStatistics
   */
  smsPackagesStatistics(
    params: SmsParams<'SmsPackagesStatistics'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'SmsPackagesStatistics'>> {
    return this.client.request('SmsPackagesStatistics', params, options);
  }

  /**
   * Parse numbers into country code, ISO code and normal E.164 form.
   * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DescribePhoneNumberInfo
   */
  describePhoneNumberInfo(
    params: SmsParams<'DescribePhoneNumberInfo'>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<'DescribePhoneNumberInfo'>> {
    return this.client.request('DescribePhoneNumberInfo', params, options);
  }

  private async sendRaw<A extends SendAction>(
    action: A,
    params: SmsParams<A>,
    options?: SmsCallOptions,
  ): Promise<SmsResponse<A>> {
    const response = await this.client.request(action, params, options);
    if (this.sender.hasRawObservers) {
      await this.sender.onRawSend(action, response);
    }
    return response;
  }
}
