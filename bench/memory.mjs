// How much memory a stream of rows takes, however long it is. A process of its own, so that nothing
// else has grown the heap before.
import { Test } from '@nestjs/testing';
import { SmsModule, SmsService, smsTemplate } from 'nestjs-tencentcloud-sms';

const { port, few, many } = JSON.parse(process.argv[2]);
const MB = 2 ** 20;
const Code = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{code:1}，{minutes:2}分钟。',
});
const params = { code: '042137', minutes: 5 };
const app = await Test.createTestingModule({
  imports: [
    SmsModule.forRoot({
      credentials: { secretId: 'AKIDbench', secretKey: 'bench-secret-key' },
      sdkAppId: '1400006666',
      signName: '腾讯云',
      endpoint: `http://127.0.0.1:${port}`,
      timeoutMs: 60_000,
    }),
  ],
}).compile();
const sms = app.get(SmsService);

// The server answers 200 fixed numbers, so that each call of 200 is matched in full.
function* rows(count) {
  for (let i = 0; i < count; i += 1) {
    yield {
      to: `+86137${String(i % 200).padStart(8, '0')}`,
      params: i % 200 === 0 ? next() : last,
    };
  }
}
// Equal for 200 rows in a row, then others, so that rows share calls and are no duplicates.
let last = params;
let codes = 0;
function next() {
  codes += 1;
  last = { code: String(codes % 1_000_000), minutes: 5 };
  return last;
}

/** The highest resident memory on the way, and what stays once the garbage is gone. */
async function measure(count) {
  let outcomes = 0;
  let peak = 0;
  globalThis.gc();
  for await (const outcome of sms.sendEach(Code, rows(count))) {
    if (outcome.status !== 'accepted') {
      throw new Error(`row ${outcome.index} is ${outcome.status}: ${outcome.error.message}`);
    }
    outcomes += 1;
    if (outcomes % 2000 === 0) {
      peak = Math.max(peak, process.memoryUsage.rss());
    }
  }
  if (outcomes !== count) {
    throw new Error(`${count} rows had ${outcomes} outcomes`);
  }
  peak = Math.max(peak, process.memoryUsage.rss());
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  return { rows: count, peakMb: peak / MB, settledMb: rss / MB, heapMb: heapUsed / MB };
}

// Once before: what is loaded and compiled with the first row is no matter of their number.
await measure(few);
const small = await measure(few);
const start = process.hrtime.bigint();
const large = await measure(many);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
process.send({ small, large, rowsPerSecond: many / seconds }, () => process.exit(0));
