import type { CampaignResult } from './campaigns.js';

/** Spreadsheets take a cell with one of these for a formula; full-width ones count in East Asia. */
const FORMULA = /^\s*[=+\-@|%＝＋－＠]|^[\t\r\n]/;

/**
 * Results as CSV, a piece for some hundred rows. No phone number is in it: rows are told apart by their
 * place and by the label that the file has for them.
 */
export async function* toResultsCsv(
  results: AsyncIterable<CampaignResult>,
): AsyncGenerator<string> {
  // Excel takes CSV for UTF-8 by its byte order mark only.
  let piece = '\uFEFFrow,ref,status\r\n';
  for await (const { row, ref, status } of results) {
    piece += `${row},${toCell(ref)},${status}\r\n`;
    if (piece.length > 16_384) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

function toCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\t\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
