import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { assertBuilt } from '../package/built-package.js';
import { FakeTencent, accepting, refusing } from '../support/fake-tencent.js';

/** Sends one text that is good for a second and a half, and freezes where it is told to. */
const SENDS = `
  import 'reflect-metadata';
  import { subscribe } from 'node:diagnostics_channel';
  import { writeSync } from 'node:fs';
  import { NestFactory } from '@nestjs/core';
  import { SmsModule, SmsService, Tc3Signer } from 'nestjs-tencentcloud-sms';

  const [where, endpoint] = process.argv.slice(1);
  const freeze = (place) => place === where && process.kill(process.pid, 'SIGSTOP');
  // undici says so before it hands the request to the new connection.
  subscribe('undici:client:connected', () => freeze('before the hand-over'));
  const tc3 = new Tc3Signer();
  const app = await NestFactory.createApplicationContext({
    module: class {},
    imports: [SmsModule.forRoot({
      credentials: async () => {
        await new Promise(setImmediate);
        freeze('credentials');
        return { secretId: 'AKIDany', secretKey: 'any' };
      },
      signer: {
        sign: (call, credentials) => {
          const signed = tc3.sign(call, credentials);
          freeze('signed');
          return signed;
        },
      },
      sdkAppId: '1400006666', signName: '腾讯云', endpoint,
    })],
  }, { logger: false });
  const notAfter = Date.now() + 1500;
  const sending = app.get(SmsService).trySend(
    { templateId: '449739', params: ['666', '5'] }, { to: '+8613711112222', notAfter });
  const { status, code } = await sending;
  writeSync(1, JSON.stringify({ status, code }));
  await app.close();
`;

const LINUX = process.platform === 'linux';

// The state of a process is read from /proc.
(LINUX ? describe : describe.skip)('a process that is frozen', () => {
  let tencent: FakeTencent;
  let child: ChildProcess | undefined;

  beforeAll(assertBuilt);

  beforeEach(async () => {
    tencent = await FakeTencent.start();
  });

  afterEach(async () => {
    child?.kill('SIGKILL');
    await tencent.stop();
  });

  async function startFreezing(where: string): Promise<{ told: Promise<string> }> {
    const args = ['--input-type=module', '-e', SENDS, where, tencent.url];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    child.stdout?.on('data', (chunk) => (told += String(chunk)));
    return { told: once(child, 'exit').then(() => told) };
  }

  /** Thaws it when it is frozen and what it was to send is no good any more. */
  async function thaw(): Promise<void> {
    const isFrozen = () => / T /.test(readFileSync(`/proc/${child?.pid}/stat`, 'latin1'));
    await until(isFrozen);
    const notBefore = Date.now() + 1600;
    await until(() => Date.now() > notBefore);
    child?.kill('SIGCONT');
  }

  it.each(['credentials', 'signed', 'before the hand-over'])(
    'sends nothing when it thaws too late: %s',
    async (where) => {
      const { told } = await startFreezing(where);
      await thaw();
      await expect(told).resolves.toBe('{"status":"rejected","code":"SMS_TOO_LATE"}');
      expect(tencent.received).toHaveLength(0);
    },
  );

  it('does not sign again what was refused as expired, with a clock that is corrected by two seconds', async () => {
    tencent.respondWith((_, count) => {
      if (count > 1) {
        return accepting();
      }
      child?.kill('SIGSTOP');
      return {
        executes: false,
        answer: (socket, call) => {
          void thaw().finally(() => {
            const date = new Date(Date.now() + 2000).toUTCString();
            refusing('AuthFailure.SignatureExpire', { date }).answer(socket, call);
          });
        },
      };
    });
    const { told } = await startFreezing('in the answer');
    await expect(told).resolves.toBe('{"status":"rejected","code":"SMS_TOO_LATE"}');
    expect(tencent.received).toHaveLength(1);
  });

  it('sends what is still in time', async () => {
    const { told } = await startFreezing('nowhere');
    await expect(told).resolves.toBe('{"status":"accepted"}');
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    // oxlint-disable-next-line no-await-in-loop -- looks again with each turn of the loop
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
