// An app with verification codes in a process of its own, over the build: what an instance beside others
// is. It is started by `VerificationApp` and does what its messages say.
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { SmsModule, UndiciTransport, smsTemplate } from 'nestjs-tencentcloud-sms';
import { redisVerificationStore } from 'nestjs-tencentcloud-sms/redis';
import {
  SmsVerificationModule,
  SmsVerificationService,
  smsVerification,
} from 'nestjs-tencentcloud-sms/verification';

const { endpoint, secretKey, redis, dies, aheadMs } = JSON.parse(process.argv[2]);
const template = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}为您的登录验证码，请于{minutes:2}分钟内填写。',
});
const Login = smsVerification({ purpose: 'login', template });
const client = new Redis(redis);
client.on('error', () => undefined);
const clock = aheadMs === 0 ? undefined : () => Date.now() + aheadMs;

const app = await Test.createTestingModule({
  imports: [
    SmsModule.forRoot({
      credentials: { secretId: 'AKIDtest', secretKey },
      sdkAppId: '1400006666',
      signName: '腾讯云',
      endpoint,
      ...(dies === undefined ? {} : { transport: dying(new UndiciTransport()) }),
    }),
    SmsVerificationModule.forRoot({
      secret: 'canary-verification-secret-0000000003',
      store: redisVerificationStore(client, { timeout: '20s', clock }),
    }),
  ],
}).compile();
app.useLogger(false);
await app.init();
const codes = app.get(SmsVerificationService);

process.on('message', ({ call, input, times }) => {
  const calls = Array.from({ length: times }, async () => codes[call](Login, input));
  void Promise.all(calls).then((results) => process.send({ results }));
});
process.on('disconnect', () => process.exit());
process.send('ready');

/** Kills the process in the middle of a send, and tells the code before. */
function dying(inner) {
  return {
    send: async (request) => {
      if (dies === 'after the send') {
        await inner.send(request);
      }
      const [code] = JSON.parse(request.body).TemplateParamSet;
      process.send({ code }, () => process.kill(process.pid, 'SIGKILL'));
      return new Promise(() => undefined);
    },
  };
}
