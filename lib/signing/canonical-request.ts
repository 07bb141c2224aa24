import { hash } from 'node:crypto';

/** What TC3 hashes: the request reduced to one text that both sides can rebuild. */
export interface CanonicalParts {
  method: string;
  /** Text after the question mark, exactly as sent; `''` for a POST. */
  queryString: string;
  /** Signed headers, names in lower case, in the order of `SignedHeaders`. */
  headers: readonly (readonly [name: string, value: string])[];
  /** The body, byte for byte as sent. */
  body: string | Uint8Array;
}

/**
 * Builds the canonical request: six parts, joined with line feeds.
 *
 * The path is always `/`. The block of headers ends with a line feed of its own, hence the empty
 * line before the list of their names.
 *
 * @see https://cloud.tencent.com/document/api/382/38766
 */
export function buildCanonicalRequest({
  method,
  queryString,
  headers,
  body,
}: CanonicalParts): string {
  let lines = '';
  let names = '';
  for (const [name, value] of headers) {
    lines += `${name}:${value.trim()}\n`;
    names += names === '' ? name : `;${name}`;
  }
  return `${method}\n/\n${queryString}\n${lines}\n${names}\n${sha256Hex(body)}`;
}

/** SHA-256 as lower-case hex; text is hashed as UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}
