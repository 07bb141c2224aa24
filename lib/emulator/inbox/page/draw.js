// @ts-check
/** @import { Thread } from './threads.js' */
import { drawGuide } from './guide.js';
import { drawInspector } from './inspector.js';
import { t } from './language.js';
import { drawList } from './list.js';
import { settle } from './place.js';
import { parseQuery } from './search.js';
import { seen } from './seen.js';
import { state } from './state.js';
import { drawThread } from './thread.js';
import { threads } from './threads.js';

/** Draws the whole page as the state is now. */
export function draw() {
  const all = threads();
  settle(all);
  const terms = parseQuery(state.query);
  drawThread(all, terms);
  const read = all.map(readIfSeen);
  drawList(read, terms);
  drawGuide(read);
  drawInspector();
  const unread = read.reduce((sum, thread) => sum + thread.unread, 0);
  document.title = (unread > 0 ? `(${unread}) ` : '') + t('title');
}

/**
 * The thread on show has just been read.
 *
 * @param {Thread} thread
 */
const readIfSeen = (thread) =>
  seen.phones.get(thread.phone) === thread.at ? { ...thread, unread: 0 } : thread;
