// @ts-check
import { $ } from './elements.js';
import { say, unsay } from './language.js';
import { messageOf, post } from './post.js';

/** @typedef {{ status: 'sent' | 'waiting', id: string, resendAt: number }} Started */

/**
 * The id of the code that each phone got, and from when on, by the clock of this browser, it may be
 * sent again.
 *
 * @type {Map<string, { id: string, resendAt: number }>}
 */
const codes = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let nextSecond;
let isSending = false;

const phoneOf = () => $('phone').value.trim();

/** Sends a login code, or the same one again; what becomes of the text is in the list of all. */
export async function sendCode() {
  const phone = phoneOf();
  unsay($('code-error'));
  unsay($('signed-in'));
  isSending = true;
  showCode();
  try {
    const response = await post('login/code', { phone, id: codes.get(phone)?.id });
    /** @type {Started} */
    const { status, id, resendAt } = await response.json();
    const now = timeOf(response);
    codes.set(phone, { id, resendAt: Date.now() + resendAt - now });
    if (status === 'waiting') {
      say($('code-error'), 'waiting');
    }
  } catch (error) {
    $('code-error').textContent = messageOf(error);
  }
  isSending = false;
  showCode();
  if (!$('login').hidden) {
    $('typed').focus();
  }
}

/** Takes a number whose texts fail. */
export function chooseFailing() {
  $('phone').value = $('failing').value;
  $('failing').value = '';
  showCode();
}

/** Signs in with what was typed. */
export async function signIn() {
  const phone = phoneOf();
  $('login-error').textContent = '';
  // A code is used up by the first check: a second one would be told that it is wrong.
  $('sign-in').disabled = true;
  try {
    const response = await post('login', { id: codes.get(phone)?.id, code: $('typed').value });
    /** @type {{ signedIn: string }} */
    const { signedIn } = await response.json();
    codes.delete(phone);
    $('typed').value = '';
    unsay($('code-error'));
    say($('signed-in'), 'signedIn', { phone: signedIn });
  } catch (error) {
    $('login-error').textContent = messageOf(error);
  }
  $('sign-in').disabled = false;
  showCode();
}

/** Shows what can be done with the phone of the form: send a code, wait, send it again, sign in. */
export function showCode() {
  clearTimeout(nextSecond);
  const code = codes.get(phoneOf());
  const seconds = Math.ceil(((code?.resendAt ?? 0) - Date.now()) / 1000);
  $('send').disabled = isSending || seconds > 0;
  $('login').hidden = code === undefined;
  if (seconds > 0) {
    say($('send'), 'resendIn', { seconds });
    nextSecond = setTimeout(showCode, 1000);
  } else {
    say($('send'), code === undefined ? 'send' : 'resend');
  }
}

/**
 * When the app answered, by its own clock: that of a browser may be wrong.
 *
 * @param {Response} response
 */
function timeOf(response) {
  const date = Date.parse(response.headers.get('Date') ?? '');
  return Number.isNaN(date) ? Date.now() : date;
}
