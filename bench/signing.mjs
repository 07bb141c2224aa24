// Signing alone: ours, the official SDK's, and the three hashes that every implementation needs.
import { createHash, createHmac } from 'node:crypto';
import { signTc3 } from 'nestjs-tencentcloud-sms';
import signModule from 'tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js';
import { requestOf } from './clients.mjs';
import { compareCalls } from './measure.mjs';

const Sign = signModule.default;
const payload = requestOf(1);
const body = JSON.stringify(payload);
const secretId = 'AKIDbenchbenchbench';
const secretKey = 'bench-secret-key';
const host = 'sms.tencentcloudapi.com';
const now = Math.floor(Date.now() / 1000);
const sign = (timestamp) =>
  signTc3({
    method: 'POST',
    host,
    action: 'SendSms',
    timestamp,
    secretId,
    secretKey,
    contentType: 'application/json',
    body,
  });
const { canonicalRequest, stringToSign } = sign(now);
const key = Buffer.alloc(32, 7);

const { rounds, count } = JSON.parse(process.argv[2]);
const result = compareCalls(
  {
    ours: (i) => sign(now + (i % 60)),
    sdk: (i) =>
      Sign.sign3({
        method: 'POST',
        url: `https://${host}/`,
        payload,
        timestamp: now + (i % 60),
        service: 'sms',
        secretId,
        secretKey,
        multipart: false,
        boundary: '',
        headers: { 'Content-Type': 'application/json', Host: host },
      }),
    crypto: () => {
      createHash('sha256').update(body).digest('hex');
      createHash('sha256').update(canonicalRequest).digest('hex');
      createHmac('sha256', key).update(stringToSign).digest('hex');
    },
  },
  { rounds, count },
);
process.send(result, () => process.exit(0));
