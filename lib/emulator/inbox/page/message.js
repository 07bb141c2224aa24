// @ts-check
/** @import { SmsEmulatorMessage } from '../../contract/control-api.types.js' */
import { t } from './language.js';
import { state } from './state.js';

/** @typedef {'pending' | 'delivered' | 'failed' | 'rejected'} Fate */

/**
 * What became of a text: pending, then delivered or failed; or rejected from the start.
 *
 * @param {SmsEmulatorMessage} message
 * @returns {Fate}
 */
export function fateOf({ status, report }) {
  if (status === 'rejected') return 'rejected';
  if (report === null) return 'pending';
  return report.status === 'SUCCESS' ? 'delivered' : 'failed';
}

/** @param {SmsEmulatorMessage} message */
export const segmentsOf = ({ segments }) =>
  segments === 1 ? t('oneSegment') : t('segments', { n: segments });

/**
 * The code to copy; `null` when there is none. What was refused reached no phone, and its code is of
 * no use.
 *
 * @param {SmsEmulatorMessage} message
 */
export const codeOf = ({ status, verificationCode }) =>
  status === 'accepted' ? verificationCode : null;

/** The code that was sent last. */
export function newestCode() {
  let code = null;
  let sentAt = '';
  for (const message of state.messages.values()) {
    const found = codeOf(message);
    if (found !== null && message.sentAt >= sentAt) {
      code = found;
      ({ sentAt } = message);
    }
  }
  return code;
}
