// @ts-check
/** @import { SmsEmulatorRequestSummary } from '../../contract/control-api.types.js' */
import { readRequest, readRequests } from './emulator-api.js';
import { redraw, redrawSoon } from './redraw.js';
import { isPolling } from './polling.js';
import { KEPT, state } from './state.js';

const MOST_DETAILS = 50;
let newest = '';

/** Reads the log anew: after a restart the emulator counts its requests from one. */
export function restartRequestLog() {
  newest = '';
}

/** Requests have no event of their own: polls for newer ones while the page is visible. */
export async function pollRequests() {
  if (!document.hidden && state.loaded) {
    try {
      await readNewRequests(newest);
    } catch {
      // The stream of events shows that the emulator is gone.
    }
  }
  setTimeout(() => void pollRequests(), state.loaded ? 2000 : 200);
}

/** @param {string} since */
async function readNewRequests(since) {
  const { requests } = await readRequests(since);
  if (since !== newest || (since !== '' && requests.length === 0)) return;
  state.requests = newestOf([...(since === '' ? [] : state.requests), ...requests]);
  newest = requests.at(-1)?.id ?? '';
  redraw();
}

/**
 * Polls by themselves, or they would push out what was sent.
 *
 * @param {SmsEmulatorRequestSummary[]} requests
 */
const newestOf = (requests) =>
  [true, false]
    .flatMap((polls) => requests.filter((one) => isPolling(one) === polls).slice(-KEPT))
    .toSorted((a, b) => Number(a.id) - Number(b.id));

/**
 * A request with its answer, which is read when it is not there yet. A stale one stays on show until
 * the new one is there.
 *
 * @param {string} id
 */
export function detailOf(id) {
  if (!state.details.has(id)) {
    state.details.set(id, 'loading');
    void readDetail(id);
  } else if (state.stale.delete(id)) void readDetail(id);
  return state.details.get(id);
}

/** @param {string} id */
async function readDetail(id) {
  try {
    const { request } = await readRequest(id);
    state.details.set(id, request);
  } catch {
    state.details.set(id, 'gone');
  }
  if (state.details.size > MOST_DETAILS) {
    const [oldest = ''] = state.details.keys();
    state.details.delete(oldest);
  }
  redrawSoon();
}
