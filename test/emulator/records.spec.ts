import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createSmsTestKit, SmsEmulator } from '../../lib/testing/index.js';
import { CallbackEndpoint } from './callback-endpoint.js';
import { engineClient } from './engine-client.js';
import { officialClient } from './official-client.js';

const APP = '1400006666';
const PHONE = '+8613711112222';
const CONTEXT = 'order-77120';

const PAGE = { SmsSdkAppId: APP, Limit: 10, Offset: 0 };

let endpoint: CallbackEndpoint;
let emulator: SmsEmulator;
beforeAll(async () => {
  endpoint = await CallbackEndpoint.start();
});
afterEach(async () => {
  await emulator.stop();
  endpoint.pushed.splice(0);
});
afterAll(async () => {
  await endpoint.stop();
});

/** The last three hours, by the emulator's clock. */
const window = (): { BeginTime: number; EndTime: number } => {
  const EndTime = Math.floor(emulator.clock.now().getTime() / 1000);
  return { BeginTime: EndTime - 3 * 3600, EndTime };
};
const send = async (changes: object = {}): Promise<void> => {
  await officialClient(emulator).SendSms({
    PhoneNumberSet: [PHONE],
    SmsSdkAppId: APP,
    SignName: '腾讯云',
    TemplateId: '449739',
    TemplateParamSet: ['042137', '5'],
    SessionContext: CONTEXT,
    ...changes,
  });
};
const recorded = async (): Promise<unknown[]> => {
  const { SendRecordSet } = await officialClient(emulator).DescribeSendRecordList({
    ...PAGE,
    ...window(),
    PhoneNumber: PHONE,
  });
  return SendRecordSet ?? [];
};
const byNumber = async (): Promise<unknown[]> => {
  const { PullSmsSendStatusSet } = await officialClient(emulator).PullSmsSendStatusByPhoneNumber({
    ...PAGE,
    ...window(),
    PhoneNumber: PHONE,
  });
  return PullSmsSendStatusSet ?? [];
};

describe('echoContext', () => {
  it.each<readonly [echoContext: boolean | undefined, ext: object, context: string]>([
    [undefined, {}, ''],
    [true, { ext: CONTEXT }, CONTEXT],
  ])(
    'being %j decides whether reports repeat the context of the send',
    async (given, ext, context) => {
      emulator = await SmsEmulator.start({ callbackUrl: endpoint.url, echoContext: given });
      await send();
      const [push] = await endpoint.received(1);
      const [item] = (push?.body ?? []) as { ext?: string; sid: string }[];
      const { ext: echoed } = item ?? {};
      expect(echoed === undefined ? {} : { ext: echoed }).toEqual(ext);
      expect(await byNumber()).toMatchObject([{ SerialNo: item?.sid, SessionContext: context }]);
      const { PullSmsSendStatusSet } = await officialClient(emulator).PullSmsSendStatus({
        SmsSdkAppId: APP,
        Limit: 10,
      });
      expect(PullSmsSendStatusSet).toMatchObject([{ SessionContext: context }]);
      const [record] = await recorded();
      expect(record).not.toHaveProperty('SessionContext');
    },
  );

  it('repeats the context of each row of SendMultiGlobalSms', async () => {
    const { engine, call } = await engineClient({ echoContext: true });
    call('SendMultiGlobalSms', {
      SmsSdkAppId: APP,
      MultiSmsInfoSet: ['a', 'b', ''].map((SessionContext, index) => ({
        PhoneNumber: `+6012345678${index}`,
        TemplateId: '449739',
        TemplateParamSet: ['042137', '5'],
        SessionContext,
      })),
    });
    const { PullSmsSendStatusSet } = call('PullSmsSendStatus', { SmsSdkAppId: APP, Limit: 10 });
    expect(PullSmsSendStatusSet).toMatchObject([
      { SessionContext: 'a' },
      { SessionContext: 'b' },
      { SessionContext: '' },
    ]);
    engine.close();
  });
});

describe('recordLag', () => {
  it('hides a text from the records and from its report by number until it is over', async () => {
    emulator = await SmsEmulator.start({ recordLag: '10m' });
    await send();
    await send({ PhoneNumberSet: ['+8613711113333'] });
    expect(emulator.lastMessage(PHONE)?.report?.status).toBe('SUCCESS');
    expect(await recorded()).toEqual([]);
    expect(await byNumber()).toEqual([]);
    emulator.clock.advance(599_000);
    expect(await recorded()).toEqual([]);
    expect(await byNumber()).toEqual([]);
    emulator.clock.advance(1000);
    expect(await recorded()).toMatchObject([{ PhoneNumber: PHONE, SendStatus: 2 }]);
    expect(await byNumber()).toMatchObject([{ PhoneNumber: PHONE }]);
  });

  it('hides a refused text as well, but holds back no report of the queue', async () => {
    emulator = await SmsEmulator.start({ recordLag: 60_000 });
    emulator.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit');
    await send();
    await send();
    const { PullSmsSendStatusSet } = await officialClient(emulator).PullSmsSendStatus({
      SmsSdkAppId: APP,
      Limit: 10,
    });
    expect(PullSmsSendStatusSet).toHaveLength(1);
    expect(await recorded()).toEqual([]);
    emulator.clock.advance(60_000);
    expect(await recorded()).toMatchObject([{ SendStatus: 2 }, { SendStatus: 1 }]);
  });

  it('can be set while the emulator runs, by the test and over HTTP', async () => {
    emulator = await SmsEmulator.start();
    await send();
    expect(await recorded()).toHaveLength(1);
    emulator.setRecordLag('5m');
    expect(await recorded()).toEqual([]);
    const put = async (lag: unknown): Promise<unknown> => {
      const answer = await fetch(`${emulator.url}/_emulator/record-lag`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ lag }),
      });
      return answer.json();
    };
    expect(await put('2h')).toEqual({ lag: 7_200_000 });
    emulator.clock.advance(300_000);
    expect(await recorded()).toEqual([]);
    expect(await put(0)).toEqual({ lag: 0 });
    expect(await recorded()).toHaveLength(1);
    expect(await put('soon')).toMatchObject({ error: { code: 'invalid_body', field: 'lag' } });
    const got = await fetch(`${emulator.url}/_emulator/record-lag`);
    expect(await got.json()).toEqual({ lag: 0 });
  });

  it.each([-1, 1.5, 'soon', '5', null])(
    'refuses %j with the field and what is expected',
    async (lag) => {
      emulator = await SmsEmulator.start();
      expect(() => {
        emulator.setRecordLag(lag as number);
      }).toThrow(expect.objectContaining({ code: 'SMS_EMULATOR_OPTIONS_INVALID', field: 'lag' }));
      await expect(createSmsTestKit({ recordLag: lag as number })).rejects.toThrow(
        /^recordLag must be a whole number of milliseconds, or a text such as/,
      );
    },
  );
});

describe('a permission that Tencent has not given', () => {
  const DENIED = 'UnauthorizedOperation.RequestPermissionDeny';

  it.each(['DescribeSendRecordList', 'PullSmsSendStatus', 'PullSmsReplyStatus'] as const)(
    'refuses %s with the code of Tencent until the fault is cleared',
    async (action) => {
      emulator = await SmsEmulator.start();
      await send();
      emulator.fail(action, DENIED, { times: 'always' });
      const ask = async (): Promise<string> => {
        const client = officialClient(emulator);
        try {
          await (action === 'DescribeSendRecordList'
            ? recorded()
            : client[action]({ SmsSdkAppId: APP, Limit: 10 }));
          return 'Ok';
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      expect(await ask()).toBe(DENIED);
      expect(await ask()).toBe(DENIED);
      // What was refused took nothing out of the queue.
      emulator.clearFaults();
      expect(await ask()).toBe('Ok');
    },
  );
});
