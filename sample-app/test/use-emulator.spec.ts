import { afterEach, expect, it } from '@jest/globals';
import type { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import { useEmulator } from '../src/development/use-emulator.js';

const APP = 'http://127.0.0.1:9';
const emulators: SmsEmulator[] = [];

async function use(env: NodeJS.ProcessEnv): Promise<SmsEmulator> {
  const emulator = await useEmulator(env, APP);
  emulators.push(emulator);
  return emulator;
}

afterEach(async () => {
  await Promise.all(emulators.splice(0).map(async (emulator) => emulator.stop()));
});

it('points the environment at an emulator of its own', async () => {
  const env: NodeJS.ProcessEnv = {};
  const emulator = await use(env);
  expect(env).toMatchObject({
    SMS_ENDPOINT: emulator.url,
    TENCENTCLOUD_SECRET_KEY: emulator.secretKey,
  });
  expect((await fetch(`${emulator.url}/readyz`)).status).toBe(200);
});

it('takes any free port when the usual one is in use', async () => {
  const first = await use({});
  const second = await use({});
  expect(second.url).not.toBe(first.url);
});

it('makes a callback secret for each start where none is given', async () => {
  const [one, other]: NodeJS.ProcessEnv[] = [{}, { SMS_CALLBACK_SECRET: '' }];
  await use(one ?? {});
  await use(other ?? {});
  expect(one?.['SMS_CALLBACK_SECRET']).toMatch(/^[\da-f]{64}$/);
  expect(other?.['SMS_CALLBACK_SECRET']).toMatch(/^[\da-f]{64}$/);
  expect(one?.['SMS_CALLBACK_SECRET']).not.toBe(other?.['SMS_CALLBACK_SECRET']);
});

it('keeps the callback secret of the environment', async () => {
  const env: NodeJS.ProcessEnv = { SMS_CALLBACK_SECRET: 'of-the-environment-00000000000000' };
  await use(env);
  expect(env['SMS_CALLBACK_SECRET']).toBe('of-the-environment-00000000000000');
});
