// @ts-check
import { $ } from './elements.js';
import { say, unsay } from './language.js';
import { eventsOf, messageOf, post } from './post.js';

/** @typedef {{ accepted: number, rejected: number, unknown: number, skipped: number }} Counts */
/** @typedef {Counts & { id: string, done: number, total: number }} Progress */
/** @typedef {Counts & { fee: number }} Summary */
/** @typedef {{ id: string, delivered: number, failed: number }} Reports */

const EXAMPLES = 500;
let run = new AbortController();
/**
 * Of the campaign that is shown; known once the app tells of its progress.
 *
 * @type {string | undefined}
 */
let id;
/**
 * What came of reports by campaign, which may be sooner than its id.
 *
 * @type {Map<string, Reports>}
 */
const reported = new Map();

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
  const failing = [...$('failing').options]
    .map(({ value }) => value)
    .filter((value) => value !== '');
  const length = EXAMPLES - failing.length;
  const numbers = Array.from({ length }, (_, i) => `+86137${10_000_000 + i}`);
  $('phones').value = [...numbers, ...failing].join('\n');
}

function begin() {
  run = new AbortController();
  id = undefined;
  reported.clear();
  $('start').disabled = true;
  $('stop').hidden = false;
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
  const { delivered, failed } = reported.get(id ?? '') ?? { delivered: 0, failed: 0 };
  $('delivered').textContent = String(delivered);
  $('failed').textContent = String(failed);
}

/** @param {Progress} progress */
function showProgress({ id: campaign, done, total, ...counts }) {
  id = campaign;
  $('bar').value = done / total;
  showCounts(counts);
  say($('said'), 'running', { done, total });
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
  showReported();
}
