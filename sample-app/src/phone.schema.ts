import { parsePhone } from 'nestjs-tencentcloud-sms';
import * as v from 'valibot';
import { SchemaException, inBoth } from './schema.pipe.js';

const E164 = /^\+[1-9]\d{6,14}$/;

/** A phone number as the page and the guide write it. */
export const Phone = v.pipe(
  v.string(
    inBoth(
      'expected a phone number as text, such as "+8613711112222"',
      '请以文本填写手机号，例如 "+8613711112222"',
    ),
  ),
  v.regex(
    E164,
    inBoth(
      'expected a phone number in E.164 form, such as "+8613711112222"',
      '请填写 E.164 格式的手机号，例如 "+8613711112222"',
    ),
  ),
);

/**
 * Reads the number of a phone on the mainland, in the one form that limits go by. Texts abroad cost
 * several times as much, and are what strangers would have the app send.
 *
 * @throws SmsValidationError when it is no number, SchemaException when it is one of elsewhere.
 */
export async function readMainlandPhone(text: string): Promise<string> {
  const { e164, market } = await parsePhone(text);
  if (market !== 'mainland') {
    throw new SchemaException([
      {
        field: 'phone',
        en: 'expected a number of the Chinese mainland (+86): no other gets a text here',
        zh: '仅支持中国内地手机号（+86），不向其他号码发送短信',
      },
    ]);
  }
  return e164;
}
