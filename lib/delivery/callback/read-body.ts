import type { IncomingMessage } from 'node:http';

/** A full batch with every character escaped has about 130 kB. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** A body that is larger than any that Tencent sends. */
export const TOO_LARGE = Symbol('too large');

/** Reads a body to its end, whatever its type is; nothing of one that is too large is kept. */
export async function readBody(request: IncomingMessage): Promise<Buffer | typeof TOO_LARGE> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      chunks.length = 0;
      return TOO_LARGE;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Parses JSON in UTF-8, with or without a byte order mark; `undefined` when it is none. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
