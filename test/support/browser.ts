import { afterAll, afterEach, beforeAll, describe, expect, jest } from '@jest/globals';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** A browser is slow to start on a busy machine. */
const TIMEOUT_MS = 40_000;

/** Opens a page of its own, with storage of its own, which is closed after the test. */
export type OpenPage = (url: string, options?: BrowserContextOptions) => Promise<Page>;

/**
 * Describes what a page does in a browser: the Chromium at `CHROMIUM_PATH` or where Linux has it,
 * which start-browser.mjs starts once for all specs. Says so loudly and skips where there is none.
 * After each test, no page may have complained in its console,
 * broken its Content-Security-Policy or asked another origin for anything, but for what the test expects.
 */
export function describeInBrowser(
  name: string,
  tests: (open: OpenPage, expectComplaint: (complaint: RegExp) => void) => void,
): void {
  const endpoint = process.env['TEST_BROWSER_ENDPOINT'];
  if (endpoint === undefined) {
    process.stderr.write(
      `\n!!! SKIPPED: "${name}" needs a browser. Install chromium or set CHROMIUM_PATH.\n\n`,
    );
  }
  (endpoint === undefined ? describe.skip : describe)(name, () => {
    const contexts: BrowserContext[] = [];
    const complaints: string[] = [];
    const expected: RegExp[] = [];
    let browser: Browser | undefined;
    jest.setTimeout(TIMEOUT_MS);

    beforeAll(async () => {
      browser = await chromium.connect(endpoint ?? '');
    });
    afterEach(async () => {
      await Promise.all(contexts.splice(0).map(async (context) => context.close()));
      const patterns = expected.splice(0);
      const surprises = complaints
        .splice(0)
        .filter((complaint) => !patterns.some((pattern) => pattern.test(complaint)));
      expect(surprises).toEqual([]);
    });
    afterAll(async () => {
      await browser?.close();
    });

    tests(
      async (url, options) => {
        if (browser === undefined) {
          throw new Error('The browser is open in tests only.');
        }
        const context = await browser.newContext({ locale: 'en-US', ...options });
        contexts.push(context);
        const page = await context.newPage();
        listen(page, new URL(url).origin, complaints);
        await page.goto(url);
        return page;
      },
      (complaint) => expected.push(complaint),
    );
  });
}

function listen(page: Page, origin: string, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== origin) {
      complaints.push(`request: ${request.url()}`);
    }
  });
}
