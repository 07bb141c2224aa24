import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { signTc3 } from '../../../lib/signing/tc3-signature.js';
import { assertBuilt } from '../../package/built-package.js';
import { SmsEmulator } from '../../../lib/testing/index.js';
import { engineClient } from '../engine-client.js';
import type { EngineClient } from '../engine-client.js';
import { sendSigned } from '../raw-client.js';
import type { LooseResponse } from '../raw-client.js';

const APP = '1400006666';
const MB = 1024 * 1024;

const children: ChildProcessByStdio<null, Readable, Readable>[] = [];
afterEach(() => {
  jest.useRealTimers();
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});

/** An emulator in a process of its own that has 256 MB for its objects. */
class SmallEmulator {
  err = '';
  ended = false;

  private constructor(readonly port: number) {}

  static async start(...flags: string[]): Promise<SmallEmulator> {
    const args = [`--max-old-space-size=${SIZE.heap}`, 'dist/cli/emulator.cli.js', 'emulator'];
    const child = spawn(
      process.execPath,
      [...args, '--port', '0', '--keep', `${SIZE.keep}MB`, ...flags],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    children.push(child);
    const port = await new Promise<number>((resolve) => {
      child.stdout.once('data', (data: Buffer) => {
        resolve(Number(/:(\d+)\n/.exec(data.toString())?.[1]));
      });
    });
    const emulator = new SmallEmulator(port);
    child.stderr.on('data', (data: Buffer) => (emulator.err += data.toString()));
    child.on('close', () => (emulator.ended = true));
    return emulator;
  }

  /** Over a connection that is kept, as clients do. */
  async call(action: string, params: object): Promise<LooseResponse> {
    const body = JSON.stringify({ SmsSdkAppId: APP, ...params });
    const timestamp = Math.floor(Date.now() / 1000);
    const { authorization } = signTc3({
      method: 'POST',
      host: `127.0.0.1:${this.port}`,
      contentType: 'application/json',
      secretId: 'AKIDmany',
      secretKey: 'emulator-secret-key',
      action,
      timestamp,
      body,
    });
    const answer = await fetch(`http://127.0.0.1:${this.port}/`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-TC-Action': action,
        'X-TC-Version': '2021-01-11',
        'X-TC-Timestamp': String(timestamp),
        Authorization: authorization,
      },
      body,
    });
    return ((await answer.json()) as { Response: LooseResponse }).Response;
  }

  async send(params: object): Promise<LooseResponse> {
    return this.call('SendSms', { SignName: '示例', TemplateId: '77', ...params });
  }

  async get(path: string): Promise<Record<string, unknown>> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`);
    return (await answer.json()) as Record<string, unknown>;
  }
}

/** A part of everything, or all of it (SMS_LONG_TESTS=1), which takes minutes on a busy machine. */
const IS_LONG = process.env['SMS_LONG_TESTS'] !== undefined;
const SIZE = IS_LONG
  ? { heap: 256, keep: 64, texts: 240_000, requests: 63 }
  : { heap: 64, keep: 8, texts: 24_000, requests: 12 };

const numbersFrom = (first: number): string[] =>
  Array.from({ length: 200 }, (_, index) => `+86137${String(first + index).padStart(8, '0')}`);

describe('an emulator with a small heap', () => {
  beforeAll(assertBuilt);

  it(`takes ${SIZE.texts} texts whose reports wait, and says how many it dropped`, async () => {
    const emulator = await SmallEmulator.start(
      '--delivery',
      'slow',
      '--limits',
      'tencent-default',
      '--package-size',
      '100000000',
    );
    const TemplateParamSet = ['字'.repeat(400)];
    for (let first = 0; first < SIZE.texts; first += 4000) {
      const calls = Array.from({ length: 20 }, async (_, call) =>
        emulator.send({
          PhoneNumberSet: numbersFrom(first + call * 200),
          TemplateParamSet,
          SessionContext: 'x'.repeat(500),
        }),
      );
      // oxlint-disable-next-line no-await-in-loop -- a few at a time
      const answers = await Promise.all(calls);
      expect(answers.every(({ Error: error }) => error === undefined)).toBe(true);
    }
    expect(emulator.ended).toBe(false);
    const { limitBytes, bytes, droppedReports } = await emulator.get('/_emulator/keep');
    expect(limitBytes).toBe(SIZE.keep * MB);
    expect(bytes).toBeLessThanOrEqual(SIZE.keep * MB);
    expect(droppedReports).toBeGreaterThan(SIZE.texts / 3);
    expect(emulator.err).toMatch(/^Warning: The SMS emulator has dropped \d+ reports? /);
    const total = await emulator.call('SendStatusStatistics', {
      Limit: 0,
      Offset: 0,
      BeginTime: '2020010100',
      EndTime: '2099123123',
    });
    expect(total).toMatchObject({ SendStatusStatistics: { RequestSuccessCount: SIZE.texts } });
  }, 120_000);

  it.each<readonly [name: string, params: (long: string) => object]>([
    ['phone', (long) => ({ PhoneNumberSet: [`+86${long}`] })],
    ['signature', (long) => ({ PhoneNumberSet: ['+8613711112222'], SignName: long })],
    ['value', (long) => ({ PhoneNumberSet: ['+8613711112222'], TemplateParamSet: [long] })],
    ['name of a member', (long) => ({ PhoneNumberSet: ['+8613711112222'], [long]: 1 })],
  ])(
    `takes ${SIZE.requests} requests with a %s of 4 MB`,
    async (_, params) => {
      const emulator = await SmallEmulator.start();
      const long = '7'.repeat(4 * MB);
      for (let request = 0; request < SIZE.requests; request += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, as they are kept
        await emulator.send(params(long));
      }
      expect(emulator.ended).toBe(false);
      const { bytes } = await emulator.get('/_emulator/keep');
      expect(bytes).toBeLessThanOrEqual(SIZE.keep * MB);
      const { requests } = await emulator.get('/_emulator/requests');
      expect(requests).toHaveLength(SIZE.requests);
    },
    60_000,
  );
});

const statusOf = async (port: number): Promise<Record<string, unknown>> =>
  (await (await fetch(`http://127.0.0.1:${port}/_emulator/keep`)).json()) as Record<
    string,
    unknown
  >;

describe('what is kept', () => {
  const TEXT = '字'.repeat(400);
  const sendMany = (client: EngineClient, calls: number): void => {
    for (let call = 0; call < calls; call += 1) {
      client.call('SendSms', {
        SmsSdkAppId: APP,
        SignName: '示例',
        TemplateId: '77',
        PhoneNumberSet: numbersFrom(call * 200),
        TemplateParamSet: [TEXT],
      });
    }
  };
  it('loses its oldest texts, reports and requests first, and has the last ones', async () => {
    const client = await engineClient({ keep: '1MB', limits: { perDay: 10 } });
    sendMany(client, 20);
    const { inbox, keep, requests, account } = client.engine;
    expect(keep.limitBytes).toBe(MB);
    expect(keep.bytes).toBeLessThanOrEqual(MB);
    const ids = inbox.messages().map(({ id }) => Number(id));
    expect(ids.length).toBeGreaterThan(10);
    expect(ids.length).toBeLessThan(1000);
    expect(ids).toEqual(Array.from(ids, (_, index) => 4000 - ids.length + 1 + index));
    expect(requests.list().at(-1)).toMatchObject({ id: '20' });
    const reports = client.call('PullSmsSendStatus', { SmsSdkAppId: APP, Limit: 100 });
    const pulled = reports['PullSmsSendStatusSet'] as { PhoneNumber: string }[];
    expect(pulled.at(-1)).toMatchObject({ PhoneNumber: numbersFrom(3800).at(-1) });
    expect(account.log.find(() => true).length).toBeLessThan(1000);
    client.engine.close();
  });

  it('holds the pushes of callbacks in it, and loses the oldest', async () => {
    // Nothing listens there.
    const client = await engineClient({ keep: '1MB', callbackUrl: 'http://127.0.0.1:1/' });
    for (let round = 0; round < 40; round += 1) {
      sendMany(client, 1);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await client.engine.callbacks.settled();
    }
    const { keep, pushes } = client.engine;
    const kept = pushes.list();
    expect(keep.bytes).toBeLessThanOrEqual(MB);
    expect(kept.at(-1)?.id).toBe('80');
    expect(kept.length).toBeLessThan(40);
    const { bytes } = keep;
    pushes.clear();
    const bodies = kept.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
    expect(bytes - keep.bytes).toBeGreaterThan(bodies);
    client.engine.close();
  });

  it('is counted out when it is pulled or cleared, so that nothing is dropped for it', async () => {
    const client = await engineClient({ keep: '4MB' });
    for (let round = 0; round < 50; round += 1) {
      sendMany(client, 1);
      client.call('PullSmsSendStatus', { SmsSdkAppId: APP, Limit: 100 });
      client.call('PullSmsSendStatus', { SmsSdkAppId: APP, Limit: 100 });
      client.engine.clear();
    }
    expect(client.engine.dropped.total).toBe(0);
    client.engine.close();
  });

  it('tells of dropped reports at once, and then once a minute as long as there are more', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] });
    const emit = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const said = (): string[] =>
      emit.mock.calls.map(([message]) => String(message).replace(/ that no.*/s, ''));
    const client = await engineClient({ keep: '1MB' });
    const events: unknown[] = [];
    client.engine.events.listen((event) => {
      if (event.kind === 'dropped') {
        events.push(event.read());
      }
    });
    sendMany(client, 10);
    expect(said()).toEqual(['The SMS emulator has dropped 1 report']);
    const { total } = client.engine.dropped;
    expect(total).toBeGreaterThan(1000);
    jest.advanceTimersByTime(59_000);
    expect(said()).toHaveLength(1);
    jest.advanceTimersByTime(1000);
    expect(said()).toEqual([said()[0], `The SMS emulator has dropped ${total} reports`]);
    jest.advanceTimersByTime(600_000);
    expect(said()).toHaveLength(2);
    expect(events).toEqual([{ reports: 1 }, { reports: total }]);
    client.engine.close();
  });

  it('is told by the control API, with what was dropped', async () => {
    const emulator = await SmsEmulator.start({ keep: 2 * MB });
    expect(await statusOf(emulator.port)).toEqual({
      limitBytes: 2 * MB,
      bytes: expect.any(Number),
      droppedReports: 0,
    });
    for (let call = 0; call < 10; call += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await sendSigned({
        port: emulator.port,
        action: 'SendSms',
        body: JSON.stringify({
          SmsSdkAppId: APP,
          SignName: '示例',
          TemplateId: '77',
          PhoneNumberSet: numbersFrom(call * 200),
          TemplateParamSet: [TEXT],
        }),
      });
    }
    const { droppedReports } = await statusOf(emulator.port);
    expect(droppedReports).toBeGreaterThan(500);
    // What is said of them goes the way of every warning, and breaks no call.
    expect(emulator.requests().map(({ code }) => code)).not.toContain('InternalError');
    await emulator.stop();
  });

  it.each(['64', '1000KB', '64 TB', '-64MB', '', 'MB', 0, -1, 1.5 * MB + 0.5, Number.NaN, null])(
    'is bounded by no such size as %j',
    async (keep) => {
      await expect(engineClient({ keep: keep as string })).rejects.toMatchObject({
        code: 'SMS_EMULATOR_OPTIONS_INVALID',
        message: 'keep must be a number of bytes or a size such as 64MB, and 1 MB at least.',
      });
    },
  );

  it.each([
    ['1MB', MB],
    ['2048kb', 2 * MB],
    ['1 GB', 1024 * MB],
    [`${3 * MB}`, 3 * MB],
    [MB, MB],
    [undefined, 64 * MB],
  ])('is bounded by a size as %j says', async (keep, bytes) => {
    const { engine } = await engineClient({ keep });
    expect(engine.keep.limitBytes).toBe(bytes);
  });
});
