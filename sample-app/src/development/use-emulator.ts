import { SmsEmulator } from 'nestjs-tencentcloud-sms/testing';
import * as smsTemplates from '../sms-templates.js';

const USUAL_PORT = 9753;
/** So that the inbox shows texts as phones get them. */
const templates = Object.values(smsTemplates);

/** Starts the emulator and points the environment at it, so that the app runs without an account. */
export async function useEmulator(env: NodeJS.ProcessEnv): Promise<SmsEmulator> {
  const emulator = await startEmulator();
  Object.assign(env, {
    TENCENTCLOUD_SECRET_ID: 'any-id-will-do',
    TENCENTCLOUD_SECRET_KEY: emulator.secretKey,
    SMS_SDK_APP_ID: '1400006666',
    SMS_SIGN_NAME: '腾讯云',
    SMS_ENDPOINT: emulator.url,
  });
  return emulator;
}

async function startEmulator(): Promise<SmsEmulator> {
  try {
    return await SmsEmulator.start({ port: USUAL_PORT, templates });
  } catch {
    // Another emulator, perhaps of another checkout, has the usual port: any free one will do.
    return SmsEmulator.start({ port: 0, templates });
  }
}
