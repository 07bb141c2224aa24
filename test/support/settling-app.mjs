// An app with deliveries in a process of its own, over the build: what an instance beside others is. It is
// started by `SettlingApp`, does what its messages say, and tells what its handlers hear.
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { SmsModule, SmsService, UndiciTransport, smsTemplate } from 'nestjs-tencentcloud-sms';
import { OnSmsSettled, SmsDeliveryModule } from 'nestjs-tencentcloud-sms/delivery';
import { redisDeliveryStore } from 'nestjs-tencentcloud-sms/redis';

const { endpoint, secretKey, redis, dies, options } = JSON.parse(process.argv[2]);
const Notice = smsTemplate({ id: '11', kind: 'notification', text: '您的订单{no:1}已经发货了。' });
const client = new Redis(redis);
client.on('error', () => undefined);
let aheadMs = 0;

class Handlers {
  onSettled(settlement) {
    process.send({ settled: settlement });
  }
}
OnSmsSettled()(
  Handlers.prototype,
  'onSettled',
  Object.getOwnPropertyDescriptor(Handlers.prototype, 'onSettled'),
);

const inner = new UndiciTransport();
const transport = {
  send: async (request) => {
    const headers = Object.entries(request.headers);
    const action = headers.find(([name]) => name.toLowerCase() === 'x-tc-action')?.[1];
    process.send({ asked: action, at: Date.now() });
    const response = await inner.send(request);
    if (dies === action) {
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    }
    return response;
  },
};

const app = await Test.createTestingModule({
  imports: [
    SmsModule.forRoot({
      credentials: { secretId: 'AKIDtest', secretKey },
      sdkAppId: '1400006666',
      signName: '腾讯云',
      endpoint,
      timeoutMs: 1_000,
      transport,
    }),
    SmsDeliveryModule.forRoot({
      ...options,
      store: redisDeliveryStore(client, {
        timeout: '20s',
        ...(options.pull === undefined ? {} : { clock: () => Date.now() + aheadMs }),
      }),
    }),
  ],
  providers: [Handlers],
}).compile();
app.useLogger(false);
await app.init();
const sms = app.get(SmsService);

process.on('message', ({ to, ahead }) => {
  if (ahead !== undefined) {
    aheadMs = ahead;
    return;
  }
  const sends = to.map(async (one) =>
    sms.trySend(Notice, { to: one, params: { no: '7' }, notAfter: Date.now() + 900 }),
  );
  void Promise.all(sends).then((outcomes) =>
    process.send({ outcomes: outcomes.map(({ status }) => status) }),
  );
});
process.on('disconnect', () => process.exit());
process.send('ready');
