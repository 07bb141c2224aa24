import type { SmsAction, SmsRequest, SmsResponse } from '../../api/actions.js';
import { numbersHandlers } from './numbers.js';
import { repliesHandlers } from './replies.js';
import { sendingHandlers } from './sending.js';
import { signsHandlers } from './signs.js';
import { statisticsHandlers } from './statistics.js';
import { statusesHandlers } from './statuses.js';
import { templatesHandlers } from './templates.js';
import type { Handler, HandlerContext, Handlers } from './handler.js';

// Typed by the action map: a forgotten action does not compile.
const handlers: Handlers<SmsAction> = {
  ...sendingHandlers,
  ...statusesHandlers,
  ...repliesHandlers,
  ...signsHandlers,
  ...templatesHandlers,
  ...statisticsHandlers,
  ...numbersHandlers,
};

/** Does an action. */
export function handle<A extends SmsAction>(
  action: A,
  request: SmsRequest<A>,
  context: HandlerContext,
): Omit<SmsResponse<A>, 'RequestId'> {
  const handler: Handler<A> = handlers[action];
  return handler(request, context);
}
