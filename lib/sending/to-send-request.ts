import type { MultiSmsInfo } from '../api/sending.js';
import type { SmsParams } from '../client/call-options.js';
import type { BatchRow } from './batch.js';

/** The `SessionContext` that a row goes with. */
export function contextOf({ text }: BatchRow, callRef: string): string {
  return text.sessionContext ?? callRef;
}

/** The request that sends the text of the first row to all. */
export function toSendSms(rows: readonly [BatchRow, ...BatchRow[]], callRef: string) {
  const [first] = rows;
  const { templateId, values, signName, extendCode, senderId, sdkAppId } = first.text;
  const request: SmsParams<'SendSms'> = {
    PhoneNumberSet: rows.map(({ to }) => to),
    TemplateId: templateId,
    TemplateParamSet: values,
    SessionContext: contextOf(first, callRef),
  };
  if (signName !== undefined) {
    request.SignName = signName;
  }
  if (extendCode !== undefined) {
    request.ExtendCode = extendCode;
  }
  if (senderId !== undefined) {
    request.SenderId = senderId;
  }
  if (sdkAppId !== undefined) {
    request.SmsSdkAppId = sdkAppId;
  }
  return request;
}

/** The request that sends each row its own text, by the application of the first. */
export function toSendMulti(
  rows: readonly [BatchRow, ...BatchRow[]],
  callRef: string,
): SmsParams<'SendMultiGlobalSms'> {
  const { sdkAppId } = rows[0].text;
  return {
    ...(sdkAppId === undefined ? {} : { SmsSdkAppId: sdkAppId }),
    MultiSmsInfoSet: rows.map((row) => toMultiInfo(row, callRef)),
  };
}

function toMultiInfo(row: BatchRow, callRef: string): MultiSmsInfo {
  const { templateId, values, senderId } = row.text;
  return {
    PhoneNumber: row.to,
    TemplateId: templateId,
    TemplateParamSet: values,
    ...(senderId === undefined ? {} : { SenderId: senderId }),
    SessionContext: contextOf(row, callRef),
  };
}
