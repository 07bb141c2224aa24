// Accepts every number that a request names. A process of its own, so that its CPU time is not that of
// clients.
import { createServer } from 'node:http';

/** To those who look for what became of a text. */
const NO_RECORDS = JSON.stringify({
  Response: { PullSmsSendStatusSet: [], RequestId: 'bench' },
});

let sent = 0;
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { PhoneNumberSet } = JSON.parse(Buffer.concat(chunks).toString());
    const body = Buffer.from(PhoneNumberSet === undefined ? NO_RECORDS : answerTo(PhoneNumberSet));
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());

function answerTo(numbers) {
  const SendStatusSet = numbers.map((PhoneNumber) => {
    sent += 1;
    return { PhoneNumber, SerialNo: `2640:bench${sent}`, Code: 'Ok', Fee: 1, IsoCode: 'CN' };
  });
  return JSON.stringify({ Response: { SendStatusSet, RequestId: `bench${sent}` } });
}
