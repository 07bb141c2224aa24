import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { UndiciTransport } from 'nestjs-tencentcloud-sms';
import type { SmsHttpRequest, SmsHttpResponse, SmsTransport } from 'nestjs-tencentcloud-sms';

/** What came to the server. */
export interface Seen {
  /** When each call came, taken or not, in milliseconds. */
  arrivals: number[];
  /** Actions of the calls that were taken. */
  executed: string[];
  refused: number;
}

/** Its own thread, so that a client that is busy does not make calls look late. */
const SERVER = `
  const { createServer } = require('node:http');
  const { parentPort, workerData: { most, spanMs, latencyMs } } = require('node:worker_threads');
  const seen = { arrivals: [], executed: [], refused: 0 };
  let taken = [];
  const status = (PhoneNumber, SessionContext) =>
    ({ PhoneNumber, SessionContext, Code: 'Ok', SerialNo: 's' + PhoneNumber, Fee: 1, Message: '', IsoCode: '' });
  const answerTo = (action, params) => ({
    SendSms: () => ({ SendStatusSet: params.PhoneNumberSet.map((to) => status(to, params.SessionContext)) }),
    SendMultiGlobalSms: () => ({
      SendMultiStatusSet: params.MultiSmsInfoSet.map((one) => status(one.PhoneNumber, one.SessionContext)),
    }),
    AddSmsTemplate: () => ({ AddTemplateStatus: { TemplateId: '1' } }),
  }[action] ?? (() => ({ PullSmsSendStatusSet: [] })))();
  const server = createServer((request, response) => {
    const now = performance.now();
    seen.arrivals.push(now);
    taken = taken.filter((at) => at > now - spanMs);
    const takes = taken.length < most;
    if (takes) taken.push(now);
    else seen.refused += 1;
    let body = '';
    request.on('data', (chunk) => (body += chunk)).on('end', () => {
      const action = request.headers['x-tc-action'];
      const members = takes
        ? answerTo(action, JSON.parse(body))
        : { Error: { Code: 'RequestLimitExceeded', Message: 'too many' } };
      if (takes) seen.executed.push(action);
      const answer = () => response.end(JSON.stringify({ Response: { ...members, RequestId: 'r' } }));
      if (takes && latencyMs > 0) setTimeout(answer, latencyMs);
      else answer();
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
  parentPort.on('message', () => parentPort.postMessage(seen));
`;

/** A server in place of Tencent that takes so many calls in any span of time, and refuses the others. */
export class RateLimitedTencent {
  /** When each request was handed to a socket that leads there, in milliseconds of this process. */
  readonly handOvers: number[] = [];

  private constructor(
    private readonly worker: Worker,
    readonly url: string,
  ) {}

  static async start({
    most = 10,
    spanMs = 1000,
    latencyMs = 0,
  } = {}): Promise<RateLimitedTencent> {
    const worker = new Worker(SERVER, { eval: true, workerData: { most, spanMs, latencyMs } });
    const [port] = (await once(worker, 'message')) as [number];
    return new RateLimitedTencent(worker, `http://127.0.0.1:${port}`);
  }

  /** Leads there from an endpoint of any name, which need not exist. */
  transport(): SmsTransport {
    return new LeadingTransport(this.url, this.handOvers);
  }

  async seen(): Promise<Seen> {
    const answer = once(this.worker, 'message') as Promise<[Seen]>;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    this.worker.postMessage('seen');
    const [seen] = await answer;
    return seen;
  }

  /** Resolves once so many calls have come. */
  async untilArrived(count: number): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- looks again each time it has an answer
    while ((await this.seen()).arrivals.length < count);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

/** The most of these times in any second, wherever it begins. */
export function mostInASecond(times: readonly number[]): number {
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length),
  );
}

class LeadingTransport implements SmsTransport {
  private readonly inner = new UndiciTransport();

  constructor(
    private readonly url: string,
    private readonly handOvers: number[],
  ) {}

  async send(request: SmsHttpRequest): Promise<SmsHttpResponse> {
    const { pathname, search } = new URL(request.url);
    const beforeWrite = () => {
      request.beforeWrite?.();
      this.handOvers.push(performance.now());
    };
    return this.inner.send({ ...request, url: this.url + pathname + search, beforeWrite });
  }

  async close(): Promise<void> {
    await this.inner.close();
  }
}
