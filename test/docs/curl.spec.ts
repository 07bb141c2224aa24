import { randomInt } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SmsService } from 'nestjs-tencentcloud-sms';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { configureApp } from '../../sample-app/src/configure-app.js';
import { LoginCode } from '../../sample-app/src/sms-templates.js';
import { isChinese, readPages } from './page.js';
import type { Page } from './page.js';

/** A command of a page, and what the page shows below it; `…` stands for what it leaves out. */
interface Command {
  readonly path: string;
  readonly line: string;
  readonly shown: string;
}

/** What differs from run to run. */
const VARYING: readonly [RegExp, string][] = [
  [/"(serialNo|requestId|id)":"[^"]*"/g, '"$1":"…"'],
  [/"connectMs":\d+/g, '"connectMs":0'],
  [/(?<=】|"code":")\d{6}/g, '000000'],
];

const commands = readPages()
  .filter((page) => !isChinese(page))
  .flatMap((page) => commandsOf(page));

describe('the curl commands of the documentation', () => {
  let emulator: SmsEmulator;
  let app: NestExpressApplication;
  let origins: Readonly<Record<string, string>>;

  beforeAll(async () => {
    emulator = await SmsEmulator.start();
    // The configuration is read while the module is loaded, so the environment comes first.
    Object.assign(process.env, {
      TENCENTCLOUD_SECRET_ID: 'any',
      TENCENTCLOUD_SECRET_KEY: emulator.secretKey,
      SMS_SDK_APP_ID: '1400006666',
      SMS_SIGN_NAME: '腾讯云',
      SMS_ENDPOINT: emulator.url,
      SMS_PROXY: 'false',
    });
    const { AppModule } = await import('../../sample-app/src/app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication<NestExpressApplication>({ logger: false });
    configureApp(app);
    await app.listen(0, '127.0.0.1');
    origins = {
      'http://localhost:3000': await app.getUrl(),
      'http://127.0.0.1:9753': emulator.url,
    };
  });

  afterAll(async () => {
    await app.close();
    await emulator.stop();
  });

  it.each(commands)('shows in $path what is answered to $line', async ({ line, shown }) => {
    // Some commands ask for a message. Not by the app's routes, which send one a minute to a number.
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await app.get(SmsService).send(LoginCode, {
      to: '+8613711112222',
      params: { code, minutes: 5 },
    });
    expect(withoutVarying(await run(line))).toMatch(toPattern(withoutVarying(shown)));
  });

  it('are found in several pages', () => {
    expect(new Set(commands.map(({ path }) => path)).size).toBeGreaterThan(3);
  });

  async function run(command: string): Promise<string> {
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare,
    );
    const after = (flag: string): string[] =>
      words.flatMap((word, index) => (word === flag ? [words[index + 1] ?? ''] : []));
    const [origin = '', path = ''] =
      words
        .join(' ')
        .match(/(http:\/\/[^/]+)(\/\S*)/)
        ?.slice(1) ?? [];
    const [body] = after('-d');
    const headers = after('-H').map((header): [string, string] => {
      const [name = '', value = ''] = header.split(': ');
      return [name, value];
    });
    const response = await fetch(`${origins[origin]}${path}`, {
      method: after('-X')[0] ?? 'GET',
      headers: { 'Content-Type': 'application/json', ...Object.fromEntries(headers) },
      ...(body === undefined ? {} : { body }),
    });
    return response.text();
  }
});

function commandsOf({ path, blocks }: Page): Command[] {
  return blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => {
      const lines = code.split('\n');
      return lines.flatMap((line, index) =>
        line.startsWith('curl ')
          ? [{ path, line, shown: (lines[index + 1] ?? '').replace(/^# /, '') }]
          : [],
      );
    });
}

function withoutVarying(text: string): string {
  return VARYING.reduce((result, [pattern, word]) => result.replaceAll(pattern, word), text);
}

function toPattern(shown: string): RegExp {
  const literal = shown
    .split('…')
    .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${literal.join('[^]*')}$`);
}
