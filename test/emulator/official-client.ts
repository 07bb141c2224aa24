import type { Agent } from 'node:http';
// A CommonJS package: its exports are the default import.
// oxlint-disable-next-line import/default
import tencentcloud from 'tencentcloud-sdk-nodejs-sms';
import type { SmsEmulator } from '../../lib/testing/index.js';

/** The official SDK's client. */
export type OfficialClient = InstanceType<typeof tencentcloud.sms.v20210111.Client>;

/** A way in which the official SDK can sign and send. */
export interface Way {
  readonly signMethod: 'TC3-HMAC-SHA256' | 'HmacSHA256' | 'HmacSHA1';
  readonly reqMethod: 'POST' | 'GET';
}

export const WAYS: readonly Way[] = [
  { signMethod: 'TC3-HMAC-SHA256', reqMethod: 'POST' },
  { signMethod: 'TC3-HMAC-SHA256', reqMethod: 'GET' },
  { signMethod: 'HmacSHA256', reqMethod: 'POST' },
  { signMethod: 'HmacSHA1', reqMethod: 'GET' },
];

/** Points the official SDK at an emulator. */
export function officialClient(
  emulator: SmsEmulator,
  { signMethod, reqMethod }: Way = { signMethod: 'TC3-HMAC-SHA256', reqMethod: 'POST' },
  secretKey = emulator.secretKey,
): OfficialClient {
  return new tencentcloud.sms.v20210111.Client({
    credential: { secretId: 'AKIDofficial', secretKey },
    region: 'ap-guangzhou',
    profile: {
      signMethod,
      httpProfile: { reqMethod, protocol: 'http://', endpoint: `127.0.0.1:${emulator.port}` },
    },
  });
}

/** The official SDK as it talks to production, with an agent that takes it elsewhere. */
export function productionClient(emulator: SmsEmulator, agent: Agent): OfficialClient {
  return new tencentcloud.sms.v20210111.Client({
    credential: { secretId: 'AKIDofficial', secretKey: emulator.secretKey, token: 'a-token' },
    region: 'ap-guangzhou',
    profile: { httpProfile: { protocol: 'http://', agent } },
  });
}
