import { redact } from '../privacy/redact.js';

/**
 * The safe part of an error's cause: name, code and message. Errors of undici and
 * Node carry more, such as the bytes that were no HTTP, which may repeat all that was sent.
 */
export function toNetworkCause({
  name,
  message,
  code,
}: Error & { code?: string | undefined }): Error {
  return Object.assign(new Error(redact(message)), { name, code });
}
