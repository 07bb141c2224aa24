import { randomBytes } from 'node:crypto';
import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import type { SmsDeliveryMode, SmsEmulatorOptions } from 'nestjs-tencentcloud-sms/testing';
import { callbackSecretOf, toCallbackUrls } from '../deliveries/callback-urls.js';
import * as smsTemplates from '../sms-templates.js';

const USUAL_PORT = 9753;
/** So that the inbox shows texts as phones get them. */
const templates = Object.values(smsTemplates);

/**
 * Starts the emulator and points the environment at it, so that the app runs without an account. It
 * pushes reports and replies to the app, as Tencent does once its console has the two addresses.
 *
 * @param appUrl where the app will listen
 * @param delivery how long texts are under way
 */
export async function useEmulator(
  env: NodeJS.ProcessEnv,
  appUrl: string,
  delivery: SmsDeliveryMode = 'instant',
): Promise<SmsEmulator> {
  const secret = callbackSecretOf(env['SMS_CALLBACK_SECRET']) ?? randomBytes(32).toString('hex');
  const { status, reply } = toCallbackUrls(appUrl, secret);
  const emulator = await startEmulator({
    callbackUrl: status,
    replyCallbackUrl: reply,
    delivery,
    templates,
  });
  Object.assign(env, {
    TENCENTCLOUD_SECRET_ID: 'any-id-will-do',
    TENCENTCLOUD_SECRET_KEY: emulator.secretKey,
    SMS_SDK_APP_ID: '1400006666',
    SMS_SIGN_NAME: '腾讯云',
    SMS_ENDPOINT: emulator.url,
    SMS_CALLBACK_SECRET: secret,
  });
  return emulator;
}

async function startEmulator(options: SmsEmulatorOptions): Promise<SmsEmulator> {
  try {
    return await SmsEmulator.start({ ...options, port: USUAL_PORT });
  } catch {
    // Another emulator, perhaps of another checkout, has the usual port: any free one will do.
    return SmsEmulator.start({ ...options, port: 0 });
  }
}
