// An app that follows texts on Redis, in a process of its own and over the build. It dies in the middle of
// a callback where it is told to, and tells its parent what its handler hears.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { SmsModule } from 'nestjs-tencentcloud-sms';
import { OnSmsReport, SmsDelivery, SmsDeliveryModule } from 'nestjs-tencentcloud-sms/delivery';
import { redisDeliveryStore } from 'nestjs-tencentcloud-sms/redis';

const { redis, secret, dies, aheadMs } = JSON.parse(process.argv[2]);
const client = new Redis(redis);
client.on('error', () => undefined);
const clock = aheadMs === undefined ? undefined : () => Date.now() + aheadMs;
const store = redisDeliveryStore(client, { timeout: '20s', clock });
const merge = store.merge.bind(store);
store.merge = async (reports) => {
  const changes = await merge(reports);
  return dies === 'before the answer' ? die() : changes;
};

class Handlers {
  onReport({ id, to, state }) {
    if (dies === 'in the handler') {
      return die();
    }
    tell({ heard: { id, to, state } });
    return undefined;
  }
}
const onReport = Object.getOwnPropertyDescriptor(Handlers.prototype, 'onReport');
OnSmsReport()(Handlers.prototype, 'onReport', onReport);

class App {
  handlers = Handlers;
}
Module({
  imports: [
    SmsModule.forRoot({
      credentials: { secretId: 'AKIDtest', secretKey: 'test' },
      sdkAppId: '1400006666',
      signName: '腾讯云',
    }),
    SmsDeliveryModule.forRoot({ callback: { secret }, store }),
  ],
  providers: [Handlers],
})(App);

const app = await NestFactory.create(App, { logger: false });
await app.listen(0, '127.0.0.1');
process.on('message', ({ text, within }) => {
  void app
    .get(SmsDelivery)
    .delivered(text, { within })
    .then((state) => tell({ state }));
});
process.on('disconnect', () => process.exit());
process.send({ url: await app.getUrl() });

/** Its parent may be gone. */
function tell(message) {
  process.send?.(message, () => undefined);
}

/** As if the machine had lost its power. */
async function die() {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}
