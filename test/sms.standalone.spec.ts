import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createSmsService } from 'nestjs-tencentcloud-sms';
import type { SmsModuleOptions } from 'nestjs-tencentcloud-sms';
import { createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { FakeTencent } from './support/fake-tencent.js';
import { CREDENTIALS, smsOptions } from './support/sms-test-case.js';

const TEXT = { templateId: '449739', params: ['666', '5'] };
const PHONE = '+8613711112222';

describe('a service that is made without Nest', () => {
  let tencent: FakeTencent;

  beforeEach(async () => {
    tencent = await FakeTencent.start();
  });

  afterEach(async () => {
    await tencent.stop();
  });

  it('sends, and closes its connections', async () => {
    const ends: Promise<unknown>[] = [];
    tencent.server.connectWith((socket) => ends.push(once(socket, 'close')));
    const { sms, close } = createSmsService(smsOptions({ endpoint: tencent.url }));
    await expect(sms.send(TEXT, { to: PHONE })).resolves.toMatchObject({ status: 'accepted' });
    expect(tencent.received).toMatchObject([{ secretId: CREDENTIALS.secretId, genuine: true }]);
    await close();
    expect(ends).toHaveLength(1);
    await Promise.all(ends);
  });

  it('refuses new sends once it is closed for as long as it may have waited', async () => {
    const { sms, close } = createSmsService(smsOptions({ endpoint: tencent.url }));
    await close();
    await expect(sms.send(TEXT, { to: PHONE })).resolves.toMatchObject({ status: 'accepted' });
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 10_000);
    await expect(sms.send(TEXT, { to: PHONE })).rejects.toMatchObject({ code: 'SMS_SHUT_DOWN' });
  });

  it('ends at once what is in flight where it may not wait', async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { sms, close } = createSmsService(
      smsOptions({ endpoint: tencent.url, shutdownTimeoutMs: 0 }),
    );
    const arrived = new Promise<void>((resolve) => {
      tencent.server.respondWith(() => {
        resolve();
      });
    });
    const sent = sms.trySend(TEXT, { to: PHONE });
    await arrived;
    await close();
    await expect(sent).resolves.toMatchObject({ status: 'unknown' });
    await expect(sms.send(TEXT, { to: PHONE })).rejects.toMatchObject({ code: 'SMS_SHUT_DOWN' });
  });

  it('leaves the connections to another one that goes to the same endpoint', async () => {
    const [a, b] = [0, 1].map(() => createSmsService(smsOptions({ endpoint: tencent.url })));
    await a?.sms.send(TEXT, { to: PHONE });
    await new Promise(setImmediate);
    await b?.sms.send(TEXT, { to: PHONE });
    await new Promise(setImmediate);
    await a?.close();
    await b?.sms.send(TEXT, { to: PHONE });
    expect(tencent.server.connections).toBe(1);
    await b?.close();
  });

  it('refuses bad options, naming each field', () => {
    const bad = { sdkAppId: 'x' } as unknown as SmsModuleOptions;
    expect(() => createSmsService(bad)).toThrow(
      expect.objectContaining({
        name: 'SmsOptionsError',
        issues: [
          expect.objectContaining({ field: 'credentials' }),
          expect.objectContaining({ field: 'sdkAppId' }),
        ],
      }),
    );
  });

  it('sends into a kit', async () => {
    const kit = await createSmsTestKit();
    const { sms, close } = createSmsService(smsOptions({ transport: kit.transport }));
    await sms.send(TEXT, { to: PHONE });
    expect(kit.messages()).toHaveLength(1);
    await close();
    kit.close();
  });
});
