// @ts-check
import { $, addLine } from './elements.js';
import { say } from './language.js';

/** @typedef {{ id: string, from: string, text: string, optOut: boolean, at: number }} Reply */

/**
 * Lists what phones wrote back.
 *
 * @param {Reply[]} replies
 */
export function showReplies(replies) {
  for (const { from, text, optOut, at } of replies) {
    const line = addLine($('replies'), from);
    line.words.className = optOut ? 'failed' : '';
    say(line.words, optOut ? 'optedOut' : 'replied', { text });
    line.setTime(at);
  }
  $('no-replies').hidden = replies.length > 0;
}

export function forgetReplies() {
  $('replies').replaceChildren();
  $('no-replies').hidden = false;
}
