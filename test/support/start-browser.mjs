// Starts the one Chromium that all browser specs share; test/support/browser.ts connects to it.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default async function startBrowser() {
  const executablePath = [process.env.CHROMIUM_PATH, ...PLACES].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (executablePath === undefined) {
    return;
  }
  const server = await chromium.launchServer({ executablePath, args: ARGUMENTS });
  globalThis.browserServer = server;
  process.env.TEST_BROWSER_ENDPOINT = server.wsEndpoint();
}
