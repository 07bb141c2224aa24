import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
import { SmsDeliveryModule, memoryDeliveryStore } from 'nestjs-tencentcloud-sms/delivery';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { accountVariables, runCommand } from '../support/command.js';
import type { EndedCommand } from '../support/command.js';
import { FakeTencent, refusing, respond } from '../support/fake-tencent.js';
import { ProxyServer } from '../support/proxy-server.js';
import { RawServer, httpResponse } from '../support/raw-server.js';
import { CREDENTIALS, smsOptions } from '../support/sms-test-case.js';
import { LOCALHOST } from '../support/tls-server.js';

const CALLBACK_SECRET = 'canary-callback-secret-0000000000000004';
const PROXY_PASSWORD = 'canary-proxy-password';
const PHONE = '+8613711112222';
const SECRETS = [
  CREDENTIALS.secretKey,
  CREDENTIALS.secretId,
  CALLBACK_SECRET,
  PROXY_PASSWORD,
  PHONE.slice(3),
];
const CA_FILE = resolve('test/support/tls/ca.pem');

interface Line {
  readonly name: string;
  readonly status: string;
  readonly seen: string;
  readonly next: string;
}

interface Report {
  readonly code: number | null;
  readonly ok: boolean;
  readonly lines: ReadonlyMap<string, Line>;
}

let emulator: SmsEmulator;
let secure: SmsEmulator;
let app: INestApplication;
let echo: Server;
let callbackUrl: string;

/** Runs the doctor for machines; nothing that it prints may hold a secret. */
async function examine(
  env: Readonly<Record<string, string | undefined>> = {},
  ...args: string[]
): Promise<Report> {
  const endpoint = emulator.url;
  const ended = await runCommand(['doctor', '--json', '--lang', 'en', ...args], {
    env: accountVariables(endpoint, env),
  });
  return read(ended);
}

function read(ended: EndedCommand): Report {
  expect(ended.err).toBe('');
  expectClean(ended);
  const { ok, checks } = JSON.parse(ended.out) as { ok: boolean; checks: Line[] };
  for (const line of checks) {
    expect(Object.keys(line)).toEqual(['name', 'status', 'seen', 'next']);
  }
  expect(ended.code).toBe(ok ? 0 : 1);
  expect(ok).toBe(checks.every(({ status }) => status !== 'fail'));
  return { code: ended.code, ok, lines: new Map(checks.map((line) => [line.name, line])) };
}

function expectClean({ out, err }: EndedCommand): void {
  for (const secret of SECRETS) {
    expect(out + err).not.toContain(secret);
  }
}

function failures({ lines }: Report): string[] {
  return [...lines.values()].filter(({ status }) => status === 'fail').map(({ name }) => name);
}

beforeAll(async () => {
  const { secretKey } = CREDENTIALS;
  emulator = await SmsEmulator.start({ secretKey, strict: true });
  secure = await SmsEmulator.start({ secretKey, tls: LOCALHOST });

  @Module({
    imports: [
      SmsModule.forRoot(smsOptions({ endpoint: emulator.url })),
      SmsDeliveryModule.forRoot({
        store: memoryDeliveryStore(),
        callback: { secret: CALLBACK_SECRET },
      }),
    ],
  })
  class AppModule {}
  app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  callbackUrl = `${await app.getUrl()}/hooks/tencent-sms/${CALLBACK_SECRET}/status`;
  // Answers everything with what a status handler of an app without a secret says.
  echo = createServer((request, response) => {
    request.resume();
    response.end(request.url?.startsWith('/open/') ? '{"result":0,"errmsg":"OK"}' : 'received');
  });
  await new Promise<void>((done) => {
    echo.listen(0, '127.0.0.1', done);
  });
});

afterAll(async () => {
  echo.close();
  await app.close();
  await emulator.stop();
  await secure.stop();
});

const echoUrl = (path: string): string =>
  `http://127.0.0.1:${(echo.address() as AddressInfo).port}${path}`;

describe('the doctor', () => {
  it('finds nothing wrong with an account that can send, and sends nothing', async () => {
    const report = await examine({}, '--callback', callbackUrl);
    expect(failures(report)).toEqual([]);
    expect([...report.lines.keys()]).toEqual([
      'variables',
      'versions',
      'dns',
      'proxy',
      'tls',
      'clock',
      'keys',
      'permissions',
      'region',
      'application',
      'signature',
      'templates',
      'packages',
      'statistics',
      'callback',
    ]);
    expect([...report.lines.values()].map(({ status }) => status)).not.toContain('warn');
    expect(report.lines.get('callback')?.seen).toContain('refuses a wrong secret');
    expect(report.lines.get('packages')?.seen).toMatch(/^\d+ texts left .* until \d{4}-\d\d-\d\d$/);
    expect(emulator.requests().some(({ action }) => action === 'SendSms')).toBe(false);
  });

  describe('says what is wrong and what to do', () => {
    let reports: Awaited<ReturnType<typeof examineSetUps>>;

    beforeAll(async () => {
      reports = await examineSetUps();
    }, 30_000);

    it('about a variable that is missing, and looks at the rest all the same', () => {
      const report = reports.missing;
      expect(failures(report)).toEqual(['variables']);
      expect(report.lines.get('variables')?.seen).toMatch(
        /SMS_SDK_APP_ID is missing.*SMS_TIMEOUT_MS/,
      );
      expect(report.lines.get('keys')?.status).toBe('ok');
      expect(report.lines.get('packages')).toMatchObject({
        status: 'warn',
        seen: 'not checked: SMS_SDK_APP_ID is missing',
      });
    });

    it('about keys that are missing, and a signature with brackets around it', () => {
      const report = reports.keyless;
      expect(report.lines.get('variables')?.seen).toMatch(
        /^TENCENTCLOUD_SECRET_KEY is missing\. SMS_SIGN_NAME is not usable/,
      );
      expect(report.lines.get('clock')?.status).toBe('ok');
      expect(report.lines.get('keys')?.seen).toBe('not checked: there are no usable keys');
      expect(report.lines.get('signature')?.seen).toBe("not checked: SMS_SIGN_NAME can't be used");
    });

    it('about a wrong key', () => {
      const report = reports.wrongKey;
      expect(failures(report)).toEqual(['keys']);
      expect(report.lines.get('keys')?.seen).toContain('AuthFailure.SignatureFailure');
      expect(report.lines.get('keys')?.next).toContain('TENCENTCLOUD_SECRET_KEY is not the key of');
      expect(report.lines.get('signature')?.seen).toBe('not checked: the keys are not accepted');
    });

    it('about a permission that is not given', () => {
      const { denied, deniedAll } = reports;
      expect(failures(denied)).toEqual(['permissions']);
      expect(denied.lines.get('permissions')?.seen).toContain('refused: DescribeSmsTemplateList.');
      expect(denied.lines.get('permissions')?.next).toContain('QcloudSMSFullAccess');
      expect(denied.lines.get('keys')?.status).toBe('ok');
      expect(deniedAll.lines.get('keys')?.status).toBe('ok');
      expect(deniedAll.lines.get('permissions')?.seen).toContain('may call no action');
    });

    it('about a region without SMS, and looks at the rest in another', () => {
      const report = reports.region;
      expect(failures(report)).toEqual(['region']);
      expect(report.lines.get('region')).toMatchObject({
        seen: 'SMS is not offered in ap-shanghai',
        next: expect.stringContaining('TENCENTCLOUD_REGION to ap-guangzhou'),
      });
      expect(report.lines.get('signature')?.status).toBe('ok');
    });

    it('about an SdkAppId of another account, and the id of an account in its place', () => {
      expect(failures(reports.otherApp)).toEqual(['application']);
      expect(reports.otherApp.lines.get('application')?.seen).toContain('SmsSdkAppIdVerifyFail');
      const { next } = reports.accountId.lines.get('application') ?? {};
      expect(next).toContain('looks like the APPID');
    });

    it('about the id of a signature in place of its content, and one that is not there', () => {
      expect(failures(reports.signId)).toEqual(['signature']);
      expect(reports.signId.lines.get('signature')).toMatchObject({
        seen: 'SMS_SIGN_NAME is the id of a signature and not its content',
        next: 'Write its content: SMS_SIGN_NAME=腾讯云',
      });
      expect(reports.accountId.lines.get('signature')).toMatchObject({
        status: 'fail',
        seen: 'the account has no signature 别家公司',
      });
    });

    it('about a template of the other market, one that was rejected, and one that is not there', () => {
      const { otherMarket, notApproved } = reports;
      expect(failures(otherMarket)).toEqual(['templates']);
      expect(otherMarket.lines.get('templates')?.seen).toMatch(
        /template \d+ is for international texts only, and the number is mainland/,
      );
      expect(otherMarket.lines.get('send')?.seen).toContain('not checked');
      expect(notApproved.lines.get('templates')).toMatchObject({
        status: 'fail',
        seen: expect.stringMatching(
          /449739 is approved.*; the account has no template 1; template \d+ is rejected: .*特殊符号/,
        ),
      });
    });

    it('about a package that is used up, and one that is not known', () => {
      expect(failures(reports.empty)).toEqual(['packages']);
      expect(reports.empty.lines.get('packages')?.seen).toBe('nothing is left in the packages');
      expect(reports.noPackage.lines.get('packages')).toMatchObject({
        status: 'warn',
        seen: 'no package is known',
      });
    });

    it('about a callback that is out of reach, answers wrongly, or takes any secret', () => {
      const { unknownHost, closedPort, wrongAnswer, anySecret } = reports;
      const seen = [unknownHost, closedPort, wrongAnswer, anySecret].map(
        ({ lines }) => lines.get('callback')?.seen,
      );
      expect(failures(wrongAnswer)).toEqual(['callback']);
      expect(failures(anySecret)).toEqual(['callback']);
      expect(seen[0]).toContain('does not answer');
      expect(seen[1]).toBe('the answer is 404');
      expect(seen[2]).toContain('the answer is 200, and not the {"result":0,"errmsg":"OK"}');
      expect(seen[3]).toContain('takes a wrong secret, too');
    });

    it('about a clock that is ten minutes off', () => {
      expect(reports.clock.lines.get('clock')).toMatchObject({
        status: 'fail',
        seen: "10 min behind Tencent's; 5 minutes are allowed",
        next: expect.stringContaining('Set the clock'),
      });
      expect(reports.clock.lines.get('keys')?.status).toBe('ok');
    });

    it('about a certificate of an authority that is not trusted, and who it is', () => {
      const { distrusted, trusted } = reports;
      expect(failures(distrusted)).toEqual(['tls']);
      expect(distrusted.lines.get('tls')?.seen).toMatch(/signed by ".+" and not trusted here/);
      expect(distrusted.lines.get('tls')?.next).toContain('NODE_EXTRA_CA_CERTS');
      expect(failures(trusted)).toEqual([]);
      expect(trusted.lines.get('tls')?.seen).toMatch(/TLSv1\.\d, certificate signed by ".+"/);
    });

    it('about a proxy that wants a password, and uses one that does not', () => {
      const { proxyRefused, proxied } = reports;
      expect(failures(proxyRefused)).toEqual(['proxy']);
      expect(proxyRefused.lines.get('proxy')?.seen).toContain('(407)');
      expect(proxyRefused.lines.get('proxy')?.next).toContain('SMS_PROXY');
      expect(proxyRefused.lines.get('tls')?.seen).toContain('not checked');
      expect(failures(proxied)).toEqual([]);
      expect(proxied.lines.get('proxy')?.seen).toMatch(/^localhost:\d+ connects$/);
    });

    it('about a host that has no address, and a port that nothing listens on', () => {
      const { unknownHost, closedPort } = reports;
      expect(failures(unknownHost)).toEqual(['dns', 'callback']);
      expect(unknownHost.lines.get('dns')?.seen).toContain('sms.invalid could not be resolved');
      expect(failures(closedPort)).toEqual(['tls', 'callback']);
      expect(closedPort.lines.get('tls')?.seen).toContain('ECONNREFUSED');
    });
  });

  it('sends one text when it is told to, and says what it costs and how it ended', async () => {
    const args = ['--send-to', PHONE, '--template', '449739', '--param', '042137', '--param', '5'];
    const sent = await examine({}, ...args);
    expect(sent.lines.get('send')).toMatchObject({
      status: 'ok',
      seen: 'accepted, costs one text of the package; delivered',
    });
    expect(emulator.lastMessage(PHONE)?.verificationCode).toBe('042137');
    const count = emulator.messages().length;
    const short = await examine({}, '--send-to', PHONE, '--template', '449739');
    expect(short.lines.get('send')?.seen).toContain('takes 2 values, and 0 are given');
    expect(emulator.messages()).toHaveLength(count);
  });

  it('says what is wrong with the number, and does not show it', async () => {
    const args = ['--send-to', '1371111222233344455', '--template', '449739'];
    const { lines } = await examine({}, ...args, '--param', '042137', '--param', '5');
    expect(lines.get('send')).toMatchObject({
      status: 'fail',
      seen: expect.stringMatching(/^not sent: to has no country code/),
    });
    expect(lines.get('send')?.seen).not.toContain('1371111');
  });

  it('ends with 1 where it is not known whether the text was sent', async () => {
    const lossy = await SmsEmulator.start({ secretKey: CREDENTIALS.secretKey });
    const args = ['--send-to', PHONE, '--template', '449739', '--param', '042137', '--param', '5'];
    lossy.addFault({ action: 'SendSms', effect: 'drop' });
    const report = await examine({ SMS_ENDPOINT: lossy.url }, ...args);
    await lossy.stop();
    expect(report.code).toBe(1);
    expect(report.lines.get('send')).toMatchObject({
      status: 'fail',
      seen: expect.stringContaining('it is not known whether it was sent'),
      next: 'Look at the phone before sending it again.',
    });
  });

  it('tells what answers in the place of Tencent, or does not, in words that fit a look', async () => {
    const html = await RawServer.start((socket) => {
      socket.end(httpResponse('<html>Log in</html>'));
    });
    const silent = await RawServer.start(() => undefined);
    const [portal, hanging, secureHanging] = await Promise.all([
      examine({ SMS_ENDPOINT: html.url }),
      examine({ SMS_ENDPOINT: silent.url, SMS_TIMEOUT_MS: '300' }),
      examine({ SMS_ENDPOINT: silent.url.replace('http:', 'https:') }),
    ]);
    await Promise.all([html.stop(), silent.stop()]);
    expect(portal.lines.get('keys')?.seen).toBe(
      'something other than the API of Tencent answers (SMS_PROTOCOL)',
    );
    expect(hanging.lines.get('keys')?.seen).toBe('no answer came in time (SMS_TIMEOUT)');
    expect(secureHanging.lines.get('tls')?.seen).toContain('(ETIMEDOUT)');
  });

  it('does not call permissions complete where some actions gave no answer', async () => {
    const busy = await SmsEmulator.start({ secretKey: CREDENTIALS.secretKey });
    busy.fail('DescribeSmsSignList', 'InternalError.OtherError', { times: 'always' });
    const { lines } = await examine({ SMS_ENDPOINT: busy.url });
    await busy.stop();
    expect(lines.get('permissions')).toMatchObject({
      status: 'warn',
      seen: '1 of 9 reading actions gave no answer that tells',
    });
  });

  it('reads no more of a callback than it needs, and tells what keeps it from asking', async () => {
    const endless = createServer((request, response) => {
      request.resume();
      response.on('drain', () => response.write('x'.repeat(65_536)));
      response.write('x'.repeat(65_536));
    });
    endless.listen(0, '127.0.0.1');
    await once(endless, 'listening');
    const { port } = endless.address() as AddressInfo;
    const path = `/hooks/${CALLBACK_SECRET}/status`;
    const [long, credentials, distrusted] = await Promise.all([
      examine({}, '--callback', `http://127.0.0.1:${port}${path}`),
      examine({}, '--callback', `http://user:${PROXY_PASSWORD}@127.0.0.1:${port}${path}`),
      examine({}, '--callback', secure.url.replace('127.0.0.1', 'localhost') + path),
    ]);
    endless.closeAllConnections();
    endless.close();
    expect(long.lines.get('callback')?.seen).toContain('the answer is 200, and not');
    expect(credentials.lines.get('callback')?.seen).toContain('user and password stand in');
    expect(distrusted.lines.get('callback')?.seen).toMatch(
      /^the certificate of localhost:\d+ is not/,
    );
  });

  it('reads a file that an editor of Windows has written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    const lines = Object.entries(accountVariables(emulator.url)).map((pair) => pair.join('='));
    writeFileSync(join(folder, '.env'), `\uFEFF${lines.join('\r\n')}`);
    const ended = await runCommand(['doctor', '--json', '--lang', 'en'], { cwd: folder });
    rmSync(folder, { recursive: true });
    expect(failures(read(ended))).toEqual([]);
  });

  it('reads a file of variables, below those that are set', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    const { SMS_SDK_APP_ID, ...rest } = accountVariables(emulator.url);
    const lines = Object.entries({ ...rest, SMS_SDK_APP_ID: '1' }).map((pair) => pair.join('='));
    writeFileSync(join(folder, '.env'), lines.join('\n'));
    writeFileSync(join(folder, 'other.env'), `SMS_ENDPOINT=http://127.0.0.1:9\n`);
    const env = { SMS_SDK_APP_ID: String(SMS_SDK_APP_ID) };
    const args = ['doctor', '--json', '--lang', 'en'];
    const [own, named] = await Promise.all([
      runCommand(args, { env, cwd: folder }),
      runCommand([...args, '--env-file', 'other.env'], { env, cwd: folder }),
    ]);
    rmSync(folder, { recursive: true });
    expect(failures(read(own))).toEqual([]);
    expect(read(own).lines.get('variables')?.seen).toContain('(from .env and the environment)');
    expect(failures(read(named))).toEqual(['variables', 'tls']);
  });

  it('prints a mark, what was seen and what to do, in 80 columns and without colour', async () => {
    const env = accountVariables(emulator.url, { SMS_SIGN_NAME: '100001', LANG: 'zh_CN.UTF-8' });
    const [zh, en] = await Promise.all([
      runCommand(['doctor'], { env: { ...env, FORCE_COLOR: '1' } }),
      runCommand(['doctor', '--lang', 'en'], { env: { ...env, NO_COLOR: '1' } }),
    ]);
    for (const ended of [zh, en]) {
      expect({ code: ended.code, err: ended.err }).toEqual({ code: 1, err: '' });
      expectClean(ended);
      expect(ended.out).not.toContain('\u001B');
      for (const line of ended.out.split('\n')) {
        expect(columnsOf(line)).toBeLessThanOrEqual(80);
      }
    }
    expect(en.out).toMatch(/^✖ Signature +SMS_SIGN_NAME is the id of a signature/m);
    expect(en.out).toMatch(/^ +→ Write its content: SMS_SIGN_NAME=腾讯云$/m);
    expect(en.out).toMatch(/\d+ fine, 0 in doubt, 1 wrong\.\n$/);
    expect(zh.out).toMatch(/^✖ 签名 +SMS_SIGN_NAME 填的是签名 ID/m);
    expect(zh.out).toMatch(/^✔ 密钥 +通过校验$/m);
  });

  it('ends without a word when its reader has seen enough', async () => {
    const child = spawn(process.execPath, ['dist/cli/main.cli.js', 'doctor'], {
      env: { PATH: process.env['PATH'], ...accountVariables(emulator.url) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.once('data', () => child.stdout.destroy());
    let err = '';
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('explains itself in both languages, and exits with 2 for what it does not understand', async () => {
    const [en, zh, ...wrong] = await Promise.all([
      runCommand(['doctor', '--help', '--lang', 'en']),
      runCommand(['doctor', '--help', '--lang', 'zh-CN']),
      runCommand(['doctor', '--callbck', 'x']),
      runCommand(['doctor', '--send-to', PHONE]),
      runCommand(['doctor', '--lang', 'fr']),
      runCommand(['doctor', '--callback', 'http://[']),
      runCommand([]),
    ]);
    for (const { code, out, err } of [en, zh] as EndedCommand[]) {
      expect({ code, err }).toEqual({ code: 0, err: '' });
      for (const flag of ['--env-file', '--callback', '--json', '--lang', '--send-to', '--param']) {
        expect(out).toContain(flag);
      }
    }
    expect(zh?.out).toContain('用法');
    for (const ended of wrong) {
      expect({ code: ended.code, out: ended.out }).toEqual({ code: 2, out: '' });
      expect(ended.err).toContain('Usage: nestjs-tencentcloud-sms');
      expectClean(ended);
    }
    // Node 20 looks for its own --env-file behind the script as well, and ends with 9.
    const fileless = await runCommand(['doctor', '--env-file', 'none.env']);
    expect([2, 9]).toContain(fileless.code);
    expect(fileless.err).toContain('none.env');
  });
});

/** Each is one place where newcomers fail; all are looked at beside one another, to save time. */
async function examineSetUps() {
  const { secretKey } = CREDENTIALS;
  const denying = await SmsEmulator.start({ secretKey });
  const denyingAll = await SmsEmulator.start({ secretKey });
  const empty = await SmsEmulator.start({ secretKey, packageSize: 0 });
  const payAsYouGo = await SmsEmulator.start({ secretKey });
  const proxy = await ProxyServer.start({ credentials: `user:${PROXY_PASSWORD}` });
  const late = await startLateTencent();
  const code = 'AuthFailure.UnauthorizedOperation';
  denying.fail('DescribeSmsTemplateList', code, { times: 'always' });
  denyingAll.addFault({ code, times: 'always' });
  payAsYouGo.fail('SmsPackagesStatistics', 'InvalidAction', { times: 'always' });
  const abroad = await addTemplate('Your parcel {1} is here.', 1);
  const rejected = await addTemplate('您的年货￥{1}已到。', 0);
  emulator.clock.advance(3000);
  const tls = { SMS_ENDPOINT: secure.url.replace('127.0.0.1', 'localhost') };
  const reports = await settle({
    missing: async () => examine({ SMS_SDK_APP_ID: undefined, SMS_TIMEOUT_MS: 'soon' }),
    keyless: async () =>
      examine({ TENCENTCLOUD_SECRET_KEY: undefined, SMS_SIGN_NAME: '【腾讯云】' }),
    wrongKey: async () => examine({ TENCENTCLOUD_SECRET_KEY: 'another-key' }),
    denied: async () => examine({ SMS_ENDPOINT: denying.url }),
    deniedAll: async () => examine({ SMS_ENDPOINT: denyingAll.url }),
    region: async () => examine({ TENCENTCLOUD_REGION: 'ap-shanghai' }),
    otherApp: async () => examine({ SMS_SDK_APP_ID: '1400000001' }),
    accountId: async () => examine({ SMS_SDK_APP_ID: '1250000001', SMS_SIGN_NAME: '别家公司' }),
    signId: async () => examine({ SMS_SIGN_NAME: '100001' }),
    otherMarket: async () => examine({}, '--template', abroad, '--send-to', PHONE, '--param', '1'),
    notApproved: async () =>
      examine({}, '--template', '449739', '--template', '1', '--template', rejected),
    empty: async () => examine({ SMS_ENDPOINT: empty.url }),
    noPackage: async () => examine({ SMS_ENDPOINT: payAsYouGo.url }),
    wrongAnswer: async () => examine({}, '--callback', echoUrl(`/hooks/${CALLBACK_SECRET}/status`)),
    anySecret: async () => examine({}, '--callback', echoUrl(`/open/${CALLBACK_SECRET}/status`)),
    clock: async () => examine({ SMS_ENDPOINT: late.url }),
    distrusted: async () => examine(tls),
    trusted: async () => examine({ ...tls, NODE_EXTRA_CA_CERTS: CA_FILE }),
    proxyRefused: async () => examine({ SMS_PROXY: proxy.url(`user:not-${PROXY_PASSWORD}`) }),
    proxied: async () => examine({ HTTP_PROXY: proxy.url(`user:${PROXY_PASSWORD}`) }),
    unknownHost: async () =>
      examine(
        { SMS_ENDPOINT: 'http://sms.invalid' },
        '--callback',
        `http://127.0.0.1:9/hooks/${CALLBACK_SECRET}/status`,
      ),
    closedPort: async () =>
      examine(
        { SMS_ENDPOINT: 'http://127.0.0.1:9' },
        '--callback',
        callbackUrl.replace(CALLBACK_SECRET, 'x'.repeat(32)),
      ),
  });
  expect(emulator.requests().some(({ action }) => action === 'SendSms')).toBe(false);
  for (const id of [abroad, rejected]) {
    // oxlint-disable-next-line no-await-in-loop
    await app.get(SmsService).deleteSmsTemplate({ TemplateId: Number(id) });
  }
  await Promise.all([denying, denyingAll, empty, payAsYouGo, proxy, late].map((one) => one.stop()));
  return reports;
}

/** A Tencent whose clock is ten minutes ahead of this machine's. */
async function startLateTencent(): Promise<FakeTencent> {
  const ahead = 600_000;
  return FakeTencent.start(({ timestamp }) => {
    const now = Date.now() + ahead;
    const isInTime = Math.abs(timestamp - now / 1000) <= 300;
    if (!isInTime) {
      const date = new Date(now).toUTCString();
      return refusing('AuthFailure.SignatureExpire', { date });
    }
    const answer = httpResponse(respond({ PhoneNumberInfoSet: [] }));
    return { executes: true, answer: (socket) => socket.write(answer) };
  });
}

/** Runs a few at a time, which is what the cores can do. */
async function settle<Name extends string>(
  runs: Readonly<Record<Name, () => Promise<Report>>>,
): Promise<Record<Name, Report>> {
  const waiting = Object.entries(runs) as [Name, () => Promise<Report>][];
  const reports = {} as Record<Name, Report>;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      // oxlint-disable-next-line no-await-in-loop
      reports[next[0]] = await next[1]();
    }
  };
  await Promise.all([work(), work(), work()]);
  return reports;
}

function columnsOf(line: string): number {
  return line.length + (line.match(/[\u2E80-\uFFEF]/g) ?? []).length;
}

async function addTemplate(text: string, International: 0 | 1): Promise<string> {
  const answer = await app.get(SmsService).addSmsTemplate({
    TemplateName: '新',
    TemplateContent: text,
    SmsType: 2,
    International,
    Remark: '测试',
  });
  return answer.AddTemplateStatus.TemplateId;
}
