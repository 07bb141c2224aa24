// Deliveries: what a report costs the app beside a controller that parses JSON and calls a function, and
// what a send costs beside one of an app that follows nothing. Reports come from a process of their own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { SmsModule, SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';
import {
  OnSmsReport,
  SmsDeliveryModule,
  memoryDeliveryStore,
} from 'nestjs-tencentcloud-sms/delivery';
import { measureLoad, median } from './measure.mjs';
import { decorate, takeBody } from './decorate.mjs';

const { rounds, pushes, sends } = JSON.parse(process.argv[2]);
const TO = '+8613711112222';
const SECRET = 'bench-secret-of-callbacks-0000000000';
const CONCURRENCY = 20;

const pusher = fork(new URL('pusher.mjs', import.meta.url));
const [{ port }] = await once(pusher, 'message');
const single = await measureReports(1, pushes);
const full = await measureReports(100, Math.ceil(pushes / 20));
const send = await measureSends();
pusher.kill();
process.send({ single, full, send }, () => process.exit(0));

/** CPU of a report, by pushes of so many. */
async function measureReports(reports, count) {
  const contestants = [await following(), await plain()];
  const figures = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  let from = 0;
  const push = async ({ origin, path, prepare, told }, times) => {
    await prepare(from, times * reports);
    const cpu = process.cpuUsage();
    const before = told();
    pusher.send({ origin, path, from, count: times, reports, concurrency: CONCURRENCY });
    await once(pusher, 'message');
    while (told() - before < times * reports) {
      await new Promise(setImmediate);
    }
    from += times * reports;
    const { user, system } = process.cpuUsage(cpu);
    return (user + system) / (times * reports);
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      globalThis.gc?.();
      await push(contestant, Math.ceil(count / 2));
      figures[contestant.name].push(await push(contestant, count));
    }
  }
  for (const { close } of contestants) {
    await close();
  }
  return compare(figures, 'following', 'plain');
}

/** The module, its store in memory and a handler; the texts are there. */
async function following() {
  let calls = 0;
  class Handlers {
    onReport() {
      calls += 1;
    }
  }
  decorate(Handlers, 'onReport', OnSmsReport());
  const store = memoryDeliveryStore({ maxTexts: 1_000_000 });
  const app = await start({
    imports: [
      smsModule(),
      SmsDeliveryModule.forRoot({ callback: { secret: SECRET, path: '/hooks' }, store }),
    ],
    providers: [Handlers],
  });
  const prepare = async (from, count) => {
    const at = Date.now();
    await store.put(
      Array.from({ length: count }, (_, i) => ({
        callRef: `bench${from + i}`,
        to: TO,
        serialNo: `2640:bench${from + i}`,
        tracked: true,
        decidedAt: at,
        notAfter: at + 60_000,
        signedAt: at,
        fact: { state: 'accepted', source: 'response', exact: true, at },
      })),
    );
  };
  return { name: 'following', path: `/hooks/${SECRET}/status`, prepare, told: () => calls, ...app };
}

/** What an app without the module would have. */
async function plain() {
  let calls = 0;
  class Callbacks {
    take(reports) {
      for (const { sid, report_status: status } of reports) {
        this.note(sid, status);
      }
      return { result: 0, errmsg: 'OK' };
    }

    note(sid, status) {
      calls += sid !== '' && status === 'SUCCESS' ? 1 : 0;
    }
  }
  takeBody(Callbacks, 'take');
  Controller()(Callbacks);
  const app = await start({ controllers: [Callbacks] });
  return { name: 'plain', path: '/plain', prepare: async () => {}, told: () => calls, ...app };
}

async function start(metadata) {
  class App {
    metadata = metadata;
  }
  Module(metadata)(App);
  const app = await NestFactory.create(App, { logger: false });
  await app.listen(0, '127.0.0.1');
  return { origin: await app.getUrl(), close: () => app.close() };
}

function smsModule() {
  return SmsModule.forRoot({
    credentials: { secretId: 'AKIDbench', secretKey: 'bench-secret-key' },
    sdkAppId: '1400006666',
    signName: '腾讯云',
    endpoint: `http://127.0.0.1:${port}`,
    pace: false,
  });
}

/** CPU of a send over plain connections that stay. */
async function measureSends() {
  const Notice = smsTemplate({ id: '1', kind: 'notification', text: '您的订单{no:1}已发货。' });
  const apps = await Promise.all(
    [[smsModule()], [smsModule(), SmsDeliveryModule.forRoot()]].map(async (imports) => {
      const module = await Test.createTestingModule({ imports }).compile();
      module.useLogger(false);
      return module.init();
    }),
  );
  const [without, followed] = apps.map((app) => {
    const sms = app.get(SmsService);
    return () => sms.send(Notice, { to: TO, params: { no: '7' } });
  });
  const figures = await measureLoad(
    { followed, without },
    { rounds, count: sends, concurrency: CONCURRENCY },
  );
  for (const app of apps) {
    await app.close();
  }
  const cpu = Object.entries(figures).map(([name, each]) => [name, each.map((one) => one.cpu)]);
  return compare(Object.fromEntries(cpu), 'followed', 'without');
}

/** Each round beside itself: a slow minute slows both. */
function compare(figures, over, under) {
  return {
    [over]: median(figures[over]),
    [under]: median(figures[under]),
    ratio: median(figures[over].map((cpu, round) => cpu / figures[under][round])),
  };
}
