// @ts-check
/** @import { Report } from './reports.js' */
import { $ } from './elements.js';
import { say, unsay } from './language.js';
import { eventsOf, messageOf, post } from './post.js';
import { fateOf, forget, onReport } from './reports.js';

/** @typedef {{ accepted: number, rejected: number, unknown: number, skipped: number }} Counts */
/** @typedef {Counts & { done: number, total: number, serialNos: string[] }} Progress */
/** @typedef {Counts & { fee: number }} Summary */

const EXAMPLES = 500;
let run = new AbortController();
const reported = { delivered: 0, failed: 0 };

/** Texts all phones of the form, and shows how far it is. */
export async function runCampaign() {
  const phones = $('phones')
    .value.split(/[\s,;]+/)
    .filter((phone) => phone !== '');
  unsay($('campaign-error'));
  if (phones.length === 0) {
    say($('campaign-error'), 'noPhones');
    return;
  }
  begin();
  try {
    const response = await post('campaign', { phones }, run.signal);
    showCounts({ accepted: 0, rejected: 0, unknown: 0, skipped: 0 });
    $('bar').value = 0;
    $('said').textContent = '';
    $('progress').hidden = false;
    for await (const { event, data } of eventsOf(response)) {
      (event === 'progress' ? showProgress : showSummary)(data);
    }
  } catch (error) {
    if (run.signal.aborted) {
      say($('said'), 'stopped');
    } else {
      $('campaign-error').textContent = messageOf(error);
    }
  } finally {
    $('start').disabled = false;
    $('stop').hidden = true;
  }
}

export function stopCampaign() {
  run.abort();
}

export function fillInExamples() {
  const numbers = Array.from({ length: EXAMPLES }, (_, i) => `+86137${10_000_000 + i}`);
  $('phones').value = numbers.join('\n');
}

function begin() {
  run = new AbortController();
  forget(count);
  reported.delivered = 0;
  reported.failed = 0;
  $('start').disabled = true;
  $('stop').hidden = false;
}

/** @param {Report} report */
function count(report) {
  const fate = fateOf(report);
  reported[fate] += 1;
  $(fate).textContent = String(reported[fate]);
}

/** @param {Progress} progress */
function showProgress({ done, total, serialNos, ...counts }) {
  $('bar').value = done / total;
  showCounts(counts);
  say($('said'), 'running', { done, total });
  for (const serialNo of serialNos) {
    onReport(serialNo, count);
  }
}

/** @param {Summary} summary */
function showSummary({ fee, ...counts }) {
  const { accepted, rejected, unknown, skipped } = counts;
  const total = accepted + rejected + unknown + skipped;
  showCounts(counts);
  say($('said'), 'ended', { total, fee });
}

/** @param {Counts} counts */
function showCounts({ accepted, rejected, unknown, skipped }) {
  $('accepted').textContent = String(accepted);
  $('rejected').textContent = String(rejected);
  $('unknown').textContent = String(unknown);
  $('skipped').textContent = String(skipped);
  $('delivered').textContent = String(reported.delivered);
  $('failed').textContent = String(reported.failed);
}
