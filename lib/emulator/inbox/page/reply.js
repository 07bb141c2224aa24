// @ts-check
import { $ } from './elements.js';
import { attempt, sendReply } from './emulator-api.js';
import { redraw } from './redraw.js';
import { putReply, state } from './state.js';

/** Sends what is written as the phone on show. */
export async function reply() {
  const to = state.phone;
  const answer = $('answer');
  const text = answer.value.trim();
  if (text === '' || to === '') return;
  // Gone at once, so that a second Enter does not send it twice.
  answer.value = '';
  const sent = await attempt(() => sendReply({ to, text }));
  if (sent) {
    putReply(sent.reply);
    redraw();
    $('texts').scrollTop = $('texts').scrollHeight;
  } else if (state.phone === to) answer.value ||= text;
  else state.drafts.set(to, text);
}
