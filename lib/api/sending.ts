// Sending: the two actions that cost money.
import type { ActionShape } from './shapes.js';
import type { ResponseEnvelope } from './envelope.js';

/**
 * Send one template message to up to 200 numbers. At most 3000 calls a second.
 *
 * @see https://cloud.tencent.com/document/product/382/55981
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=SendSms
 */
export interface SendSmsRequest {
  /**
   * Recipients. E.164: a plus sign, country/region code, subscriber number, e.g. +8613800138000.
   * For mainland SMS the forms 0086..., 86... and a bare 11-digit number are accepted too and
   * are read as +86. Rule: all mainland numbers or all non-mainland numbers, never mixed. 1 to
   * 200 items.
   */
  PhoneNumberSet: readonly string[];
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
  /**
   * Id of an APPROVED template, as a string (the template actions return and take it as an
   * integer). Non-mainland numbers need an international template.
   */
  TemplateId: string;
  /**
   * Signature CONTENT (not the signature id), without the 【】 brackets, UTF-8. Needed: required
   * in practice for mainland SMS, optional for international SMS; the schema marks it optional.
   */
  SignName?: string;
  /**
   * Values for {1}, {2}, ... in order. Count must equal the number of variables in the template;
   * leave out or pass an empty array for a template without variables. Values are strings. Rule:
   * length must equal the variable count; no URLs; verification-code templates: 0-6 digits only.
   */
  TemplateParamSet?: readonly string[];
  /** Extension digits appended to the sender port; off by default, must be enabled by Tencent. */
  ExtendCode?: string;
  /**
   * Free context string echoed back unchanged. In SendStatusSet always; in pulled/called-back
   * reports only when Tencent enabled it for the account. At most 511 bytes of UTF-8.
   */
  SessionContext?: string;
  /** Sender id for international SMS; leave empty for the shared sender id and for mainland SMS. */
  SenderId?: string;
}

/** Answer of `SendSms`. */
export interface SendSmsResponse extends ResponseEnvelope {
  /** One item per submitted number. The HTTP call can succeed while every item failed. */
  SendStatusSet: SendStatus[];
}

/**
 * Send different international messages to up to 200 numbers in one call, each with its own
 * template, values and sender id. At most 10 calls a second.
 *
 * @see https://cloud.tencent.com/document/product/382/130946
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=SendMultiGlobalSms
 */
export interface SendMultiGlobalSmsRequest {
  /**
   * SMS application id (SdkAppId) shown in the SMS console after an application is created;
   * digits only, passed as a string. Mainland-site ids start with 1400, the international-site
   * example is 2400006666.
   */
  SmsSdkAppId: string;
  /**
   * One element per recipient with its own template, values and sender id. Rule: international /
   * Hong Kong, Macao, Taiwan numbers only; a +86 number gives
   * UnsupportedOperation.ContainDomesticPhoneNumber. 1 to 200 items.
   */
  MultiSmsInfoSet: readonly MultiSmsInfo[];
}

/** Answer of `SendMultiGlobalSms`. */
export interface SendMultiGlobalSmsResponse extends ResponseEnvelope {
  /** One item per element. */
  SendMultiStatusSet: SendMultiStatus[];
}

/** An item of `SendStatusSet`. */
export interface SendStatus {
  /**
   * Serial number of this message; EMPTY STRING when the item failed in SendSms. Mainland style a
   * channel, a colon and 25 to 28 digits, the last ones of the phone: personal data like a masked
   * number. International style a UUID; other forms exist, negative numbers and letters among them.
   */
  SerialNo: string;
  /** The number, normalised to E.164. */
  PhoneNumber: string;
  /** Number of billed message segments for this recipient; 0 on failure. */
  Fee: number;
  /** SessionContext of the request. */
  SessionContext: string;
  /** "Ok" (capital O, small k) on success, otherwise an error code. */
  Code: string;
  /** English text of the code; "send success" on success. Do not parse. */
  Message: string;
  /**
   * ISO country/region code such as CN or US; DEF when the country could not be recognised; an
   * empty string has been observed on failed items.
   */
  IsoCode: string;
}

/** One recipient of `SendMultiGlobalSms` with its own template, values and sender id. */
export interface MultiSmsInfo {
  /**
   * Recipient. E.164: a plus sign, country/region code, subscriber number, e.g. +8613800138000.
   * Non-mainland only.
   */
  PhoneNumber: string;
  /** Approved international template id, as a string. */
  TemplateId: string;
  /** Values for {1}, {2}, ...; count must equal the variable count. */
  TemplateParamSet?: readonly string[];
  /** Own sender id if one was granted; omit for the shared one. */
  SenderId?: string;
  /** Free context string echoed back unchanged. At most 511 bytes of UTF-8. */
  SessionContext?: string;
}

/** An item of `SendMultiStatusSet`. */
export interface SendMultiStatus {
  /**
   * Serial number, UUID style. In the official failure example it is NOT empty although Fee is
   * 0.
   */
  SerialNo: string;
  /** The number, E.164. */
  PhoneNumber: string;
  /** Billed segments. */
  Fee: number;
  /** SessionContext of the element. */
  SessionContext: string;
  /** "Ok" or an error code. */
  Code: string;
  /** Text of the code. */
  Message: string;
  /**
   * ISO country/region code such as CN or US; DEF when the country could not be recognised; an
   * empty string has been observed on failed items.
   */
  IsoCode: string;
}

/** The members of these actions, for checking at run time. */
export const sendingShapes = {
  SendSms: {
    request: {
      PhoneNumberSet: 'string[]',
      SmsSdkAppId: 'string',
      TemplateId: 'string',
      SignName: 'string?',
      TemplateParamSet: 'string[]?',
      ExtendCode: 'string?',
      SessionContext: 'string?',
      SenderId: 'string?',
    },
    response: {
      SendStatusSet: [
        {
          SerialNo: 'string',
          PhoneNumber: 'string',
          Fee: 'integer',
          SessionContext: 'string',
          Code: 'string',
          Message: 'string',
          IsoCode: 'string',
        },
      ],
    },
  },
  SendMultiGlobalSms: {
    request: {
      SmsSdkAppId: 'string',
      MultiSmsInfoSet: [
        {
          PhoneNumber: 'string',
          TemplateId: 'string',
          TemplateParamSet: 'string[]?',
          SenderId: 'string?',
          SessionContext: 'string?',
        },
      ],
    },
    response: {
      SendMultiStatusSet: [
        {
          SerialNo: 'string',
          PhoneNumber: 'string',
          Fee: 'integer',
          SessionContext: 'string',
          Code: 'string',
          Message: 'string',
          IsoCode: 'string',
        },
      ],
    },
  },
} as const satisfies {
  SendSms: ActionShape<SendSmsRequest, SendSmsResponse>;
  SendMultiGlobalSms: ActionShape<SendMultiGlobalSmsRequest, SendMultiGlobalSmsResponse>;
};
