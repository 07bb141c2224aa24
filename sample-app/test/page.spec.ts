import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { memoryVerificationStore } from 'nestjs-tencentcloud-sms/verification';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../../test/support/browser.js';
import { configureApp } from '../src/configure-app.js';
import { useEmulator } from '../src/development/use-emulator.js';
import { CodeStore } from '../src/login/code-store.js';
import { reservePort } from '../src/reserve-port.js';

const PHONE = '+8613711112222';
const MASKED = '+86137****2222';

const read = async (page: Page, id: string): Promise<string | null> =>
  page.locator(`#${id}`).textContent();

describeInBrowser('the page of the sample app', (open, expectComplaint) => {
  let emulator: SmsEmulator;
  let app: NestExpressApplication;
  let url: string;
  /** How far the clock of codes is ahead, in milliseconds. */
  let later = 0;

  const clock = (): number => Date.now() + later;

  // One app for each test: what a test sends counts for the limits of the next one. As `npm start` does
  // it: the real emulator, on a socket, which calls the app back.
  beforeEach(async () => {
    const port = await reservePort({ port: '0', host: '127.0.0.1' });
    emulator = await useEmulator(process.env, port.url);
    const { AppModule } = await import('../src/app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(CodeStore)
      .useValue({ store: memoryVerificationStore({ clock }) })
      .compile();
    app = module.createNestApplication<NestExpressApplication>();
    configureApp(app);
    await port.listen(app);
    url = await app.getUrl();
  });

  afterEach(async () => {
    await app.close();
    await emulator.stop();
    later = 0;
  });

  const codeOf = (phone: string): string => emulator.latestCode(phone) ?? 'none';

  it('sends a code, shows its delivery, and links to the inbox that shows it', async () => {
    const page = await open(url);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Send a code' }).click();
    await page.locator('#texts .delivered').waitFor();
    expect(await page.locator('#texts li b').allTextContents()).toEqual([MASKED]);
    const [inbox] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: 'Open the inbox' }).click(),
    ]);
    const code = codeOf(PHONE);
    await inbox.getByRole('button', { name: `Copy code ${code}` }).waitFor();
  });

  it('signs in with the code of the text', async () => {
    const page = await open(url);
    await page.getByRole('button', { name: 'Send a code' }).click();
    const field = page.getByLabel('Code', { exact: true });
    await field.waitFor();
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    expect(await field.getAttribute('inputmode')).toBe('numeric');
    // The field has the focus.
    await page.keyboard.type(codeOf(PHONE));
    await page.keyboard.press('Enter');
    await page.getByText('Signed in as +86137****2222').waitFor();
    expect(await field.isVisible()).toBe(false);
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByText('已登录：+86137****2222').waitFor();
    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([{ name: 'sms-trust', httpOnly: true, sameSite: 'Lax' }]);
  });

  it.each([
    ['en-US', 'Send a code', 'Code', 'Sign in', 'The code is wrong, or does not hold any more'],
    ['zh-CN', '发送验证码', '验证码', '登录', '验证码错误或已失效'],
  ])('says in %s that a code is wrong, and takes the right one then', async (...words) => {
    const [locale, send, label, signIn, sentence] = words;
    expectComplaint(/status of 400/);
    const page = await open(url, { locale });
    await page.getByRole('button', { name: send }).click();
    const field = page.getByLabel(label, { exact: true });
    await field.waitFor();
    const code = codeOf(PHONE);
    await field.fill(code === '000000' ? '000001' : '000000');
    await page.getByRole('button', { name: signIn }).click();
    await page.locator('#login-error').filter({ hasText: sentence }).waitFor();
    await field.fill(code);
    await page.getByRole('button', { name: signIn }).click();
    await page.locator('#signed-in').filter({ hasText: '+86137****2222' }).waitFor();
    expect(await read(page, 'login-error')).toBe('');
  });

  it('waits before it sends a code again, which is the same one', async () => {
    const page = await open(url);
    await page.clock.install();
    await page.getByRole('button', { name: 'Send a code' }).click();
    const waiting = page.getByRole('button', { name: /^Send again in \d+ s$/ });
    await waiting.waitFor();
    expect(await waiting.isEnabled()).toBe(false);
    const code = codeOf(PHONE);
    await page.clock.fastForward(30_000);
    expect(await waiting.isEnabled()).toBe(false);
    later = 61_000;
    emulator.clock.advance(61_000);
    await page.clock.fastForward(32_000);
    await page.getByRole('button', { name: 'Send it again' }).click();
    await waiting.waitFor();
    await page.locator('#texts .delivered').nth(1).waitFor();
    expect(emulator.messages().filter(({ to }) => to === PHONE)).toHaveLength(2);
    expect(codeOf(PHONE)).toBe(code);
  });

  it('sends to another phone at once, and goes back to the code of the first', async () => {
    const page = await open(url);
    const phone = page.getByLabel('Phone', { exact: true });
    await page.getByRole('button', { name: 'Send a code' }).click();
    await page.getByRole('button', { name: /^Send again in/ }).waitFor();
    await phone.fill('+8613800000003');
    expect(await page.getByLabel('Code', { exact: true }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Send a code' }).click();
    await page.locator('#texts .delivered').nth(1).waitFor();
    await phone.fill(PHONE);
    await page.getByLabel('Code', { exact: true }).fill(codeOf(PHONE));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Signed in as +86137****2222').waitFor();
  });

  it('says in the reader’s language why a code was not sent', async () => {
    expectComplaint(/status of 429/);
    emulator.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit');
    const page = await open(url, { locale: 'zh-CN' });
    await page.getByRole('button', { name: '发送验证码' }).click();
    const alert = page.locator('#code-error');
    await alert.filter({ hasText: /\p{Script=Han}/u }).waitFor();
    expect(await page.locator('#texts li').count()).toBe(0);
    // Tencent's refusal is kept for the phone, and another phone is free.
    const again = page.waitForResponse('**/login/code');
    await page.getByRole('button', { name: '发送验证码' }).click();
    expect((await again).status()).toBe(429);
    await page.getByLabel('手机号码', { exact: true }).fill('+8613800000004');
    await page.getByRole('button', { name: '发送验证码' }).click();
    await page.locator('#texts .delivered').filter({ hasText: '已送达' }).waitFor();
    expect(await alert.textContent()).toBe('');
  });

  it('has its title and every error in the language of its reader', async () => {
    expectComplaint(/status of 400/);
    expectComplaint(/status of 413/);
    const page = await open(url, { locale: 'zh-CN' });
    expect(await page.title()).toBe('短信示例应用');
    await page.getByLabel('手机号码', { exact: true }).fill('my phone');
    await page.getByRole('button', { name: '发送验证码' }).click();
    await page.getByText('phone: 请填写 E.164 格式的手机号').waitFor();
    await page.route('**/login/code', async (route) =>
      // As Nest itself answers, in English only.
      route.fulfill({ status: 413, json: { message: 'request entity too large' } }),
    );
    await page.getByRole('button', { name: '发送验证码' }).click();
    await page.getByText('应用拒绝了请求，状态码 413。').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.title()).toBe('SMS sample app');
    expect(await read(page, 'code-error')).toBe('');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('Give one phone at least.').waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByText('请至少填写一个号码。').waitFor();
  });

  it('names what is wrong with a phone', async () => {
    expectComplaint(/status of 400/);
    const page = await open(url);
    await page.getByLabel('Phone', { exact: true }).fill('<b>my phone</b>');
    await page.getByRole('button', { name: 'Send a code' }).click();
    await page.getByText(/phone: expected a phone number in E\.164 form/).waitFor();
    expect(emulator.messages()).toEqual([]);
  });

  it('runs a campaign and counts what was delivered', async () => {
    const page = await open(url);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Fill in 500 examples' }).click();
    await page.getByLabel('Phones, one a line').press('End');
    await page.getByLabel('Phones, one a line').pressSequentially('\n12');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('All 501 done, fee 500').waitFor();
    await page.locator('#delivered').filter({ hasText: '495' }).waitFor();
    await page.locator('#failed').filter({ hasText: '5' }).waitFor();
    expect(await read(page, 'accepted')).toBe('500');
    expect(await read(page, 'rejected')).toBe('1');
    expect(await page.locator('#bar').evaluate((bar: { value?: number }) => bar.value)).toBe(1);
    expect(await page.locator('#texts li').count()).toBe(200);
  });

  it('counts in a campaign who was skipped for a text of the last minute', async () => {
    await fetch(`${url}/welcome`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ phone: PHONE }),
    });
    const page = await open(url);
    await page.getByLabel('Phones, one a line').fill(`${PHONE}\n+8613711113333`);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('All 2 done, fee 1').waitFor();
    expect(await read(page, 'skipped')).toBe('1');
    expect(await read(page, 'accepted')).toBe('1');
    expect(await page.locator('#bar').evaluate((bar: { value?: number }) => bar.value)).toBe(1);
  });

  it('stops a campaign', async () => {
    emulator.addFault({ action: 'SendSms', latencyMs: 300, times: 'always' });
    const page = await open(url);
    const numbers = Array.from({ length: 4000 }, (_, i) => `+86138${10_000_000 + i}`).join('\n');
    // At once: typing so many lines would take a browser a minute.
    await page.getByLabel('Phones, one a line').evaluate((area: { value?: string }, text) => {
      area.value = text;
    }, numbers);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText(/^[1-9]\d* of 4000$/).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText(/^Stopped/).waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).isEnabled()).toBe(true);
    expect(emulator.requests().filter(({ action }) => action === 'SendSms').length).toBeLessThan(
      20,
    );
  });

  it('asks for phones when there are none', async () => {
    const page = await open(url);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('Give one phone at least.').waitFor();
    expect(emulator.requests().filter(({ action }) => action === 'SendSms')).toEqual([]);
  });

  it('changes its language at once, with all earlier messages', async () => {
    const page = await open(url);
    await page.getByRole('button', { name: 'Send a code' }).click();
    await page.locator('#texts .delivered').waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '登录验证码' }).waitFor();
    expect(await page.locator('#texts .delivered').textContent()).toBe('已送达');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'A login code' }).waitFor();
  });

  it('fits a narrow screen', async () => {
    const page = await open(url, { viewport: { width: 360, height: 740 } });
    await page.getByRole('button', { name: 'Send a code' }).click();
    await page.locator('#texts .delivered').waitFor();
    const width = await page
      .locator('html')
      .evaluate((html: { scrollWidth?: number }) => html.scrollWidth);
    expect(width).toBe(360);
  });
});
