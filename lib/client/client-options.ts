import type { SmsCredentialsProvider } from '../credentials/credentials-provider.js';
import type { SmsSignName } from '../templates/sign-name.js';
import type { CallEvents } from './call-events.js';
import type { InFlight } from './in-flight.js';
import type { ResolvedRetry } from './retry-policy.js';

/** What the client needs to know of the account. */
export interface SmsClientOptions {
  credentials: SmsCredentialsProvider;
  sdkAppId: string;
  /** The signature of raw requests without one. */
  signName?: SmsSignName | undefined;
  /** Origin, such as `https://sms.tencentcloudapi.com`. */
  endpoint: string;
  /** Origin for the attempt after one that could not connect. */
  backupEndpoint?: string | undefined;
  region: string;
  language?: 'zh-CN' | 'en-US' | undefined;
  method: 'GET' | 'POST';
  signMethod: 'TC3-HMAC-SHA256' | 'HmacSHA256' | 'HmacSHA1';
  timeoutMs: number;
  retry: ResolvedRetry;
  /** The part of Tencent's rates that this process may use; `false` for no pacing. */
  pace: { readonly share: number } | false;
}

/** Where the client reports events, and the state that it shares with other parts. */
export interface SmsClientContext {
  /** Name of the account. */
  account?: string | undefined;
  events?: CallEvents | undefined;
  /** Shared by all that a shutdown waits for. */
  inFlight?: InFlight | undefined;
}
