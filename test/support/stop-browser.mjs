import process from 'node:process';

export default async function stopBrowser() {
  await globalThis.browserServer?.close();
  delete process.env.TEST_BROWSER_ENDPOINT;
}
