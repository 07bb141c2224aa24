import { ITEM_OK } from '../../api/envelope.js';
import type { SendMultiGlobalSmsResponse, SendSmsResponse } from '../../api/sending.js';

/** How many numbers an answer refused one by one; 0 for what is no answer to a send. */
export function countRefused(response: object): number {
  const { SendStatusSet, SendMultiStatusSet } = response as Partial<
    SendSmsResponse & SendMultiGlobalSmsResponse
  >;
  const items = SendStatusSet ?? SendMultiStatusSet ?? [];
  return items.filter(({ Code }) => Code !== ITEM_OK).length;
}
