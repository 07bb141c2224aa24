import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compactLines, compactScript, compactStyles } from './compact-lines.js';
import { createInboxCatalogue } from './create-inbox-catalogue.js';
import { linkModules } from './link-modules.js';

/** The inbox for browsers, as an HTTP response. */
export interface InboxPage {
  readonly html: string;
  readonly headers: Record<string, string>;
}

let page: InboxPage | undefined;

/**
 * The inbox: the files of `page/` as one page with nothing outside of it, made when it is first asked
 * for. It asks for everything relative to its own address, so it works behind a path prefix too.
 */
export function inboxPage(): InboxPage {
  page ??= createPage();
  return page;
}

function createPage(): InboxPage {
  const styles = compactStyles(read('inbox.css'));
  const script = compactScript(linkModules('main.js', read));
  // Without these two characters JSON has nothing that means anything to HTML.
  const catalogue = JSON.stringify(createInboxCatalogue())
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('&', String.raw`\u0026`);
  let html = compactLines(read('index.html'));
  const put = (given: string, inlined: string): void => {
    const [before, after, ...more] = html.split(given);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error(`index.html must have this once: ${given}`);
    }
    html = before + inlined + after;
  };
  put('<link rel="stylesheet" href="inbox.css" />', `<style>${styles}</style>`);
  put('<script type="module" src="main.js"></script>', `<script type="module">${script}</script>`);
  put('<template id="catalogue"></template>', `<template id="catalogue">${catalogue}</template>`);
  return { html, headers: toHeaders(script, styles) };
}

function read(name: string): string {
  return readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');
}

function toHeaders(script: string, styles: string): Record<string, string> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(styles)}`,
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
  };
}

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
