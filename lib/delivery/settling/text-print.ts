import { renderText } from '../../templates/template-content.js';

/** Runs of digits that Tencent's records mask, and the masks. */
const MASKED = /[\d*]{4,}/g;
const SIGNATURE = /^【[^】]*】|【[^】]*】$|^\[[^\]]*\]/u;
const PLACEHOLDER = /\{[^{}]*\}/g;
/** Letters that a record has in common with its text. */
const SHARED = 6;
/** Letters of the template that are kept. */
const KEPT = 24;

/**
 * What the record of a text is told by: four digits of a checksum of the whole text, and words of its
 * template. No value can be read from it.
 *
 * @param content the approved text of the template
 */
export function printOf(content: string, values: readonly string[]): string {
  return checksum(renderText(content, values)) + longestOf(content.split(PLACEHOLDER));
}

/** How well the text of a record fits: `undefined` not at all, 0 best; 1 where nothing tells them apart. */
export function misfitOf(print: string | undefined, content: string): number | undefined {
  if (print === undefined || content === '') {
    return 1;
  }
  const body = content.replace(SIGNATURE, '');
  if (print.startsWith(checksum(body))) {
    return 0;
  }
  const words = Array.from(print.slice(CHECKSUM_DIGITS));
  return words.length < SHARED || sharesWords(words, body) ? 1 : undefined;
}

function sharesWords(words: readonly string[], body: string): boolean {
  return words.some(
    (_, i) => i + SHARED <= words.length && body.includes(words.slice(i, i + SHARED).join('')),
  );
}

function longestOf(literals: readonly string[]): string {
  const longest = literals.reduce((a, b) => (b.length > a.length ? b : a), '');
  return Array.from(longest).slice(0, KEPT).join('');
}

const CHECKSUM_DIGITS = 4;

/** FNV-1a, folded to 16 bits: enough to rank two candidates by, too little to find a value again. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text.replace(MASKED, '#')) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  }
  return ((hash ^ (hash >>> 16)) & 0xffff).toString(16).padStart(CHECKSUM_DIGITS, '0');
}
