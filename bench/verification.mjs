// Verification codes: what a start costs its process, beside seven limits of rate-limiter-flexible, which
// counts and does nothing else, on the same Redis; and what one keeps there.
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { SmsModule, smsTemplate } from 'nestjs-tencentcloud-sms';
import { redisVerificationStore } from 'nestjs-tencentcloud-sms/redis';
import {
  SmsVerificationModule,
  SmsVerificationService,
  smsVerification,
} from 'nestjs-tencentcloud-sms/verification';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { bookingOf, reserveAsk } from '../dist/testing/verification-store/store-asks.js';
import { RedisServer, findRedisServer } from '../test/support/redis-process.ts';
import { measureLoad, median } from './measure.mjs';

/** High enough for every start of a run: a refusal would be cheaper. */
const MANY = 1_000_000_000;
const HOUR = 3600;
const DAY = 24 * HOUR;
const { limits } = reserveAsk({ operation: '' });
const WIDE = {
  ...limits,
  all: limits.all.map(({ windowMs }) => ({ count: MANY, windowMs })),
};

const { rounds, count, phones } = JSON.parse(process.argv[2]);
if (findRedisServer() === undefined) {
  process.send(null, () => process.exit(0));
} else {
  const redis = await RedisServer.start();
  const result = await measure(redis);
  await redis.stop();
  process.send(result, () => process.exit(0));
}

async function measure(redis) {
  const contestants = [
    await bareStore(redis, connect(redis)),
    await service(redis, connect(redis)),
    counting(connect(redis)),
  ];
  const [store, start, counts] = contestants;
  const figures = await measureLoad(
    { store: store.send, service: start.send, counting: counts.send },
    { rounds, count, concurrency: 20 },
  );
  // In CPU time, as the rest.
  const { crypto } = await measureLoad(
    { crypto: start.crypto },
    { rounds, count: count * 2, concurrency: 1 },
  );
  const bytes = await bytesOfPending(redis, start);
  for (const { close } of contestants) {
    await close();
  }
  const cpu = Object.fromEntries(
    Object.entries(figures).map(([name, each]) => [name, median(each.map((one) => one.cpu))]),
  );
  return {
    cpu,
    storeVsCounting: ratioOf(figures.store, figures.counting),
    serviceVsCounting: ratioOf(figures.service, figures.counting),
    cryptoMicros: median(crypto.map(({ cpu: micros }) => micros)),
    bytes,
  };
}

/** Each round beside itself: a slow minute slows both. */
function ratioOf(over, under) {
  return median(over.map(({ cpu }, round) => cpu / under[round].cpu));
}

function connect({ host, port }) {
  return new Redis({ host, port });
}

/** Names as long as those that a service makes. */
function names() {
  let made = 0;
  return (length) => {
    made += 1;
    return String(made).padStart(length, 'a');
  };
}

/** reserve and conclude, with limits on phone, caller, pause and all: seven in all. */
async function bareStore(_, client) {
  const store = redisVerificationStore(client, { prefix: 'store' });
  const name = names();
  const send = async () => {
    // One name for all: keys are told apart by what is before it.
    const id = name(16);
    const short = id.slice(4);
    const ask = reserveAsk({
      operation: short,
      fresh: { slot: id, nonce: short, seed: id, verifier: `aaaaaa${id}`, keyId: 'aaaa' },
      phones: [id],
      subjects: [id],
      callers: [id],
      limits: WIDE,
    });
    const { status } = await store.reserve(ask);
    if (status !== 'send') {
      throw new Error(`a start was ${status}`);
    }
    await store.conclude({ ...bookingOf(ask), outcome: 'accepted', serialNo: '5000:12345678901' });
  };
  return { send, close: () => client.disconnect() };
}

/** The whole of `start`, over a transport that answers from memory. */
async function service(_, client) {
  const template = smsTemplate({
    id: '1',
    kind: 'verification',
    text: '{code:1}，{minutes:2}分钟。',
  });
  const Login = smsVerification({ purpose: 'login', template });
  const app = await Test.createTestingModule({
    imports: [
      SmsModule.forRoot({
        credentials: { secretId: 'AKIDbench', secretKey: 'bench-secret-key' },
        sdkAppId: '1400006666',
        signName: '腾讯云',
        transport: { send: async ({ body }) => accepting(JSON.parse(body).PhoneNumberSet[0]) },
        pace: false,
      }),
      SmsVerificationModule.forRoot({
        secret: 'a secret of the benchmark, 32 bytes long',
        store: redisVerificationStore(client, { prefix: 'service' }),
        limits: { all: { perHour: MANY, perDay: MANY } },
      }),
    ],
  }).compile();
  app.useLogger(false);
  await app.init();
  const codes = app.get(SmsVerificationService);
  let started = 0;
  const send = async (session) => {
    started += 1;
    const to = `+86138${String(started).padStart(8, '0')}`;
    const caller = `2001:db8:${(started >> 16).toString(16)}:${(started & 0xffff).toString(16)}::1`;
    const { status } = await codes.start(Login, { to, caller, session });
    if (status !== 'sent') {
      throw new Error(`a start was ${status}`);
    }
  };
  return {
    send,
    crypto: cryptoOf(codes, Login),
    close: async () => app.close().then(() => client.disconnect()),
  };
}

function accepting(to) {
  const SendStatusSet = [{ PhoneNumber: to, Code: 'Ok', SerialNo: '1', Fee: 1, IsoCode: 'CN' }];
  return {
    status: 200,
    headers: {},
    body: JSON.stringify({ Response: { SendStatusSet, RequestId: 'bench' } }),
  };
}

/** What a start makes of its secret: hashes, the code twice, its verifier and the id. */
function cryptoOf(codes, definition) {
  // The build knows no `private`.
  const { starter } = codes;
  let made = 0;
  return async () => {
    made += 1;
    const to = `+86139${String(made).padStart(8, '0')}`;
    const callers = starter.context.keys.indexes('caller', `203.0.113.${made % 256}`);
    const subject = { definition, input: { to }, to, country: 'CN', test: undefined };
    const { fresh } = starter.toAsk(subject, callers);
    starter.codeOf(subject, fresh);
    starter.toSent(subject, fresh);
  };
}

/** The seven limits of a start, counted side by side as its authors advise. */
function counting(client) {
  const limiter = (keyPrefix, points, duration) =>
    new RateLimiterRedis({ storeClient: client, keyPrefix, points, duration });
  const [phoneHour, phoneDay, pause, callerHour, callerDay, allHour, allDay] = [
    limiter('phone:hour', 5, HOUR),
    limiter('phone:day', 10, DAY),
    limiter('pause', 1, 60),
    limiter('caller:hour', 120, HOUR),
    limiter('caller:day', 600, DAY),
    limiter('all:hour', MANY, HOUR),
    limiter('all:day', MANY, DAY),
  ];
  const name = names();
  const send = async () => {
    const phone = name(16);
    const caller = name(16);
    await Promise.all([
      phoneHour.consume(phone),
      phoneDay.consume(phone),
      pause.consume(phone),
      callerHour.consume(caller),
      callerDay.consume(caller),
      allHour.consume('all'),
      allDay.consume('all'),
    ]);
  };
  return { send, close: () => client.disconnect() };
}

/** Bytes of all keys, for each of so many phones that wait for their codes. */
async function bytesOfPending(redis, { send }) {
  const client = connect(redis);
  await client.flushall();
  for (let i = 0; i < phones; i += 1) {
    await send(`the session of a browser ${i}`);
  }
  const keys = await client.keys('*');
  const sizes = await Promise.all(keys.map((key) => client.memory('USAGE', key, 'SAMPLES', '0')));
  client.disconnect();
  return sizes.reduce((sum, size) => sum + size, 0) / phones;
}
