import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../../test/support/browser.js';
import { configureApp } from '../src/configure-app.js';
import { EmbeddedEmulator } from '../src/development/embedded-emulator.js';
import { useEmulator } from '../src/development/use-emulator.js';
import { reservePort } from '../src/reserve-port.js';

/** Waits for a line of a list with these words, and gives the time that it shows. */
async function timeOf(page: Page, list: string, phone: string, words: string): Promise<string> {
  const line = page.locator(`#${list} li`).filter({ hasText: phone }).filter({ hasText: words });
  await line.waitFor();
  expect(await line.count()).toBe(1);
  return (await line.locator('small').getAttribute('title')) ?? '';
}

async function sendCode(page: Page, phone: string): Promise<void> {
  await page.getByLabel('Phone', { exact: true }).fill(phone);
  await page.getByRole('button', { name: 'Send a code' }).click();
}

describeInBrowser('what the page of the sample app shows of deliveries', (open) => {
  let emulator: SmsEmulator;
  let app: NestExpressApplication;
  let url: string;

  beforeAll(async () => {
    const port = await reservePort({ port: '0', host: '127.0.0.1' });
    // Texts are under way until a test moves the time.
    emulator = await useEmulator(process.env, port.url, 'slow');
    const { AppModule } = await import('../src/app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication<NestExpressApplication>();
    configureApp(app);
    app.get(EmbeddedEmulator).controls = emulator;
    await port.listen(app);
    url = await app.getUrl();
  });

  afterAll(async () => {
    await app.close();
    await emulator.stop();
  });

  const report = (): void => emulator.clock.advance(300_000);

  it('shows a text as accepted and then as delivered, also in a second browser, with the time of the report', async () => {
    const timezone = { timezoneId: 'Asia/Shanghai' };
    const first = await open(url, timezone);
    const second = await open(url, { ...timezone, locale: 'zh-CN' });
    await second.getByText('实时', { exact: true }).waitFor();
    await sendCode(first, '+8613800000002');
    await timeOf(first, 'texts', '+86138****0002', 'accepted, on its way');
    await timeOf(second, 'texts', '+86138****0002', '已受理，投递中');
    report();
    const shown = await timeOf(first, 'texts', '+86138****0002', 'delivered');
    const zhShown = await timeOf(second, 'texts', '+86138****0002', '已送达');
    const at = new Date(emulator.lastMessage('+8613800000002')?.report?.at ?? '');
    const local = { timeZone: 'Asia/Shanghai' };
    expect(shown).toBe(at.toLocaleString('en', local));
    expect(zhShown).toBe(at.toLocaleString('zh-CN', local));
    await second.reload();
    expect(await timeOf(second, 'texts', '+86138****0002', '已送达')).toBe(zhShown);
    expect(await second.content()).not.toContain('13800000002');
  });

  it('says of a text whose answer was lost that it is looked for, and then that it was found out later', async () => {
    const page = await open(url);
    await page.getByRole('button', { name: 'Lose the next answer' }).click();
    await page.getByText('The answer to the next text gets lost.').waitFor();
    await sendCode(page, '+8613800000004');
    await timeOf(page, 'texts', '+86138****0004', 'It is being looked for in Tencent’s records');
    expect(await page.locator('#losing').textContent()).toBe('');
    report();
    await timeOf(page, 'texts', '+86138****0004', 'deliveredfound out later');
    await page.getByRole('button', { name: '中文' }).click();
    await timeOf(page, 'texts', '+86138****0004', '已送达事后查明');
    await page.getByRole('button', { name: '丢失下一个应答' }).waitFor();
  });

  it('says in words and by its code why a text failed, in the language of the reader', async () => {
    const page = await open(url);
    await page.getByLabel('Or a number that fails').selectOption({ label: 'not assigned' });
    await page.getByRole('button', { name: 'Send a code' }).click();
    await timeOf(page, 'texts', '+86199****0001', 'accepted');
    report();
    const failed = page.locator('#texts .failed');
    await failed.waitFor();
    expect(await failed.textContent()).toBe(
      'not delivered: the number is not assigned, not valid or given up (MK:0001)',
    );
    await page.getByRole('button', { name: '中文' }).click();
    expect(await failed.textContent()).toBe('未送达：空号、号码无效或已注销（MK:0001）');
  });

  it('shows replies and opt-outs as they come', async () => {
    const page = await open(url);
    await sendCode(page, '+8613800000003');
    await timeOf(page, 'texts', '+86138****0003', 'accepted');
    emulator.reply({ to: '+8613800000003', text: '<b>收到</b>' });
    emulator.reply({ to: '+8613800000003', text: 'TD' });
    await timeOf(page, 'replies', '+86138****0003', '“<b>收到</b>”');
    await timeOf(page, 'replies', '+86138****0003', '“TD”: opted out');
    expect(await page.locator('#replies li').count()).toBe(2);
  });

  it('says with an account of Tencent’s which addresses its console needs, or that a secret is needed', async () => {
    const page = await open(url);
    let callbacks: object | null = null;
    await page.route('**/destination', async (route) =>
      route.fulfill({ json: { inbox: null, losesAnswers: false, callbacks } }),
    );
    await page.reload();
    await page.getByText('set SMS_CALLBACK_SECRET to').waitFor();
    expect(await page.getByLabel('Or a number that fails').isVisible()).toBe(false);
    expect(await page.locator('#lose').isVisible()).toBe(false);
    callbacks = { status: '/hooks/****/status', reply: '/hooks/****/reply' };
    await page.reload();
    await page.getByText('https://…/hooks/****/status').waitFor();
    await page.getByText('https://…/hooks/****/reply').waitFor();
    expect(await page.getByText('set SMS_CALLBACK_SECRET to').isVisible()).toBe(false);
  });
});
