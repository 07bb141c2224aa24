import { DOM_SCRIPT } from './script/dom.js';
import { GUIDE_SCRIPT } from './script/guide.js';
import { INSPECTOR_SCRIPT } from './script/inspector.js';
import { KEYBOARD_SCRIPT } from './script/keyboard.js';
import { LIST_SCRIPT } from './script/list.js';
import { LIVE_SCRIPT } from './script/live.js';
import { SIGNATURE_SCRIPT } from './script/signature.js';
import { START_SCRIPT } from './script/start.js';
import { STATE_SCRIPT } from './script/state.js';
import { THREAD_SCRIPT } from './script/thread.js';

/**
 * What runs in the browser: plain JavaScript, as text. Functions turned into text would bring along
 * whatever a test runner's coverage or a bundler writes into them.
 */
export const INBOX_SCRIPT = [
  DOM_SCRIPT,
  STATE_SCRIPT,
  LIVE_SCRIPT,
  LIST_SCRIPT,
  THREAD_SCRIPT,
  SIGNATURE_SCRIPT,
  INSPECTOR_SCRIPT,
  GUIDE_SCRIPT,
  KEYBOARD_SCRIPT,
  START_SCRIPT,
]
  .join('\n')
  // Comments, indentation and the room around operators stay at home; no literal of the script goes
  // over several lines or has such an operator in it.
  .replaceAll(/^\s*(?:\/\/.*)?\n?/gm, '')
  .replaceAll(/ (=>|[!=]==|&&|\|\||[=+]) (?=[^+=])/g, '$1');
