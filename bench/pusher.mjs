// Tencent in a process of its own: takes sends, pushes bodies, some at once, and tells when all are
// answered.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const PHONE = '13711112222';
const pools = new Map();

async function push({ origin, path, from, count, reports, concurrency }) {
  const pool = pools.get(origin) ?? new Pool(origin, { connections: concurrency });
  pools.set(origin, pool);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const first = from + next * reports;
      next += 1;
      const { statusCode, body } = await pool.request({
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(Array.from({ length: reports }, (_, i) => toReport(first + i))),
      });
      await body.text();
      if (statusCode >= 300) {
        throw new Error(`a push was answered with ${statusCode}`);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  process.send('done');
}

let sent = 0;
const api = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume().on('end', () => {
    sent += 1;
    const status = { PhoneNumber: `+86${PHONE}`, Code: 'Ok', Fee: 1, IsoCode: 'CN' };
    const SendStatusSet = [{ ...status, SerialNo: `1:${sent}` }];
    const body = JSON.stringify({ Response: { SendStatusSet, RequestId: `bench${sent}` } });
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
  });
});
api.listen(0, '127.0.0.1', () => {
  process.send({ port: api.address().port });
});
process.on('message', (order) => {
  void push(order);
});
process.on('disconnect', () => process.exit());

function toReport(i) {
  return {
    user_receive_time: '2026-03-14 09:26:53',
    nationcode: '86',
    mobile: PHONE,
    report_status: 'SUCCESS',
    errmsg: 'DELIVRD',
    description: '用户短信送达成功',
    sid: `2640:bench${i}`,
    ext: '',
  };
}
