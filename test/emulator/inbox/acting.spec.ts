import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { describeInBrowser } from '../../support/browser.js';
import { CallbackEndpoint } from '../callback-endpoint.js';
import { officialClient } from '../official-client.js';
import { InboxHost } from './inbox-host.js';

const closing: (() => Promise<unknown>)[] = [];
const start = async (...given: Parameters<typeof InboxHost.start>): Promise<InboxHost> => {
  const host = await InboxHost.start(...given);
  closing.push(async () => host.stop());
  return host;
};
afterEach(async () => {
  await Promise.all(closing.splice(0).map(async (close) => close()));
});

const CLIPBOARD = { permissions: ['clipboard-read', 'clipboard-write'] };
const readClipboard = 'navigator.clipboard.readText()';

describeInBrowser('what one can do in the inbox', (open) => {
  it('copies a code with a click, and says so', async () => {
    const host = await start();
    await host.send({ params: ['111222', '5'] });
    await host.send({ params: ['333444', '5'] });
    const page = await open(host.url, CLIPBOARD);
    await page.getByRole('button', { name: 'Copy code 111222' }).click();
    await page.getByRole('status').getByText('Copied 111222').waitFor();
    expect(await page.evaluate(readClipboard)).toBe('111222');
    expect(await page.locator('#inspector').isHidden()).toBe(true);
  });

  it('copies the newest code of all phones with the key c', async () => {
    const host = await start();
    await host.send({ params: ['111222', '5'] });
    const page = await open(host.url, CLIPBOARD);
    await page.locator('.text').waitFor();
    await page.keyboard.press('c');
    await page.getByText('Copied 111222').waitFor();
    await host.send({ to: '+8613900000000', params: ['555666', '5'] });
    await page.locator('.row').nth(1).waitFor();
    await page.keyboard.press('c');
    await page.getByText('Copied 555666').waitFor();
    expect(await page.evaluate(readClipboard)).toBe('555666');
  });

  it('copies where the browser has no clipboard for it, too', async () => {
    const host = await start();
    await host.send();
    const page = await open(host.url, CLIPBOARD);
    await page.evaluate('Object.defineProperty(navigator, "clipboard", { value: undefined })');
    await page.getByRole('button', { name: 'Copy code 042137' }).click();
    await page.getByText('Copied 042137').waitFor();
    await page.locator('#answer').focus();
    await page.keyboard.press('Control+v');
    expect(await page.locator('#answer').inputValue()).toBe('042137');
  });

  it('replies as the phone, and the application pulls the reply', async () => {
    const host = await start();
    await host.send();
    const page = await open(host.url);
    await page.getByLabel('Reply as +86 137 1111 2222').fill('好的 <b>');
    await page.keyboard.press('Enter');
    await page.locator('.reply-item').waitFor();
    expect(await page.locator('.reply-item p').textContent()).toBe('好的 <b>');
    expect(await page.locator('#answer').inputValue()).toBe('');
    const { PullSmsReplyStatusSet } = await officialClient(host.emulator).PullSmsReplyStatus({
      Limit: 10,
      SmsSdkAppId: '1400006666',
    });
    expect(PullSmsReplyStatusSet).toMatchObject([
      { ReplyContent: '好的 <b>', SubscriberNumber: '13711112222' },
    ]);
  });

  it('shows that a reply opted the phone out', async () => {
    const host = await start();
    await host.send();
    const page = await open(host.url);
    await page.locator('#answer').fill('TD');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.reply-item').waitFor();
    expect(await page.locator('.reply-item .meta').textContent()).toContain('Opted out');
  });

  it('pushes a callback again, and its time line shows it', async () => {
    const receiver = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.end('{"result":0,"errmsg":"OK"}'));
    });
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve);
    });
    closing.push(
      async () =>
        new Promise((resolve) => {
          receiver.close(resolve);
          receiver.closeAllConnections();
        }),
    );
    const callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/receipts`;
    const host = await start({ callbackUrl });
    await host.send();
    const page = await open(host.url);
    await page.locator('.text').getByText('Called back').waitFor();
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('button', { name: 'Push callback again' }).click();
    await page.getByText(`Callback is on its way to ${callbackUrl}`).waitFor();
    await page.locator('.line li').nth(3).waitFor();
    expect(await page.locator('.line b').allTextContents()).toEqual([
      'Accepted',
      'Reported by the carrier',
      'Called back',
      'Called back',
    ]);
  });

  it('shows what was pushed of a text and what came back, without the secret of the URL', async () => {
    const endpoint = await CallbackEndpoint.start();
    closing.push(async () => endpoint.stop());
    const secret = '0123456789abcdef0123456789abcdef';
    const callbackUrl = endpoint.url.replace('/sms/callback', `/hooks/${secret}/status`);
    endpoint.responses.push({ status: 503, body: '<b>busy</b>' });
    const host = await start({ callbackUrl });
    await host.send();
    const page = await open(host.url);
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByText('Callbacks (1)').click();
    const pushes = page.locator('.push');
    const { origin } = new URL(callbackUrl);
    expect(await pushes.locator('.start').first().textContent()).toMatch(
      `POST ${origin}/hooks/…/status?… `,
    );
    expect(await pushes.locator('pre').allTextContents()).toEqual([
      JSON.stringify(endpoint.pushed[0]?.body, null, 2),
      '<b>busy</b>',
    ]);
    expect(await pushes.getByText('HTTP 503').count()).toBe(1);
    // Open as it is, it shows the next one as well, above.
    await page.getByRole('button', { name: 'Push callback again' }).click();
    await page.getByText('Callbacks (2)').waitFor();
    expect(await pushes.locator('b').allTextContents()).toEqual([
      'POST',
      'HTTP 200',
      'POST',
      'HTTP 503',
    ]);
    expect(await page.getByText(secret).count()).toBe(0);
  });
});
