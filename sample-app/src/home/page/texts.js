// @ts-check
/** @import { Line } from './elements.js' */
import { $, addLine } from './elements.js';
import { say } from './language.js';
import { showLost } from './lose.js';

/** @typedef {'absent-phone' | 'invalid' | 'blocked' | 'frequency' | 'other'} FailureKind */
/** @typedef {'unknown' | 'absent' | 'accepted' | 'unreported' | 'rejected' | 'failed' | 'delivered'} State */
/** @typedef {{ id: string, to: string, state: State, code?: string, kind?: FailureKind, at?: number, foundLater: boolean }} Text */

const MOST_KEPT = 200;
/**
 * Lines by the id of their text, oldest first.
 *
 * @type {Map<string, Line>}
 */
const lines = new Map();

/**
 * Lists texts, or shows what became of those that are listed.
 *
 * @param {Text[]} texts
 */
export function showTexts(texts) {
  for (const { id, to, state, code = '', kind = 'other', at, foundLater } of texts) {
    const line = lines.get(id) ?? addLine($('texts'), to);
    lines.set(id, line);
    line.words.className = state;
    say(line.words, state === 'failed' ? kind : state, { code });
    if (state === 'unknown') {
      showLost();
    }
    if (foundLater) {
      say(line.mark, 'foundLater');
    }
    line.setTime(at);
  }
  for (const [id] of lines) {
    if (lines.size <= MOST_KEPT) {
      break;
    }
    lines.delete(id);
  }
  $('no-texts').hidden = lines.size > 0;
}

export function forgetTexts() {
  lines.clear();
  $('texts').replaceChildren();
  $('no-texts').hidden = false;
}
