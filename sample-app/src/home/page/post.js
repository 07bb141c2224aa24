// @ts-check
import { language, t } from './language.js';

/**
 * Posts to the app; an answer that is no good becomes an error with words for people.
 *
 * @param {string} path
 * @param {object} body
 * @param {AbortSignal} [signal]
 */
export async function post(path, body, signal) {
  const response = await send(path, body, signal);
  if (!response.ok) {
    throw new Error(await reasonOf(response));
  }
  return response;
}

/**
 * In the app's words where they are in the language of the page: Nest's own are always English.
 *
 * @param {Response} response
 */
async function reasonOf(response) {
  const unexpected = t('unexpected', { status: response.status });
  if (response.headers.get('Content-Language') !== language()) {
    return unexpected;
  }
  const { message } = await response.json().catch(() => ({ message: unexpected }));
  return [message].flat().join(' ');
}

/**
 * @param {string} path
 * @param {object} body
 * @param {AbortSignal} [signal]
 */
async function send(path, body, signal) {
  try {
    return await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': language() },
      body: JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    throw signal?.aborted ? error : new Error(t('offline'));
  }
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * Server-sent events out of the answer to a POST, which EventSource can't read.
 *
 * @param {Response} response
 * @returns {AsyncGenerator<{ event: string, data: any }>}
 */
export async function* eventsOf(response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    const piece = await reader?.read();
    if (piece?.value === undefined) {
      return;
    }
    const parts = (text + piece.value).split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
      yield { event, data: JSON.parse(data) };
    }
  }
}
