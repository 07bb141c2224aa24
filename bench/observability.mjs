// The cost of observability: the same send without listeners, with the checks for listeners taken
// out, with a listener that does nothing, and with `instrumentSms`. No network, so that nothing hides
// the difference.
import { tracingChannel } from 'node:diagnostics_channel';
import { Test } from '@nestjs/testing';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { SmsModule, SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
import { requestChannel } from '../dist/client/request-channel.js';
import { sendChannel } from '../dist/sending/send-channel.js';
import { compareCalls, load, median } from './measure.mjs';

const { rounds, count } = JSON.parse(process.argv[2]);
const to = '+8613711112222';
const answer = {
  status: 200,
  headers: {},
  body: JSON.stringify({
    Response: {
      SendStatusSet: [{ PhoneNumber: to, Code: 'Ok', SerialNo: '1', Fee: 1, IsoCode: 'CN' }],
      RequestId: 'bench',
    },
  }),
};
const app = await Test.createTestingModule({
  imports: [
    SmsModule.forRoot({
      credentials: { secretId: 'AKIDbench', secretKey: 'bench-secret-key' },
      sdkAppId: '1400006666',
      signName: '腾讯云',
      transport: { send: async () => answer },
      // No network stands behind it whose limit would matter: what counts is the CPU of a send.
      pace: false,
    }),
  ],
}).compile();
const sms = app.get(SmsService);
const Code = smsTemplate({ id: '1', kind: 'verification', text: '{code:1}，{minutes:2}分钟。' });
const send = () => sms.send(Code, { to, params: { code: '042137', minutes: 5 } });

const nothing = () => {};
const deaf = {
  start: nothing,
  end: nothing,
  asyncStart: nothing,
  asyncEnd: nothing,
  error: nothing,
};
const channels = ['request', 'send'].map((name) => tracingChannel(`tencentcloud-sms:${name}`));

/** Brings a state about, and gives back what ends it. */
const states = {
  silent: () => nothing,
  unchecked: () => {
    for (const channel of [requestChannel, sendChannel]) {
      Object.defineProperty(channel, 'hasSubscribers', { value: false, configurable: true });
    }
    return () => {
      for (const channel of [requestChannel, sendChannel]) {
        delete channel.hasSubscribers;
      }
    };
  },
  listener: () => {
    channels.forEach((channel) => channel.subscribe(deaf));
    return () => channels.forEach((channel) => channel.unsubscribe(deaf));
  },
  otel: () => {
    const dropping = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };
    return instrumentSms({
      tracerProvider: new BasicTracerProvider({
        spanProcessors: [new SimpleSpanProcessor(dropping)],
      }),
      meterProvider: new MeterProvider(),
    });
  },
};

const figures = Object.fromEntries(Object.keys(states).map((name) => [name, []]));
await load(send, Math.max(count * 2, 6000), 20);
for (let round = 0; round < rounds; round += 1) {
  // Another state begins each round, so that the order does not affect the figures.
  const names = Object.keys(states);
  for (const name of [
    ...names.slice(round % names.length),
    ...names.slice(0, round % names.length),
  ]) {
    const end = states[name]();
    await load(send, Math.ceil(count / 10), 20);
    globalThis.gc();
    const cpu = process.cpuUsage();
    await load(send, count, 20);
    const { user, system } = process.cpuUsage(cpu);
    figures[name].push((user + system) / count);
    end();
  }
}
const { checks } = compareCalls(
  { checks: () => requestChannel.hasSubscribers || sendChannel.hasSubscribers },
  { rounds, count: count * 100 },
);
await app.close();
const micros = Object.fromEntries(
  Object.entries(figures).map(([name, all]) => [name, median(all)]),
);
process.send({ ...micros, checksNanos: checks.micros * 1000 }, () => process.exit(0));
