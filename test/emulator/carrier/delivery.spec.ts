import { describe, expect, it } from '@jest/globals';
import type { SendSmsRequest } from '../../../lib/api/sending.js';
import { engineClient } from '../engine-client.js';
import type { EngineClient } from '../engine-client.js';

const APP = '1400006666';
const PHONE = '+8613711112222';

const send = ({ call }: EngineClient, changes: Partial<SendSmsRequest> = {}): void => {
  call('SendSms', {
    PhoneNumberSet: [PHONE],
    SmsSdkAppId: APP,
    SignName: '腾讯云',
    TemplateId: '77',
    ...changes,
  });
};
const pull = ({ call }: EngineClient): unknown =>
  call('PullSmsSendStatus', { SmsSdkAppId: APP, Limit: 100 })['PullSmsSendStatusSet'];

describe('a report', () => {
  it.each([
    ['realistic', 1000, 8000],
    ['slow', 60_000, 300_000],
  ] as const)('of a %s delivery comes in its time, and once', async (delivery, least, most) => {
    const client = await engineClient({ delivery });
    const sentAt = client.engine.clock.now();
    send(client);
    client.engine.advance(least - 500);
    expect(pull(client)).toEqual([]);
    expect(client.engine.inbox.messages()).toMatchObject([{ report: null }]);
    client.engine.advance(most - least + 1000);
    const [message] = client.engine.inbox.messages();
    expect(message).toMatchObject({
      report: { status: 'SUCCESS', code: 'DELIVRD' },
      events: [{ kind: 'accepted' }, { kind: 'reported', detail: 'SUCCESS DELIVRD' }],
    });
    const after = Date.parse(message?.report?.at ?? '') - sentAt;
    expect(after).toBeGreaterThanOrEqual(least);
    expect(after).toBeLessThanOrEqual(most + 100);
    expect(pull(client)).toMatchObject([{ PhoneNumber: PHONE, ReportStatus: 'SUCCESS' }]);
    expect(pull(client)).toEqual([]);
    client.engine.close();
  });

  it('never comes when none is to come', async () => {
    const client = await engineClient({ delivery: 'never' });
    send(client);
    client.engine.advance(86_400_000);
    expect(pull(client)).toEqual([]);
  });

  it('comes by itself when its time has come', async () => {
    const client = await engineClient({ delivery: 'realistic' });
    send(client);
    // All but the last moment of the longest time is skipped; the timer does the rest.
    client.engine.clock.advance(7990);
    const reported = new Promise<void>((resolve) => {
      client.engine.events.listen(({ kind }) => {
        if (kind === 'report') {
          resolve();
        }
      });
    });
    send(client, { PhoneNumberSet: ['+8613711113333'] });
    await reported;
    expect(client.engine.inbox.messages()[0]).toMatchObject({ report: { code: 'DELIVRD' } });
    client.engine.close();
  });

  it('is forgotten when the emulator stops', async () => {
    const client = await engineClient({ delivery: 'slow' });
    send(client);
    client.engine.close();
    client.engine.clock.advance(86_400_000);
    expect(pull(client)).toEqual([]);
  });

  it.each([
    ['0001', 'MK:0001', 'InvalidNumberCount'],
    ['0002', 'MI:0009', 'ShutdownErrorCount'],
    ['0006', 'TD:0001', 'BlackListCount'],
    ['0007', 'DISTURB', 'FrequencyLimitCount'],
    ['0009', 'TX:4099', 'InternalErrorCount'],
  ])('for +86 199 0404 %s fails with %s', async (last, code, counter) => {
    const client = await engineClient();
    const phone = `+861990404${last}`;
    send(client, { PhoneNumberSet: [phone, PHONE] });
    expect(pull(client)).toMatchObject([
      { PhoneNumber: phone, ReportStatus: 'FAIL', Description: code },
      { PhoneNumber: PHONE, ReportStatus: 'SUCCESS' },
    ]);
    const counts = client.call('CallbackStatusStatistics', {
      SmsSdkAppId: APP,
      Limit: 0,
      Offset: 0,
      BeginTime: chinaHour(client),
      EndTime: chinaHour(client),
    });
    expect(counts).toMatchObject({
      CallbackStatusStatistics: {
        CallbackCount: 2,
        CallbackFailCount: 1,
        CallbackSuccessCount: 1,
        [counter]: 1,
      },
    });
  });

  it('for +86 199 0404 0099 never comes', async () => {
    const client = await engineClient();
    send(client, { PhoneNumberSet: ['+8619904040099'] });
    expect(pull(client)).toEqual([]);
    expect(client.engine.inbox.messages()).toMatchObject([{ status: 'accepted', report: null }]);
  });

  it.each(['MI:0013', 'UNDELIVS814S', '9999', 'EXPIRED'])(
    'fails with %s on demand, while the text is accepted',
    async (code) => {
      const client = await engineClient();
      client.engine.faults.add({ action: 'SendSms', code, numberSuffix: '2222' });
      send(client, { PhoneNumberSet: [PHONE, '+8613711113333'] });
      expect(client.engine.inbox.messages()).toMatchObject([
        { status: 'accepted', code: 'Ok', report: { status: 'FAIL', code } },
        { report: { code: 'DELIVRD' } },
      ]);
    },
  );

  it.each(['LT:0', 'ACCEPTD'])('may say in another way that it arrived: %s', async (code) => {
    const client = await engineClient();
    client.engine.faults.add({ code });
    send(client);
    expect(client.engine.inbox.messages()).toMatchObject([{ report: { status: 'SUCCESS', code } }]);
  });
});

function chinaHour({ engine }: EngineClient): string {
  return new Date(engine.clock.now() + 8 * 3_600_000).toISOString().slice(0, 13).replace(/\D/g, '');
}
