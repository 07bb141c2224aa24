import { expect, it } from '@jest/globals';
import { useEmulator } from '../src/development/use-emulator.js';

it('points the environment at an emulator of its own', async () => {
  const env: NodeJS.ProcessEnv = {};
  const emulator = await useEmulator(env);
  expect(env).toMatchObject({
    SMS_ENDPOINT: emulator.url,
    TENCENTCLOUD_SECRET_KEY: emulator.secretKey,
  });
  expect((await fetch(`${emulator.url}/readyz`)).status).toBe(200);
  await emulator.stop();
});

it('takes any free port when the usual one is in use', async () => {
  const first = await useEmulator({});
  const second = await useEmulator({});
  expect(second.url).not.toBe(first.url);
  await Promise.all([first.stop(), second.stop()]);
});
