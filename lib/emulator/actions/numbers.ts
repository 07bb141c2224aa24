import { ITEM_OK } from '../../api/envelope.js';
import type { ApiFault } from '../../api/envelope.js';
import type { PhoneNumberInfo } from '../../api/numbers.js';
import type { PhoneNumber } from '../../recipients/phone-number.js';
import { ApiRefusal } from '../protocol/api-refusal.js';
import type { Handlers } from './handler.js';
import { assertRecipientCount } from './rules.js';

/** Handler of looking numbers up. */
export const numbersHandlers: Handlers<'DescribePhoneNumberInfo'> = {
  DescribePhoneNumberInfo({ PhoneNumberSet: numbers }, { account, faults }) {
    if (numbers.length === 0) {
      throw new ApiRefusal('MissingParameter.EmptyPhoneNumberSet', 'The list of numbers is empty.');
    }
    assertRecipientCount(numbers.length);
    return {
      PhoneNumberInfoSet: numbers.map((text) => {
        const phone = account.parsePhoneNumber(text);
        const refusal = faults.refusalOf(text) ?? (phone === undefined ? UNREADABLE : undefined);
        return phone === undefined || refusal !== undefined
          ? toFailedInfo(text, refusal ?? UNREADABLE)
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

const UNREADABLE: ApiFault = {
  Code: 'FailedOperation.PhoneNumberParseFail',
  Message: 'the number could not be parsed',
};

function toFailedInfo(text: string, { Code, Message }: ApiFault): PhoneNumberInfo {
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
