import { smsTemplate } from 'nestjs-tencentcloud-sms';

// What must not come out, each of them easy to find wherever it does.

export const CREDENTIALS = {
  secretId: 'AKIDcanarysecretid4mK5wX6yZ7aB8cD9eF',
  secretKey: 'canaryKey7c2b9d4e1f6a8g3h5j0k1m2',
  token: 'canaryToken5f3e8d2c7b1a9z4y6x0w3v8u2t7s1r9q4p6o0n3m8l2k7j1i9h4g6',
};
export const PROXY_USER = 'canary-proxy-user';
export const PROXY_PASSWORD = 'canary-proxy-password-1';
export const SECRETS = [
  ...Object.values(CREDENTIALS),
  PROXY_PASSWORD,
  Buffer.from(`${PROXY_USER}:${PROXY_PASSWORD}`).toString('base64'),
];
export const PHONE = '+8613711112222';
export const FOREIGN_PHONE = '+85261234567';
export const CODE = '042137';
export const PERSONAL = ['13711112222', '61234567', CODE];

export const LoginCode = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写，如非本人操作，请忽略本短信。',
});
export const params = { code: CODE, minutes: 5 };
