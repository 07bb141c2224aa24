// @ts-check
// The callbacks of a text: what was pushed, and what came back.
/** @import { SmsEmulatorMessage, SmsEmulatorPush } from '../../contract/control-api.types.js' */
import { h } from './elements.js';
import { attempt, readCallbacks } from './emulator-api.js';
import { bodyNodes } from './exchange.js';
import { shownUrl } from './format.js';
import { t } from './language.js';
import { redrawSoon } from './redraw.js';
import { time } from './time.js';

const MOST_PUSHES = 20;

/** @type {{ version: string, pushes: SmsEmulatorPush[] }} of the text that is open */
let read = { version: '', pushes: [] };
let asked = '';

/**
 * What has been pushed of a text, which is read when there is more of it. The old ones stay on show until
 * the new ones are there.
 *
 * @param {SmsEmulatorMessage} message
 * @returns {{ version: string, pushes: SmsEmulatorPush[] } | undefined} `undefined` when nothing was pushed
 */
export function pushesOf({ id, requestId, events }) {
  const last = events.findLast(({ kind }) => kind.startsWith('call'));
  if (!last) return undefined;
  const version = [requestId, id, events.length, last.at].join();
  if (asked !== version) {
    asked = version;
    void readPushes(id, version);
  }
  return read.version.startsWith(`${requestId},${id},`) ? read : { version: '', pushes: [] };
}

/**
 * @param {string} id
 * @param {string} version
 */
async function readPushes(id, version) {
  const answer = await attempt(() => readCallbacks(id));
  if (!answer || asked !== version) return;
  read = { version, pushes: answer.callbacks.toReversed() };
  redrawSoon();
}

/** @param {SmsEmulatorPush[]} pushes newest first */
export const pushNodes = (pushes) => pushes.slice(0, MOST_PUSHES).map(pushNode);

/** @param {SmsEmulatorPush} push */
const pushNode = (push) =>
  h(
    push.ok ? 'section.push' : 'section.push.bad',
    h(
      'p.start',
      h('b', 'POST'),
      ` ${shownUrl(push.url)} `,
      time(push.at),
      ` ${t('attempt', { n: push.attempt })}`,
    ),
    bodyNodes(push.body, push.bodyBytes),
    h('p.start', h('b', push.detail)),
    push.answer && push.answer.body !== '' ? h('pre', { tabindex: '0' }, push.answer.body) : null,
  );
