import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { memoryVerificationStore } from 'nestjs-tencentcloud-sms/verification';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../../test/support/browser.js';
import { createExampleFile } from '../src/campaign/example-file.js';
import { configureApp } from '../src/configure-app.js';
import { useEmulator } from '../src/development/use-emulator.js';
import { CodeStore } from '../src/login/code-store.js';
import { reservePort } from '../src/reserve-port.js';

const PHONE = '+8613711112222';
const MASKED = '+86137****2222';

/** Gives a file to the form of campaigns. */
async function choose(page: Page, name: string, text: string): Promise<void> {
  await page
    .locator('#file')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const piece of stream) {
    text += piece.toString();
  }
  return text;
}

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
    await page.getByRole('button', { name: 'Upload and send' }).click();
    await page.getByText('Choose a file first.').waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByText('请先选择文件。').waitFor();
  });

  it('names what is wrong with a phone', async () => {
    expectComplaint(/status of 400/);
    const page = await open(url);
    await page.getByLabel('Phone', { exact: true }).fill('<b>my phone</b>');
    await page.getByRole('button', { name: 'Send a code' }).click();
    await page.getByText(/phone: expected a phone number in E\.164 form/).waitFor();
    expect(emulator.messages()).toEqual([]);
  });

  it('sends the rows of a file, shows how far it is, and gives the results as a file', async () => {
    const page = await open(url);
    await page.getByText('Live', { exact: true }).waitFor();
    await choose(page, '春季 sale.csv', createExampleFile());
    expect(await page.getByLabel('Name (under').inputValue()).toBe('春季-sale');
    await page.getByRole('button', { name: 'Upload and send' }).click();
    await page.getByText('All 650 done, fee 648').first().waitFor();
    await page.locator('#delivered').filter({ hasText: '643' }).waitFor();
    await page.locator('#failed').filter({ hasText: '5' }).waitFor();
    expect(await read(page, 'accepted')).toBe('648');
    expect(await read(page, 'rejected')).toBe('1');
    expect(await read(page, 'duplicates')).toBe('1');
    expect(await read(page, 'codes')).toBe('SMS_PARAMETER_INVALID: 1');
    expect(await read(page, 'told')).toBe('All 650 done, fee 648');
    expect(await page.locator('#bar').evaluate((bar: { value?: number }) => bar.value)).toBe(1);
    expect(await page.locator('#texts li').count()).toBe(200);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the results' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('春季-sale-results.csv');
    const [header, first] = (await readAll(await download.createReadStream())).split('\r\n');
    expect([header, first]).toEqual(['\uFEFFrow,ref,status', '1,C1001,accepted']);
    // Also after the page was loaded again, and in the other language.
    await page.reload();
    await page.getByText('All 650 done, fee 648').first().waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByText('650 行全部处理完毕，计费 648 条').first().waitFor();
  });

  it('pauses, resumes and cancels a campaign by the keyboard', async () => {
    emulator.addFault({ action: 'SendSms', latencyMs: 100, times: 'always' });
    const page = await open(url);
    const rows = Array.from({ length: 10_000 }, (_, i) => `+86138${10_000_000 + i},x`);
    await choose(page, 'long.csv', ['phone,shop', ...rows].join('\n'));
    await page.getByRole('button', { name: 'Upload and send' }).press('Enter');
    await page.locator('#said').filter({ hasText: 'rows a second' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    await page.locator('#said').filter({ hasText: 'paused' }).waitFor();
    // What comes in the place of a button has its focus.
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page
      .locator('#said')
      .filter({ hasText: /of 10000/ })
      .waitFor();
    await page.getByRole('button', { name: 'Cancel' }).press('Enter');
    await page.locator('#said').filter({ hasText: 'Cancelled' }).waitFor();
    expect(await page.getByRole('button', { name: 'Pause' }).isVisible()).toBe(false);
    const counted = await Promise.all(['accepted', 'cancelled'].map(async (id) => read(page, id)));
    const sum = counted.reduce((all, one) => all + Number(one?.replaceAll(',', '')), 0);
    expect(sum).toBe(10_000);
  });

  it('says in both languages what is wrong with a file, and where', async () => {
    expectComplaint(/status of 400/);
    const page = await open(url);
    await choose(page, 'bad.csv', 'phone,shop\n+8613711112222,"x\n');
    await page.getByRole('button', { name: 'Upload and send' }).click();
    await page.getByText('line 2, column shop: a quote opens and is not closed').waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('button', { name: '上传并发送' }).click();
    await page.getByText('第 2 行“shop”列：引号没有结束').waitFor();
    expect(emulator.messages()).toEqual([]);
  });

  it('takes a file that is dropped', async () => {
    const page = await open(url);
    await page.evaluate(`
      const data = new DataTransfer();
      data.items.add(new File(['phone,shop\\n+8613711112222,x\\n'], 'dropped.csv'));
      const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      document.getElementById('drop').dispatchEvent(event);
    `);
    await page.getByText('dropped.csv, 1 kB').waitFor();
    await page.getByRole('button', { name: 'Upload and send' }).click();
    await page.getByText('All 1 done, fee 1').first().waitFor();
    expect(await read(page, 'accepted')).toBe('1');
  });

  it('tells a customer that an order was shipped', async () => {
    const page = await open(url);
    await page.getByLabel('Order', { exact: true }).fill('B-7');
    await page.getByRole('button', { name: 'It was shipped' }).click();
    await page.getByText('The notice of B-7 was sent.').waitFor();
    await page.locator('#texts .delivered').waitFor();
    expect(emulator.lastMessage('+8613711113333')?.text).toBe(
      '【腾讯云】您的订单B-7已发货，请留意查收。',
    );
  });

  it('shows each story in code, and the health of the app', async () => {
    const page = await open(url);
    await page.getByText('API: reachable').waitFor();
    await page.getByText('Credentials: accepted').waitFor();
    const links = await page
      .locator('.files a')
      .evaluateAll((all: readonly { href?: string }[]) => all.map(({ href }) => href ?? ''));
    expect(links.length).toBeGreaterThan(20);
    const answers = await Promise.all(links.map(async (link) => fetch(link)));
    expect(answers.filter(({ status }) => status !== 200).map((answer) => answer.url)).toEqual([]);
    await page.getByText('How it looks in code').first().click();
    await page.getByRole('link', { name: 'login.ts' }).press('Enter');
    await page.locator('pre').filter({ hasText: 'export const Login = smsVerification' }).waitFor();
    expect(page.url()).toBe(`${url}/`);
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
