// @ts-check
import { $ } from './elements.js';
import { say, unsay } from './language.js';
import { messageOf, post } from './post.js';

/** Has the emulator lose its answer to the next send. */
export async function loseAnswer() {
  unsay($('losing'));
  try {
    await post('development/lose-answer', {});
    say($('losing'), 'losing');
  } catch (error) {
    $('losing').textContent = messageOf(error);
  }
}

/** An answer is lost: the next one comes. */
export function showLost() {
  unsay($('losing'));
}
