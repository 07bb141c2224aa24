import { ITEM_OK } from '../../api/envelope.js';
import type { ApiErrorBody } from '../../api/envelope.js';
import type { PhoneNumberInfo } from '../../api/numbers.js';
import type { PhoneNumber } from '../../recipients/phone-number.js';
import { ApiError } from '../protocol/api.error.js';
import type { Handlers } from './handler.js';
import { assertRecipientCount } from './rules.js';

/** Handler of looking numbers up. */
export const numbersHandlers: Handlers<'DescribePhoneNumberInfo'> = {
  DescribePhoneNumberInfo({ PhoneNumberSet: numbers }, { account, faults }) {
    if (numbers.length === 0) {
      throw new ApiError('MissingParameter.EmptyPhoneNumberSet', 'The list of numbers is empty.');
    }
    assertRecipientCount(numbers.length);
    return {
      PhoneNumberInfoSet: numbers.map((text) => {
        const phone = account.parsePhoneNumber(text);
        const error = faults.errorOf(text) ?? (phone === undefined ? UNREADABLE : undefined);
        return phone === undefined || error !== undefined
          ? toFailedInfo(text, error ?? UNREADABLE)
          : toInfo(phone);
      }),
    };
  },
};

function toInfo({ e164, countryCode, subscriber, isoCode }: PhoneNumber): PhoneNumberInfo {
  return {
    Code: ITEM_OK,
    Message: 'Describe success',
    NationCode: countryCode,
    SubscriberNumber: subscriber,
    PhoneNumber: e164,
    IsoCode: isoCode ?? 'DEF',
    IsoName: isoCode === undefined ? '' : countryName(isoCode),
  };
}

const UNREADABLE: ApiErrorBody = {
  Code: 'FailedOperation.PhoneNumberParseFail',
  Message: 'the number could not be parsed',
};

function toFailedInfo(text: string, { Code, Message }: ApiErrorBody): PhoneNumberInfo {
  return {
    Code,
    Message,
    NationCode: '',
    SubscriberNumber: '',
    PhoneNumber: text,
    IsoCode: 'DEF',
    IsoName: '',
  };
}

function countryName(isoCode: string): string {
  return new Intl.DisplayNames(['en'], { type: 'region' }).of(isoCode) ?? '';
}
