// Answers like the API as fast as Node can, so that a run measures clients. A process of its own, so
// that its CPU time is not theirs.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const tls = new URL('../test/support/tls/', import.meta.url);

function status(number) {
  return {
    SerialNo: '5000:1045710669157053657849499619',
    PhoneNumber: number,
    Fee: 1,
    SessionContext: '',
    Code: 'Ok',
    Message: 'send success',
    IsoCode: 'CN',
  };
}

const numbers = Array.from({ length: 200 }, (_, i) => `+86137${String(i).padStart(8, '0')}`);
const answerTo = (some) =>
  Buffer.from(
    JSON.stringify({
      Response: {
        SendStatusSet: some.map(status),
        RequestId: '1f0e6bb1-1c0a-4b4c-8f7e-2b8f1d3c9a77',
      },
    }),
  );
const one = answerTo(['+8613711112222']);
const batch = answerTo(numbers);
const LONGEST_SINGLE_BODY = 1000;

function answer(request, response) {
  let bytes = 0;
  request.on('data', (chunk) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    const body = bytes > LONGEST_SINGLE_BODY ? batch : one;
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
  });
}

const plain = http.createServer({ keepAliveTimeout: 60_000 }, answer);
const secure = https.createServer(
  {
    key: readFileSync(new URL('server-key.pem', tls)),
    cert: readFileSync(new URL('server.pem', tls)),
    keepAliveTimeout: 60_000,
  },
  answer,
);
plain.listen(0, '127.0.0.1', () => {
  secure.listen(0, '127.0.0.1', () => {
    process.send({ plain: plain.address().port, tls: secure.address().port });
  });
});
process.on('disconnect', () => process.exit(0));
