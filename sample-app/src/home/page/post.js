// @ts-check
import { language, t } from './language.js';

/**
 * Posts to the app; an answer that is no good becomes an error with words for people.
 *
 * @param {string} path
 * @param {object} body
 */
export const post = (path, body) => send('POST', path, JSON.stringify(body), 'application/json');

/**
 * Sends to the app, as `post` does.
 *
 * @param {string} method
 * @param {string} path
 * @param {string | Blob} body
 * @param {string} type of the body
 */
export async function send(method, path, body, type) {
  const response = await reach(path, {
    method,
    headers: { 'Content-Type': type, 'Accept-Language': language() },
    body,
  });
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
 * @param {RequestInit} request
 */
async function reach(path, request) {
  try {
    return await fetch(path, request);
  } catch {
    throw new Error(t('offline'));
  }
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
