import { request as requestHttp } from 'node:http';
import type { CallbackRequest, CallbackResponse } from './callbacks.js';

// Tencent documents no time limit; an endpoint should answer far sooner.
const TIMEOUT_MS = 5000;
const MAX_RESPONSE_CHARACTERS = 64 * 1024;

/**
 * POSTs a body on a connection of its own, which keeps no process alive.
 *
 * @throws an Error saying in a few words why there is no answer.
 */
export async function postCallback(
  { url, contentType, body }: CallbackRequest,
  signal: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<CallbackResponse> {
  // Loaded only when a callback URL is set, so that the emulator starts sooner.
  const send = url.startsWith('https:') ? (await import('node:https')).request : requestHttp;
  return new Promise<CallbackResponse>((resolve, reject) => {
    const headers = {
      ...(contentType === '' ? {} : { 'Content-Type': contentType }),
      'Content-Length': Buffer.byteLength(body),
    };
    const request = send(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text = `${text}${chunk}`.slice(0, MAX_RESPONSE_CHARACTERS);
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: text });
      });
      response.on('error', () => {
        reject(new Error('the connection broke'));
      });
    });
    request.on('socket', (socket) => socket.unref());
    // For all of it: an endpoint that sends a byte now and then is never silent.
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${timeoutMs} ms`));
      request.destroy();
    }, timeoutMs).unref();
    request.on('close', () => {
      clearTimeout(timer);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(error.code ?? error.message));
    });
    request.end(body);
  });
}
