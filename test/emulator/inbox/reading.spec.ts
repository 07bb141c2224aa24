import { afterEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../../support/browser.js';
import { officialClient } from '../official-client.js';
import { sendSigned } from '../raw-client.js';
import { InboxHost } from './inbox-host.js';

const hosts: InboxHost[] = [];
const start = async (): Promise<InboxHost> => {
  const host = await InboxHost.start();
  hosts.push(host);
  return host;
};
afterEach(async () => {
  await Promise.all(hosts.splice(0).map(async (host) => host.stop()));
});

const PHONES = ['+8613711112222', '+8613822223333', '+8613933334444'];
const startWithThree = async (): Promise<InboxHost> => {
  const host = await start();
  for (const [index, to] of PHONES.entries()) {
    // Their order is what the list shows.
    // oxlint-disable-next-line no-await-in-loop
    await host.send({ to, params: [`10000${index}`, '5'] });
  }
  return host;
};
const names = async (page: Page): Promise<string[]> => page.locator('.row .name').allTextContents();
const width = async (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth');
const background = async (page: Page): Promise<unknown> =>
  page.evaluate('getComputedStyle(document.body).backgroundColor');

describeInBrowser('reading in the inbox', (open) => {
  it('finds by words, number, template, status and code, and says when nothing fits', async () => {
    const host = await startWithThree();
    const page = await open(host.url);
    await page.locator('.row').nth(2).waitFor();
    const search = page.getByRole('searchbox');
    const found = async (query: string, count: number): Promise<string[]> => {
      await search.fill(query);
      await expect(page.locator('.row').count()).resolves.toBe(count);
      return names(page);
    };
    expect(await found('100001', 1)).toEqual(['+86 138 2222 3333']);
    expect(await found('to:1393333', 1)).toEqual(['+86 139 3333 4444']);
    expect(await found('code:100000', 1)).toEqual(['+86 137 1111 2222']);
    await found('template:449739 status:delivered', 3);
    await found('status:rejected', 0);
    await found('status:refused', 0);
    await host.send({ to: '+8615000000000', params: ['ABC', '5'] });
    await search.fill('');
    await page.locator('.row').nth(3).waitFor();
    expect(await found('status:refused', 1)).toEqual(['+86 150 0000 0000']);
    await found('status:refused to:137', 0);
    expect(await page.locator('#none').textContent()).toBe('Nothing fits this search.');
    await page.keyboard.press('Escape');
    await expect(page.locator('.row').count()).resolves.toBe(4);
  });

  it('speaks the language of the browser, switches, and remembers it', async () => {
    const host = await startWithThree();
    const page = await open(host.url, { locale: 'zh-CN' });
    await page.locator('.text').getByText('已送达').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await page.locator('.text').getByText('Delivered').waitFor();
    await page.reload();
    await page.locator('.text').getByText('Delivered').waitFor();
    expect(await page.title()).toContain('SMS inbox');
  });

  it('is dark where the system is, and the other way round at a click, and remembers it', async () => {
    const host = await start();
    const page = await open(host.url, { colorScheme: 'dark' });
    expect(await background(page)).toBe('rgb(12, 16, 23)');
    await page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await background(page)).toBe('rgb(238, 241, 246)');
    await page.reload();
    expect(await background(page)).toBe('rgb(238, 241, 246)');
  });

  it('is read on a screen of 360 px: list, then thread, then details, and back', async () => {
    const host = await startWithThree();
    const page = await open(host.url, { viewport: { width: 360, height: 720 } });
    await page.getByRole('button', { name: '+86 137 1111 2222' }).click();
    await page.locator('.text').waitFor();
    expect(await page.locator('.side').isVisible()).toBe(false);
    expect(await width(page)).toBe(360);
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByText('Time line').waitFor();
    await page.locator('summary').getByText('Signature check').click();
    await page.getByRole('heading', { name: 'Canonical request' }).waitFor();
    expect(await page.locator('#thread').isVisible()).toBe(false);
    expect(await width(page)).toBe(360);
    await page.goBack();
    await page.locator('.text').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.locator('.row').nth(2).waitFor();
    expect(await page.locator('.main').isVisible()).toBe(false);
    expect(await width(page)).toBe(360);
  });

  it('shows the empty inbox on a screen of 360 px without scrolling sideways', async () => {
    const host = await start();
    const page = await open(host.url, { viewport: { width: 360, height: 720 } });
    await page.getByRole('heading', { name: 'Waiting for the first text' }).waitFor();
    expect(await width(page)).toBe(360);
  });

  it('is read with the keys alone', async () => {
    const host = await startWithThree();
    const page = await open(host.url);
    await page.getByRole('heading', { name: '+86 139 3333 4444' }).waitFor();
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: '+86 138 2222 3333' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: '+86 137 1111 2222' }).waitFor();
    await page.keyboard.press('k');
    await page.getByRole('heading', { name: '+86 138 2222 3333' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.text:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Time line').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#inspector').waitFor({ state: 'hidden' });
    await page.keyboard.press('r');
    await page.locator('#answer:focus').waitFor();
    await page.keyboard.type('jk/?c');
    expect(await page.locator('#answer').inputValue()).toBe('jk/?c');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.locator('#search:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#keys').waitFor({ state: 'hidden' });
  });

  it('explains a signature over the wrong day, service or headers by the lines that differ', async () => {
    const host = await start();
    const page = await open(host.url);
    const { port } = host.emulator;
    const differing = async (id: number): Promise<string[]> => {
      await page.goto(`${host.url}#open=q${id}`);
      await page.reload();
      await page.locator('summary').getByText('Signature check').click();
      await page.getByRole('heading', { name: 'String to sign' }).waitFor();
      return page.locator('.differs .label').allTextContents();
    };
    await sendSigned({
      port,
      tamper: (head) => head.replace(/\/\d{4}-\d\d-\d\d\//, '/2021-01-11/'),
    });
    await sendSigned({ port, host: 'sms.tencentcloudapi.com', service: 'cvm' });
    await sendSigned({
      port,
      signedHeaders: 'content-type;host;x-tc-token',
      headers: { 'X-TC-Token': 'a' },
      tamper: (head) => head.replace('\r\nX-TC-Token: a', ''),
    });
    expect(await differing(1)).toEqual(['Scope: UTC date, service, tc3_requestdiffers']);
    expect(await differing(2)).toContain('Scope: UTC date, service, tc3_requestdiffers');
    expect(await differing(3)).toContain('Signed header, in lower casediffers');
  });

  it('hides requests that only poll until they are asked for, and remembers that', async () => {
    const host = await startWithThree();
    const client = officialClient(host.emulator);
    for (const Limit of [1, 2, 3]) {
      // oxlint-disable-next-line no-await-in-loop -- as a poller does it
      await client.PullSmsSendStatus({ SmsSdkAppId: '1400006666', Limit });
    }
    await client.DescribePhoneNumberInfo({ PhoneNumberSet: PHONES });
    const page = await open(host.url);
    await page.locator('#tab-requests').click();
    const toggle = page.getByRole('checkbox', { name: 'Show polling (4)' });
    await toggle.waitFor();
    expect(await names(page)).toEqual(['SendSms', 'SendSms', 'SendSms']);
    await toggle.check();
    await page.locator('.row').nth(6).waitFor();
    expect(await names(page)).toEqual([
      'DescribePhoneNumberInfo',
      ...Array.from({ length: 3 }, () => 'PullSmsSendStatus'),
      ...Array.from({ length: 3 }, () => 'SendSms'),
    ]);
    await page.reload();
    await page.locator('#tab-requests').click();
    await page.locator('.row').nth(6).waitFor();
    await page.locator('#tab-phones').click();
    expect(await page.locator('#polling').isVisible()).toBe(false);
  });

  it('counts the polling that it hides where that is all, and shows a poll that was refused', async () => {
    const host = await start();
    const client = officialClient(host.emulator);
    await client.PullSmsSendStatus({ SmsSdkAppId: '1400006666', Limit: 1 });
    const page = await open(host.url, { locale: 'zh-CN' });
    await page.locator('#tab-requests').click();
    await page.getByText('显示轮询（1）').waitFor();
    expect(await page.locator('.row').count()).toBe(0);
    host.emulator.fail('PullSmsSendStatus', 'InternalError');
    await client
      .PullSmsSendStatus({ SmsSdkAppId: '1400006666', Limit: 1 })
      .catch((error: unknown) => error);
    await page.locator('.row').waitFor();
    expect(await names(page)).toEqual(['PullSmsSendStatus']);
  });

  it('orders a burst by time and then as it was given, the newest first, loaded or live', async () => {
    const host = await start();
    const burst = async (prefix: string): Promise<string[]> => {
      const to = Array.from({ length: 12 }, (_, i) => `+86${prefix}${10_000_000 + i}`);
      // The second is refused, and refused texts are kept apart.
      host.emulator.addFault({
        numberSuffix: to[1]?.slice(-4) ?? '',
        code: 'LimitExceeded.PhoneNumberDailyLimit',
      });
      await officialClient(host.emulator).SendSms({
        PhoneNumberSet: to,
        SmsSdkAppId: '1400006666',
        SignName: '腾讯云',
        TemplateId: '449739',
        TemplateParamSet: ['042137', '5'],
      });
      return to
        .toReversed()
        .map((phone) => `+86 ${phone.slice(3, 6)} ${phone.slice(6, 10)} ${phone.slice(10)}`);
    };
    const first = await burst('137');
    const page = await open(host.url);
    await page.locator('.row').nth(11).waitFor();
    expect(await names(page)).toEqual(first);
    const second = await burst('138');
    await page.locator('.row').nth(23).waitFor();
    expect(await names(page)).toEqual([...second, ...first]);
    await page.reload();
    await page.locator('.row').nth(23).waitFor();
    expect(await names(page)).toEqual([...second, ...first]);
  });

  it('shows in the list of requests the phones of each, and what of it was refused', async () => {
    const host = await startWithThree();
    const client = officialClient(host.emulator);
    const request = { SmsSdkAppId: '1400006666', SignName: '腾讯云', TemplateId: '449739' };
    await client.SendSms({
      ...request,
      PhoneNumberSet: [...PHONES.slice(0, 2), '12'],
      TemplateParamSet: ['042137', '5'],
    });
    await client
      .SendSms({
        ...request,
        PhoneNumberSet: ['+8613711112222', '+85261234567'],
        TemplateParamSet: ['042137', '5'],
      })
      .catch(() => undefined);
    const page = await open(host.url);
    const tab = page.getByRole('tab', { name: 'Requests' });
    await tab.getByLabel('1 refused').waitFor();
    await tab.click();
    await page.locator('#refused').waitFor({ state: 'hidden' });
    const lasts = await page.locator('.row.call .last').allTextContents();
    expect(lasts[0]).toMatch(/^\w+\.\w+$/);
    expect(lasts.slice(1)).toEqual([
      '1 refused+86 137 1111 2222 +1',
      '+86 139 3333 4444',
      '+86 138 2222 3333',
      '+86 137 1111 2222',
    ]);
    await page.getByRole('searchbox').fill('to:1393333');
    await expect(page.locator('.row.call').count()).resolves.toBe(1);
    await page.reload();
    await page.locator('.text').first().waitFor();
    expect(await page.locator('#refused').isVisible()).toBe(false);
  });

  it('reads from right to left what is written so', async () => {
    const host = await start();
    await host.send({ to: '+12025550142', sign: 'مثال', template: '77', params: ['مرحبا'] });
    const page = await open(host.url);
    const text = page.locator('.text p');
    await text.waitFor();
    expect(
      await text.evaluate('getComputedStyle(document.querySelector(".text p")).direction'),
    ).toBe('rtl');
  });

  it('says what a carrier answered, in the language of the page', async () => {
    const host = await start();
    await host.send({ to: '+8619904040001' });
    const page = await open(host.url);
    await page.getByRole('button', { name: 'Details' }).click();
    await page.locator('.line').getByText('The number is not assigned').waitFor();
    expect(await page.locator('.text .refusal').textContent()).toBe(
      'MK:0001The number is not assigned',
    );
    await page.getByRole('button', { name: '切换为中文' }).click();
    await page.locator('.line').getByText('空号').waitFor();
    expect(await page.locator('.text .refusal').textContent()).toBe('MK:0001空号');
  });

  it('leads from a request to the texts that it brought about', async () => {
    const host = await startWithThree();
    const page = await open(host.url);
    await page.getByRole('tab', { name: 'Requests' }).click();
    await page.locator('.row.call').last().click();
    await page.getByRole('button', { name: '#1 +86 137 1111 2222' }).click();
    await page.getByRole('heading', { name: 'Text #1' }).waitFor();
    expect(await page.locator('#phone').textContent()).toBe('+86 137 1111 2222');
  });

  it('shows request and answer as they went over the wire, the body in lines', async () => {
    const host = await start();
    await host.send();
    const page = await open(`${host.url}#to=%2B8613711112222&open=m1`);
    const body = page.locator('details').first().locator('pre').first();
    await body.waitFor();
    expect(JSON.parse((await body.textContent()) ?? '')).toMatchObject({ TemplateId: '449739' });
    expect(await body.textContent()).toContain('\n  "TemplateId": "449739"');
    await page.locator('summary').getByText('Answer').click();
    await page.getByText('HTTP 200').waitFor();
    expect(await page.locator('details').nth(1).textContent()).toContain('SerialNo');
    await page.locator('summary').getByText('Signature check').click();
    await page.getByText('The signature is right.').waitFor();
    expect(await page.locator('.differs').count()).toBe(0);
  });

  it('explains a refused signature: which line differs, or that it must be the key', async () => {
    const host = await start();
    const page = await open(host.url);
    await officialClient(host.emulator, undefined, 'another-key')
      .DescribePhoneNumberInfo({ PhoneNumberSet: ['+8613711112222'] })
      .catch(() => undefined);
    await page.getByRole('button', { name: 'See why' }).click();
    await page.locator('summary').getByText('Signature check').click();
    await page.locator('.hint').getByText('check the SecretKey').waitFor();
    expect(await page.locator('.verdict').textContent()).toContain('AuthFailure.SignatureFailure');
    expect(await page.locator('.differs .label').allTextContents()).toEqual(['Signaturediffers']);
    await page.getByRole('tab', { name: 'Requests' }).click();
    expect(await names(page)).toEqual(['DescribePhoneNumberInfo']);
  });
});
