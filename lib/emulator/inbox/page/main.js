// @ts-check
/** @import { PageElements } from './elements.js' */
import { copyAnd } from './clipboard.js';
import { draw } from './draw.js';
import { $, findAll } from './elements.js';
import { attempt, deleteMessages } from './emulator-api.js';
import { icon } from './icons.js';
import { onKey } from './keyboard.js';
import { t } from './language.js';
import { clearOf, connect } from './live.js';
import { arrive, closeInspector, go, goBack } from './place.js';
import { showPolling } from './polling.js';
import { drawWith } from './redraw.js';
import { reply } from './reply.js';
import { pollRequests } from './request-log.js';
import { readSeen } from './seen.js';
import { state } from './state.js';
import { restoreTheme, switchTheme } from './theme.js';
import { toast } from './toast.js';
import { switchLanguage, translate } from './translate.js';
import { setQuery, show } from './view.js';

drawWith(draw);
drawIcons();
restoreTheme();
listenToReader();
arrive();
translate();
void connect();
void pollRequests();

function drawIcons() {
  for (const node of findAll('[data-icon]')) {
    /** @type {any} index.html names icons only, which a test makes sure of */
    const name = node.dataset.icon;
    node.append(icon(name));
  }
}

function listenToReader() {
  onClick('language', switchLanguage);
  onClick('theme', switchTheme);
  onClick('help', () => $('keys').showModal());
  onClick('clear', askToClear);
  onClick('tab-phones', () => show('phones'));
  onClick('tab-requests', () => show('requests'));
  $('polls').addEventListener('change', () => {
    showPolling($('polls').checked);
    draw();
  });
  onClick('back', goBack);
  onClick('unopen', closeInspector);
  onClick('copy-number', () => copyAnd(state.phone, t('copied')));
  $('sure').addEventListener('close', clearIfSure);
  $('search').addEventListener('input', () => setQuery($('search').value));
  $('reply').addEventListener('submit', replyInstead);
  $('answer').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) replyInstead(event);
  });
  document.addEventListener('keydown', onKey);
  document.addEventListener('visibilitychange', () => !document.hidden && draw());
  window.addEventListener('popstate', arrive);
  // Another tab has read something.
  window.addEventListener('storage', () => {
    readSeen();
    draw();
  });
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  }
}

/**
 * @param {keyof PageElements} id
 * @param {() => unknown} listener
 */
function onClick(id, listener) {
  $(id).addEventListener('click', listener);
}

function askToClear() {
  $('sure').returnValue = '';
  $('sure').showModal();
}

function clearIfSure() {
  if ($('sure').returnValue === 'yes') void attempt(clear);
}

async function clear() {
  await deleteMessages();
  clearOf(null);
  toast(t('cleared'));
  go('', '');
}

/** @param {Event} event */
function replyInstead(event) {
  event.preventDefault();
  void reply();
}
