// @ts-check
import { $ } from './elements.js';
import { language, say, unsay } from './language.js';
import { messageOf, post, send } from './post.js';

/** @typedef {'sending' | 'paused' | 'needs-source' | 'changed' | 'cancelled' | 'done'} State */
/** @typedef {{ state: State, total?: number, waiting: number, accepted: number, rejected: number, unknown: number, cancelled: number, duplicates: number, fee: number, byCode: Record<string, number>, perSecond: number, left?: number }} Progress */
/** @typedef {{ id: string, delivered: number, failed: number }} Reports */

const KEPT = 'sample-app-campaign';
const MOST_BYTES = 50_000_000;
/** Shares of the whole that are told to who listens: more would be noise. */
const TOLD_SHARES = 4;
const COUNTS = /** @type {const} */ ([
  'accepted',
  'rejected',
  'unknown',
  'cancelled',
  'duplicates',
]);
/** States in which nothing can be changed any more. */
const ENDS = new Set(['done', 'cancelled']);

/** Name of the campaign that is shown. */
let name = '';
/** @type {File | undefined} */
let file;
/** @type {EventSource | undefined} */
let source;
/** What was told last to who listens. */
let told = '';
/**
 * What came of reports by campaign, which may be sooner than its progress.
 *
 * @type {Map<string, Reports>}
 */
const reported = new Map();

/** Shows where campaigns run, and the one that this browser saw last. */
export async function showCampaigns() {
  const response = await fetch('campaigns');
  /** @type {{ mode: 'process' | 'queue', hasExample: boolean }} */
  const { mode, hasExample } = await response.json();
  say($('mode'), mode === 'queue' ? 'onQueue' : 'inProcess');
  $('example').hidden = !hasExample;
  const kept = localStorage.getItem(KEPT);
  if (kept !== null && name === '') {
    watch(kept);
  }
}

/** Takes the file of the form, and names the campaign after it. */
export function chooseFile() {
  takeFile($('file').files?.[0]);
}

/** @param {DragEvent} event */
export function dropFile(event) {
  $('drop').classList.remove('over');
  takeFile(event.dataTransfer?.files[0]);
}

/** @param {File | undefined} given */
function takeFile(given) {
  file = given;
  unsay($('campaign-error'));
  unsay($('uploaded'));
  showChosen();
  if (given !== undefined) {
    $('name').value = toName(given.name);
  }
}

export function showChosen() {
  if (file === undefined) {
    say($('chosen'), 'noFile');
  } else {
    say($('chosen'), 'chosen', { file: file.name, kilobytes: Math.ceil(file.size / 1000) });
  }
}

/** Uploads the file, which starts the campaign. */
export async function startCampaign() {
  unsay($('campaign-error'));
  unsay($('uploaded'));
  if (file === undefined) {
    say($('campaign-error'), 'chooseFile');
    $('file').focus();
    return;
  }
  if (file.size > MOST_BYTES) {
    say($('campaign-error'), 'tooLarge');
    return;
  }
  $('start').disabled = true;
  say($('start'), 'uploading');
  try {
    const started = toName($('name').value) || toName(file.name) || 'campaign';
    $('name').value = started;
    const columns = new URLSearchParams({
      phone: $('phone-column').value,
      shop: $('shop-column').value,
    });
    const path = `campaigns/${encodeURIComponent(started)}?${columns}`;
    const response = await send('PUT', path, file, 'text/csv');
    /** @type {{ state: 'new' | 'known', rows: number, encoding: string }} */
    const { state, rows, encoding } = await response.json();
    watch(started);
    say($('uploaded'), state === 'known' ? 'known' : 'uploaded', { rows, encoding });
  } catch (error) {
    $('campaign-error').textContent = messageOf(error);
  }
  $('start').disabled = false;
  say($('start'), 'start');
}

export const pauseCampaign = () => change('pause');
export const resumeCampaign = () => change('resume');
export const cancelCampaign = () => change('cancel');

/** @param {'pause' | 'resume' | 'cancel'} action */
async function change(action) {
  try {
    await post(`campaigns/${encodeURIComponent(name)}/${action}`, {});
  } catch (error) {
    $('campaign-error').textContent = messageOf(error);
  }
}

/**
 * Shows how far a campaign is, until its end.
 *
 * @param {string} watched
 */
function watch(watched) {
  source?.close();
  name = watched;
  told = '';
  localStorage.setItem(KEPT, watched);
  const path = `campaigns/${encodeURIComponent(watched)}`;
  $('campaign-name').textContent = watched;
  $('results').href = `${path}/results`;
  const own = new EventSource(`${path}/live`);
  source = own;
  own.addEventListener('message', ({ data }) => {
    /** @type {Progress} */
    const progress = JSON.parse(data);
    show(progress);
    if (ENDS.has(progress.state)) {
      own.close();
    }
  });
  own.addEventListener('error', () => {
    // The browser connects again by itself, but where the app does not know the campaign.
    if (own.readyState === EventSource.CLOSED && own === source) {
      localStorage.removeItem(KEPT);
      if (!$('progress').hidden) {
        say($('advice'), 'gone');
        $('pause').hidden = true;
        $('resume').hidden = true;
        $('cancel').hidden = true;
      }
    }
  });
}

/** @param {Progress} progress */
function show(progress) {
  const { state, total, byCode } = progress;
  $('progress').hidden = false;
  for (const count of COUNTS) {
    $(count).textContent = progress[count].toLocaleString(language());
  }
  $('codes').textContent = Object.entries(byCode)
    .map(([code, rows]) => `${code}: ${rows}`)
    .join(' · ');
  const done = COUNTS.reduce((sum, count) => sum + progress[count], 0);
  if (total === undefined) {
    $('bar').removeAttribute('value');
  } else {
    $('bar').value = total === 0 ? 1 : done / total;
  }
  sayProgress(progress, done);
  const isEnded = ENDS.has(state);
  const focused = document.activeElement;
  $('pause').hidden = state !== 'sending';
  $('resume').hidden = state !== 'paused';
  $('cancel').hidden = isEnded;
  if (focused instanceof HTMLElement && focused.hidden) {
    // For the keyboard: what was pressed is gone.
    [$('pause'), $('resume'), $('results')].find(({ hidden }) => !hidden)?.focus();
  }
  if (state === 'needs-source' || state === 'changed') {
    say($('advice'), state, { name });
  } else {
    unsay($('advice'));
  }
  showReported();
}

/**
 * @param {Progress} progress
 * @param {number} done
 */
function sayProgress({ state, fee, perSecond, left, ...progress }, done) {
  const total = progress.total ?? done;
  const values = { done, total, fee, rate: perSecond, left: left ?? 0 };
  const begun = progress.total === undefined ? 'soFar' : 'begun';
  const line =
    state === 'sending' && left !== undefined && left > 0
      ? 'running'
      : /** @type {const} */ ({
          sending: begun,
          paused: 'paused',
          'needs-source': begun,
          changed: begun,
          cancelled: 'ended-early',
          done: 'ended',
        })[state];
  say($('said'), line, values);
  const share = total === 0 ? TOLD_SHARES : Math.floor((done * TOLD_SHARES) / total);
  if (told !== `${state} ${share}`) {
    told = `${state} ${share}`;
    say($('told'), line, values);
  }
}

/**
 * Shows how many texts of the campaign arrived.
 *
 * @param {Reports[]} campaigns
 */
export function showReports(campaigns) {
  for (const campaign of campaigns) {
    reported.set(campaign.id, campaign);
  }
  showReported();
}

function showReported() {
  const { delivered, failed } = reported.get(name) ?? { delivered: 0, failed: 0 };
  $('delivered').textContent = delivered.toLocaleString(language());
  $('failed').textContent = failed.toLocaleString(language());
}

/**
 * What the app takes for a name.
 *
 * @param {string} text
 */
function toName(text) {
  return text
    .normalize('NFC')
    .replace(/\.(?:csv|txt)$/i, '')
    .replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, 64);
}
