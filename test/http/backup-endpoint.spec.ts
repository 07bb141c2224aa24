import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SmsTransportError, signTc3 } from 'nestjs-tencentcloud-sms';
import type { SmsHttpRequest, SmsModuleOptions, SmsService } from 'nestjs-tencentcloud-sms';
import { RawServer, answering } from '../support/raw-server.js';
import type { RawRequest } from '../support/raw-server.js';
import { CREDENTIALS, startSms } from '../support/sms-test-case.js';
import type { SmsTestCase } from '../support/sms-test-case.js';

const TEXT = { PhoneNumberSet: ['+8613711112222'], SignName: '腾讯云', TemplateId: '449739' };

describe('a backup endpoint', () => {
  let main: RawServer;
  let backup: RawServer;
  let started: SmsTestCase | undefined;

  beforeEach(async () => {
    main = await RawServer.start(answering({ SendStatusSet: [] }));
    backup = await RawServer.start(answering({ SendStatusSet: [] }));
  });

  afterEach(async () => {
    await started?.module.close();
    await Promise.all([main.stop(), backup.stop()]);
  });

  async function sms(more: Partial<SmsModuleOptions> = {}): Promise<SmsService> {
    started = await startSms({
      endpoint: main.url,
      backupEndpoint: backup.url,
      retry: { baseDelayMs: 0 },
      ...more,
    });
    return started.sms;
  }

  it('gets nothing while the main one answers', async () => {
    await (await sms()).sendSms(TEXT);
    expect([main.requests.length, backup.requests.length]).toEqual([1, 0]);
  });

  it('gets the request once, signed for its own host, when the main one is unreachable', async () => {
    await main.stop();
    await (await sms()).sendSms(TEXT);
    expect(backup.requests).toHaveLength(1);
    const { headers, body } = backup.requests[0] as RawRequest;
    const host = `127.0.0.1:${backup.port}`;
    expect(headers['host']).toBe(host);
    expect(headers['authorization']).toBe(
      signTc3({
        method: 'POST',
        host,
        action: 'SendSms',
        timestamp: Number(headers['x-tc-timestamp']),
        ...CREDENTIALS,
        contentType: 'application/json',
        queryString: '',
        body,
      }).authorization,
    );
  });

  it('is never asked once the main one may have executed the request', async () => {
    main.respondWith((socket) => socket.destroy());
    await expect((await sms()).sendSms(TEXT)).rejects.toMatchObject({ maybeSent: true });
    main.respondWith(() => undefined);
    await expect(started?.sms.sendSms(TEXT, { timeoutMs: 50 })).rejects.toMatchObject({
      name: 'SmsTimeoutError',
      maybeSent: true,
    });
    expect([main.requests.length, backup.requests.length]).toEqual([2, 0]);
  });

  it('does not get the reads that are repeated because their answer was lost', async () => {
    main.respondWith((socket, _request, count) => {
      if (count === 1) {
        socket.destroy();
      } else {
        answering({ PhoneNumberInfoSet: [] })(socket, _request, count);
      }
    });
    await (await sms()).describePhoneNumberInfo({ PhoneNumberSet: ['+8613711112222'] });
    expect([main.requests.length, backup.requests.length]).toEqual([2, 0]);
  });

  it('keeps what it was given, even when its answer is lost', async () => {
    await main.stop();
    backup.respondWith((socket) => socket.destroy());
    await expect((await sms()).sendSms(TEXT)).rejects.toMatchObject({ maybeSent: true });
    expect(backup.requests).toHaveLength(1);
  });

  it('takes turns with the main one, which every call asks first', async () => {
    const urls: string[] = [];
    const transport = {
      send: async ({ url }: SmsHttpRequest) => {
        urls.push(url);
        return Promise.reject(new SmsTransportError('No connection.', 'connect'));
      },
    };
    const service = await sms({ transport });
    const refusal = { phase: 'connect', maybeSent: false };
    await expect(service.sendSms(TEXT)).rejects.toMatchObject(refusal);
    await expect(service.sendSms(TEXT)).rejects.toMatchObject(refusal);
    const [first, second] = [`${main.url}/`, `${backup.url}/`];
    expect(urls).toEqual([first, second, first, first, second, first]);
  });

  it('is not used without retries', async () => {
    await main.stop();
    await expect((await sms({ retry: false })).sendSms(TEXT)).rejects.toMatchObject({
      phase: 'connect',
    });
    expect(backup.requests).toHaveLength(0);
  });

  it('may be a bare host, and must be an endpoint', async () => {
    await sms({ backupEndpoint: 'sms.ap-shanghai.tencentcloudapi.com' });
    await expect(startSms({ backupEndpoint: 'https://a/b' })).rejects.toMatchObject({
      issues: [{ field: 'backupEndpoint' }],
    });
  });
});
