import { createHash } from 'node:crypto';
import { describeSmsError } from '../../errors/error-catalogue.js';
import { GATEWAY_CODES } from '../../errors/gateway-codes.js';
import { SEND_CODES } from '../../errors/send-codes.js';
import { DEFAULT_SECRET_KEY } from '../emulator.options.js';
import { englishReceipts } from '../emulator/receipt-codes.js';
import { INBOX_MARKUP } from './inbox.markup.js';
import { INBOX_SCRIPT } from './inbox.script.js';
import { INBOX_STYLES } from './inbox.styles.js';
import { INBOX_TEXTS } from './inbox.texts.js';

/** The inbox for people, as an HTTP answer. */
export interface InboxPage {
  readonly html: string;
  readonly headers: Record<string, string>;
}

let page: InboxPage | undefined;

/**
 * The inbox: one page with nothing outside of it. It asks for everything relative to its own address,
 * so it works behind a path prefix too.
 */
export function inboxPage(): InboxPage {
  page ??= createPage();
  return page;
}

function createPage(): InboxPage {
  const script = `${embed('TEXTS', INBOX_TEXTS)}${embed('MEANINGS', meanings())}${embed('RECEIPTS', englishReceipts())}${embed('SECRET_KEY', DEFAULT_SECRET_KEY)}${INBOX_SCRIPT}`;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>SMS inbox</title>
<link rel="icon" href="${ICON}">
<style>${INBOX_STYLES}</style>
</head><body>${INBOX_MARKUP}<script type="module">${script}</script></body></html>
`;
  return {
    html,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': [
        "default-src 'none'",
        `script-src ${hashOf(script)}`,
        `style-src ${hashOf(INBOX_STYLES)}`,
        "connect-src 'self'",
        'img-src data:',
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        // Not even by mistake can data become markup.
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ].join('; '),
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      // Another version may answer at the same address tomorrow.
      'Cache-Control': 'no-store',
    },
  };
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='9' fill='%23146ef5'/%3E%3Cpath d='M8 10h16v10H15l-4 4v-4H8z' fill='white'/%3E%3C/svg%3E";

/** A constant of the script. A `<` would let a text end the script element. */
function embed(name: string, value: unknown): string {
  return `const ${name}=${JSON.stringify(value).replaceAll('<', String.raw`\u003c`)};\n`;
}

/** What the codes say that a send or its request can be refused with. */
function meanings(): Record<string, { en: string; zh: string }> {
  const refusedCalls = Object.keys(GATEWAY_CODES).filter((code) => /^(?:Auth|Missing)/.test(code));
  // With a fault of Tencent's own, its name says as much as any sentence.
  const sends = Object.keys(SEND_CODES).filter((code) => !code.startsWith('InternalError'));
  const codes = [...refusedCalls, ...sends];
  return Object.fromEntries(
    codes.map((code) => {
      const { en, zh } = describeSmsError(code);
      return [code, { en, zh }];
    }),
  );
}

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
