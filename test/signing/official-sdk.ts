import { createRequire } from 'node:module';

/** The part of Tencent's own SDK that signs, as a second opinion. */
export interface OfficialSign {
  sign(secretKey: string, stringToSign: string, method: 'HmacSHA1' | 'HmacSHA256'): string;
  sign3(request: {
    method: 'GET' | 'POST';
    /** With the query string; only the host without its port is signed. */
    url: string;
    /** Bytes, so that its serialiser (which escapes other characters than ours) stays out of it. */
    payload: Buffer | undefined;
    timestamp: number;
    service: string;
    secretId: string;
    secretKey: string;
    headers: { 'Content-Type': string };
  }): string;
}

// The file is no entry point of its package, which is CommonJS and a dependency of the SMS package only.
const requireFromSdk = createRequire(
  createRequire(import.meta.url).resolve('tencentcloud-sdk-nodejs-sms'),
);

export const officialSign = (
  requireFromSdk('tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js') as {
    default: OfficialSign;
  }
).default;

/** Its flattening of parameters, and the text that it signs with the legacy method. */
export const officialClient = (
  requireFromSdk('tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client.js') as {
    AbstractClient: {
      prototype: {
        mergeData(params: object): Record<string, string | number>;
      };
    };
  }
).AbstractClient.prototype;
