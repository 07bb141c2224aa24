import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { shareSignal } from '../../lib/client/share-signal.js';
import { assertBuilt } from '../package/built-package.js';

/** A process of its own, since warnings of Node's never reach a test's `process`. */
const SENDS = `
  import 'reflect-metadata';
  import { NestFactory } from '@nestjs/core';
  import { SmsModule, SmsService } from 'nestjs-tencentcloud-sms';
  import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';

  const emulator = await SmsEmulator.start();
  const app = await NestFactory.createApplicationContext({
    module: class {},
    imports: [SmsModule.forRoot({
      credentials: { secretId: 'AKIDany', secretKey: emulator.secretKey },
      sdkAppId: '1400006666', signName: '腾讯云', endpoint: emulator.url,
    })],
  }, { logger: false });
  const { signal } = new AbortController();
  const template = { templateId: '449739', params: ['666', '5'] };
  const sends = Array.from({ length: 30 }, (_, i) =>
    app.get(SmsService).trySend(template, { to: '+861371111' + (2000 + i), signal }));
  const streams = Array.from({ length: 15 }, async (_, i) => {
    const rows = [{ to: '+861381111' + (2000 + i) }];
    const given = i % 2 === 0 ? { signal } : {};
    for await (const outcome of app.get(SmsService).sendEach({ templateId: '1' }, rows, given)) {
      return outcome;
    }
  });
  const all = await Promise.all([...sends, ...streams]);
  const statuses = all.map(({ status }) => status);
  console.log(JSON.stringify([...new Set(statuses)]));
  await app.close();
  await emulator.stop();
`;

describe('a signal for many calls, and many streams', () => {
  beforeAll(assertBuilt);

  it('cause no warning of Node', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      SENDS,
    ]);
    expect(stdout.trim()).toBe('["accepted"]');
    expect(stderr).toBe('');
  });

  it('may come from a polyfill', () => {
    const polyfill = { aborted: false, addEventListener: () => undefined };
    expect(() => {
      shareSignal(polyfill as unknown as AbortSignal);
    }).not.toThrow();
  });
});
