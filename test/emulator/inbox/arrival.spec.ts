import { afterEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../../support/browser.js';
import { InboxHost } from './inbox-host.js';

const hosts: InboxHost[] = [];
const start = async (...given: Parameters<typeof InboxHost.start>): Promise<InboxHost> => {
  const host = await InboxHost.start(...given);
  hosts.push(host);
  return host;
};
afterEach(async () => {
  await Promise.all(hosts.splice(0).map(async (host) => host.stop()));
});

const untilLive = async (page: Page): Promise<void> =>
  page.locator('#live[data-state=live]').waitFor();

describeInBrowser('a text that arrives', (open, expectComplaint) => {
  it('shows without a reload, with its signature, its code and what became of it', async () => {
    const host = await start();
    const page = await open(host.url);
    await page.getByRole('heading', { name: 'Waiting for the first text' }).waitFor();
    await untilLive(page);
    await host.send();
    const text = page.locator('.text');
    await text.getByText('Delivered').waitFor();
    expect(await text.locator('p').textContent()).toBe(
      '【腾讯云】042137为您的登录验证码，请于5分钟内填写，如非本人操作，请忽略本短信。',
    );
    expect(await page.locator('.digits').textContent()).toBe('042137');
    expect(await text.locator('.meta').textContent()).toMatch(/1 segment.*fee 1/);
    await page.locator('#arrivals').getByText('New text to +86 137 1111 2222').waitFor();
  });

  it('is counted as unread until its phone is opened, and stays read after a reload', async () => {
    const host = await start();
    await host.send();
    const page = await open(host.url);
    await page.locator('.text').waitFor();
    await host.send({ to: '+12025550142', sign: 'Acme' });
    const other = page.getByRole('button', { name: '+1 202 555 0142' });
    await other.getByLabel('1 unread').waitFor();
    expect(await page.title()).toBe('(1) SMS inbox');
    await other.click();
    await page.getByRole('heading', { name: '+1 202 555 0142' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '+1 202 555 0142' }).waitFor();
    expect(await page.locator('.badge').count()).toBe(0);
  });

  it('shows beside the earlier ones of its phone, in the order in which they came', async () => {
    const host = await start();
    const page = await open(host.url);
    await untilLive(page);
    for (const code of ['100001', '100002', '100003']) {
      // One after the other is what is shown.
      // oxlint-disable-next-line no-await-in-loop
      await host.send({ params: [code, '5'] });
    }
    await page.locator('.text').nth(2).waitFor();
    expect(await page.locator('.digits').allTextContents()).toEqual(['100001', '100002', '100003']);
    expect(await page.locator('.newest .digits').textContent()).toBe('100003');
    expect(await page.locator('#list .row').count()).toBe(1);
  });

  it('shows after the connection was lost, without a hand on the page', async () => {
    const host = await start();
    const page = await open(host.url);
    await untilLive(page);
    expectComplaint(/ERR_INCOMPLETE_CHUNKED_ENCODING/);
    await host.send();
    await page.locator('.text').waitFor();
    host.dropConnections();
    await host.send({ params: ['777777', '5'] });
    await page.getByRole('button', { name: 'Copy code 777777' }).waitFor();
    await untilLive(page);
    expect(host.lastEventIds).toEqual([expect.stringMatching(/^\d+$/)]);
  });

  it('disappears from every open page when the inbox is cleared', async () => {
    const host = await start();
    await host.send();
    const [one, two] = await Promise.all([open(host.url), open(host.url)]);
    await Promise.all([one, two].map(async (page) => page.locator('.text').waitFor()));
    await untilLive(two);
    await one.getByRole('button', { name: 'Clear inbox' }).click();
    await one.getByRole('dialog').getByRole('button', { name: 'Clear inbox' }).click();
    await two.getByRole('heading', { name: 'Waiting for the first text' }).waitFor();
    await one.getByRole('heading', { name: 'Waiting for the first text' }).waitFor();
    expect(host.emulator.messages()).toEqual([]);
  });

  it('says with code and meaning when it was refused', async () => {
    const host = await start();
    const page = await open(host.url);
    await untilLive(page);
    await host.send({ params: ['042137'] }).catch(() => undefined);
    const refusal = page.locator('.text .refusal');
    await refusal.waitFor();
    expect(await refusal.textContent()).toContain('TemplateParamSetNotMatchApprovedTemplate');
    expect(await refusal.locator('span').textContent()).toMatch(/variable/);
    expect(await page.locator('.fate').textContent()).toBe('Refused');
    expect(await page.locator('.digits').count()).toBe(0);
  });
});
