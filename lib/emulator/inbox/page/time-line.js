// @ts-check
/** @import { SmsEmulatorMessage, SmsEmulatorMessageEvent } from '../../contract/control-api.types.js' */
import { button, h } from './elements.js';
import { attempt, pushCallback } from './emulator-api.js';
import { shownUrl } from './format.js';
import { icon } from './icons.js';
import { meaningOf, reportOf, t } from './language.js';
import { time } from './time.js';
import { toast } from './toast.js';

/**
 * The life of a text, and a button to push its callback again.
 *
 * @param {SmsEmulatorMessage} message
 */
export const timeLine = ({ id, events, report }) =>
  h(
    'section.part',
    h(
      'h3',
      t('timeline'),
      report && button('mini', () => pushAgain(id), icon('repeat'), t('resend')),
    ),
    h(
      'ol.line',
      events.map((event) => eventItem(event, report)),
    ),
  );

/**
 * @param {SmsEmulatorMessageEvent} event
 * @param {SmsEmulatorMessage['report']} report
 */
function eventItem({ at, kind, detail }, report) {
  const isBad = kind === 'rejected' || kind === 'callback-failed' || detail.startsWith('FAIL');
  let said = '';
  if (kind === 'rejected') said = meaningOf(detail);
  if (kind === 'reported' && report) said = reportOf(report);
  return h(
    isBad ? 'li.bad' : 'li',
    time(at),
    h('div', h('b', t(kind)), h('code', detail), said === '' ? null : h('small', said)),
  );
}

/** @param {string} id */
async function pushAgain(id) {
  const pushed = await attempt(() => pushCallback(id));
  if (pushed) toast(t('resent', { url: shownUrl(pushed.url) }));
}
