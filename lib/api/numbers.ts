// Looking numbers up.
import type { ActionShape } from './shapes.js';
import type { ResponseEnvelope } from './envelope.js';

/**
 * Parse numbers into country code, ISO code and normal E.164 form. At most 1000 calls a second.
 *
 * @see https://console.cloud.tencent.com/api/explorer?Product=sms&Version=2021-01-11&Action=DescribePhoneNumberInfo
 */
export interface DescribePhoneNumberInfoRequest {
  /**
   * Numbers to parse. E.164: a plus sign, country/region code, subscriber number, e.g.
   * +8613800138000. 1 to 200 items.
   */
  PhoneNumberSet: readonly string[];
}

/** Answer of `DescribePhoneNumberInfo`. */
export interface DescribePhoneNumberInfoResponse extends ResponseEnvelope {
  /** One item per number. */
  PhoneNumberInfoSet: PhoneNumberInfo[];
}

/** An item of `PhoneNumberInfoSet`. */
export interface PhoneNumberInfo {
  /** "Ok" or an error code. */
  Code: string;
  /** Text, "Describe success" on success. */
  Message: string;
  /** Country/region code without plus. */
  NationCode: string;
  /** Number without country code. */
  SubscriberNumber: string;
  /** Normalised E.164 number, as sending would use it; the input unchanged when parsing failed. */
  PhoneNumber: string;
  /**
   * ISO country/region code such as CN or US; DEF when the country could not be recognised; an
   * empty string has been observed on failed items.
   */
  IsoCode: string;
  /** Country/region name such as China. */
  IsoName: string;
}

/** The members of these actions, for checking at run time. */
export const numbersShapes = {
  DescribePhoneNumberInfo: {
    request: {
      PhoneNumberSet: 'string[]',
    },
    response: {
      PhoneNumberInfoSet: [
        {
          Code: 'string',
          Message: 'string',
          NationCode: 'string',
          SubscriberNumber: 'string',
          PhoneNumber: 'string',
          IsoCode: 'string',
          IsoName: 'string',
        },
      ],
    },
  },
} as const satisfies {
  DescribePhoneNumberInfo: ActionShape<
    DescribePhoneNumberInfoRequest,
    DescribePhoneNumberInfoResponse
  >;
};
