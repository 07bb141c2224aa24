// @ts-check
import { $, addItem } from './elements.js';
import { say } from './language.js';

/** @typedef {{ SerialNo: string, PhoneNumber: string, ReportStatus: string, Description: string, UserReceiveTime: number }} Report */
/** @typedef {(report: Report) => void} Listener */
/** @typedef {{ phone: string, since: number, listener: Listener }} AwaitedText */

const KEPT_EARLY = 20_000;
const MOST_AWAITED = 200;
/**
 * How far the clock of a carrier may be behind that of the app. Shorter than the pause between two
 * texts to a phone.
 */
const SLACK_MS = 15_000;

/**
 * Reports by serial number. What a report is about is often told by an answer that comes after it.
 *
 * @type {Map<string, Report>}
 */
const early = new Map();
/** @type {Map<string, Listener>} */
const waiting = new Map();
/**
 * Texts whose serial number the page does not know, oldest first.
 *
 * @type {AwaitedText[]}
 */
const awaited = [];
/** Serial numbers of reports that were given to one of these. */
const given = new Set();
/** Serial numbers of what is listed: a report comes again when the page listens anew. */
const listed = new Set();

/**
 * Lists a report and tells the part of the page that waits for it.
 *
 * @param {Report} report
 */
export function receive(report) {
  if (listed.has(report.SerialNo)) {
    return;
  }
  listed.add(report.SerialNo);
  forgetOldest(listed);
  showFate(addItem($('reports'), report.PhoneNumber, timeOf(report)), report);
  $('no-reports').hidden = true;
  giveTo(
    awaited.findLast((text) => isOf(text, report)),
    report,
  );
  const listener = waiting.get(report.SerialNo);
  if (listener === undefined) {
    keepEarly(report);
  } else {
    waiting.delete(report.SerialNo);
    listener(report);
  }
}

/** @param {Report} report */
function keepEarly(report) {
  early.set(report.SerialNo, report);
  forgetOldest(early);
}

/** @param {Map<string, Report> | Set<string>} kept */
function forgetOldest(kept) {
  if (kept.size > KEPT_EARLY) {
    const [oldest = ''] = kept.keys();
    kept.delete(oldest);
  }
}

/**
 * When the phone got the text, and not when the app asked for the report.
 *
 * @param {Report} report
 */
const timeOf = ({ UserReceiveTime }) => new Date(UserReceiveTime * 1000);

/**
 * Calls the listener with the report of a text, which may be there already.
 *
 * @param {string} serialNo
 * @param {Listener} listener
 */
export function onReport(serialNo, listener) {
  const report = early.get(serialNo);
  if (report === undefined) {
    waiting.set(serialNo, listener);
  } else {
    early.delete(serialNo);
    listener(report);
  }
}

/**
 * Calls the listener with the report of a text that was sent to a phone at a moment: the app tells a
 * stranger no serial number.
 *
 * @param {string} phone
 * @param {number} sentAt milliseconds since 1970
 * @param {Listener} listener
 */
export function onReportTo(phone, sentAt, listener) {
  const text = { phone, since: sentAt - SLACK_MS, listener };
  awaited.push(text);
  if (awaited.length > MOST_AWAITED) {
    awaited.shift();
  }
  const report = [...early.values()].find((each) => isOf(text, each));
  if (report !== undefined) {
    giveTo(text, report);
  }
}

/**
 * @param {AwaitedText} text
 * @param {Report} report
 */
const isOf = ({ phone, since }, report) =>
  report.PhoneNumber === phone && timeOf(report).getTime() >= since && !given.has(report.SerialNo);

/**
 * @param {AwaitedText | undefined} text
 * @param {Report} report
 */
function giveTo(text, report) {
  if (text !== undefined) {
    awaited.splice(awaited.indexOf(text), 1);
    given.add(report.SerialNo);
    forgetOldest(given);
    text.listener(report);
  }
}

/**
 * Lets a listener wait no longer.
 *
 * @param {Listener} listener
 */
export function forget(listener) {
  for (const [serialNo, other] of waiting) {
    if (other === listener) {
      waiting.delete(serialNo);
    }
  }
}

/**
 * @param {Report} report
 * @returns {'delivered' | 'failed'}
 */
export const fateOf = ({ ReportStatus }) => (ReportStatus === 'SUCCESS' ? 'delivered' : 'failed');

/**
 * @param {HTMLElement} node
 * @param {Report} report
 */
export function showFate(node, report) {
  const fate = fateOf(report);
  node.className = fate;
  say(node, fate, { reason: report.Description });
}
