// A server for the soak: answers like Tencent, fails in every way, and keeps books of what it did.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Fault → how often, in a thousand requests. */
const REQUEST_FAULTS = {
  limit: 60,
  refuse: 20,
  token: 30,
  'unsafe executed': 20,
  'unsafe unexecuted': 20,
  'drop unread': 20,
  'drop executed': 30,
  'reset executed': 20,
  'break off': 20,
  html: 20,
  empty: 15,
  truncate: 20,
  'limit beside items': 15,
  'new code': 15,
  'redirect executed': 15,
  'late executed': 15,
  'huge executed': 2,
  silence: 1,
  stall: 1,
};
/** Fault → how often, in a thousand numbers. */
const NUMBER_FAULTS = {
  refuse: 60,
  limit: 20,
  'unsafe executed': 15,
  'unsafe unexecuted': 15,
  'forget executed': 10,
  'forget unexecuted': 10,
  repeat: 20,
  contradict: 10,
  'without code': 10,
  shout: 10,
  'new refusal': 10,
  'paid refusal': 10,
  'no serial number': 10,
  'foreign context': 10,
};
/** Connections in a thousand that are reset as soon as they stand. */
const RESET_CONNECTIONS = 50;
/** Milliseconds that a late answer comes after the gateway's. */
const LATE_MS = [0, 1, 2, 4];
/** Answers in a thousand after which the connection is closed, at once or in a moment. */
const CLOSED_AFTER = 60;

export async function startFakeTencent(random) {
  let sent = new Map();
  let fates = new Map();
  let losable = new Set();
  let skewMs = 0;
  const sockets = new Set();
  const closing = new WeakSet();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (random() * 1000 < RESET_CONNECTIONS) {
      count(api.faults, 'reset connection');
      socket.resetAndDestroy();
      return;
    }
    let buffered = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
      const end = buffered.indexOf('\r\n\r\n');
      if (end < 0) {
        return;
      }
      const head = buffered.toString('latin1', 0, end);
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (buffered.length >= end + 4 + length) {
        const body = buffered.toString('utf8', end + 4, end + 4 + length);
        buffered = buffered.subarray(end + 4 + length);
        serve(socket, head, JSON.parse(body));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const api = {
    url: `http://127.0.0.1:${server.address().port}`,
    requests: 0,
    /** Fault → times. */
    faults: new Map(),
    numberFaults: new Map(),
    timesSent: (text) => sent.get(keyOf(text)) ?? 0,
    fateOf: (text) => fates.get(keyOf(text)),
    /** Whether the answer may have been lost with its connection. */
    mayBeLost: (text) => losable.has(keyOf(text)),
    sentKeys: () => sent.keys(),
    /** Forgets the round before, and sets its clock to another time. */
    nextRound() {
      sent = new Map();
      fates = new Map();
      losable = new Set();
      skewMs = Math.round((random() - 0.5) * 48) * 3_600_000;
    },
    /** Resolves when whatever was written has been read, or its connection is gone. */
    async settled() {
      const before = api.requests;
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (api.requests !== before) {
        await api.settled();
      }
    },
    async stop() {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
  return api;

  function serve(socket, head, params) {
    api.requests += 1;
    const texts = textsOf(params);
    if (closing.has(socket)) {
      texts.forEach((text) => losable.add(keyOf(text)));
    }
    const now = Date.now() + skewMs;
    const timestamp = Number(/x-tc-timestamp: *(\d+)/i.exec(head)?.[1]);
    if (Math.abs(timestamp * 1000 - now) > 300_000) {
      count(api.faults, 'clock');
      know(texts, 'refused');
      write(socket, fault('AuthFailure.SignatureExpire'), new Date(now).toUTCString());
      return;
    }
    const failing = pick(REQUEST_FAULTS, random);
    count(api.faults, failing ?? 'none');
    if (failing === undefined) {
      answer(socket, head, texts);
      return;
    }
    const refusal = REFUSALS[failing];
    if (refusal !== undefined) {
      // What may be tried again ends otherwise when the next attempt doesn't arrive.
      know(texts, failing === 'refuse' ? 'rejected' : 'refused');
      write(socket, fault(refusal));
      return;
    }
    know(texts, 'unknown');
    if (failing !== 'drop unread' && failing !== 'unsafe unexecuted') {
      texts.forEach(send);
    }
    failBadly(
      socket,
      failing,
      respond(
        head,
        texts.map((text) => item(text, 'Ok')),
      ),
    );
  }

  function answer(socket, head, texts) {
    const items = texts.flatMap((text) => settle(text));
    if (random() < 0.3) {
      items.reverse();
      items.push(item({ to: '+8613799999999', callRef: '' }, 'Ok'));
    }
    write(socket, respond(head, items));
    if (random() * 1000 < CLOSED_AFTER) {
      // Meets an idle connection, the next request, or the answer itself.
      count(api.faults, 'close after answer');
      texts.forEach((text) => losable.add(keyOf(text)));
      closing.add(socket);
      const close = ['end', 'destroy', 'resetAndDestroy'][Math.floor(random() * 3)];
      setTimeout(() => socket[close](), random() * 3);
    }
  }

  function settle(text) {
    const failing = pick(NUMBER_FAULTS, random);
    count(api.numberFaults, failing ?? 'none');
    const [fate, sends, items] = decide(text, failing);
    know([text], fate);
    if (sends) {
      send(text);
    }
    return items;
  }

  function know(texts, fate) {
    for (const text of texts) {
      fates.set(keyOf(text), fate);
    }
  }

  function send(text) {
    count(sent, keyOf(text));
  }
}

const REFUSALS = {
  limit: 'RequestLimitExceeded',
  refuse: 'FailedOperation.InsufficientBalanceInSmsPackage',
  token: 'AuthFailure.TokenFailure',
};

function decide(text, failing) {
  const okay = item(text, 'Ok');
  const refused = item(text, 'LimitExceeded.PhoneNumberDailyLimit');
  switch (failing) {
    case undefined:
      return ['accepted', true, [okay]];
    case 'repeat':
      return ['accepted', true, [okay, okay]];
    case 'refuse':
      return ['rejected', false, [refused]];
    case 'limit':
      return ['rejected', false, [item(text, 'RequestLimitExceeded')]];
    case 'contradict':
      return ['unknown', true, [refused, okay]];
    case 'without code':
      return ['unknown', true, [item(text, undefined)]];
    case 'shout':
      return ['unknown', true, [item(text, 'OK')]];
    case 'forget executed':
    case 'forget unexecuted':
      return ['unknown', failing === 'forget executed', []];
    case 'new refusal':
      return ['rejected', false, [item(text, 'LimitExceeded.Brandnew')]];
    case 'paid refusal':
      return ['unknown', true, [{ ...refused, Fee: 1 }]];
    case 'no serial number':
      return ['unknown', true, [{ ...okay, SerialNo: '' }]];
    case 'foreign context':
      return ['unknown', true, [{ ...refused, SessionContext: 'of another request' }]];
    default:
      return ['unknown', failing === 'unsafe executed', [item(text, 'InternalError.Timeout')]];
  }
}

function failBadly(socket, failing, whole) {
  switch (failing) {
    case 'unsafe executed':
    case 'unsafe unexecuted':
      return write(socket, fault('InternalError.Brandnew'));
    case 'new code':
      return write(socket, fault('LimitExceeded.Brandnew'));
    case 'limit beside items':
      return write(
        socket,
        whole.replace('{"Response":{', '{"Response":{"Error":{"Code":"RequestLimitExceeded"},'),
      );
    case 'redirect executed':
      // Following it would execute the request once more.
      return socket.write(
        'HTTP/1.1 307 X\r\nLocation: /\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n',
      );
    case 'late executed':
      // A gateway that gives up, and the real answer behind it on the same connection.
      socket.write('HTTP/1.1 504 X\r\nContent-Length: 0\r\n\r\n');
      return setTimeout(() => write(socket, whole), LATE_MS[whole.length % LATE_MS.length]);
    case 'huge executed':
      return write(socket, whole.replace('"Message":""', `"Message":"${'1'.repeat(2_500_000)}"`));
    case 'html':
      return socket.write('HTTP/1.1 502 X\r\nContent-Length: 6\r\n\r\n<html>');
    case 'empty':
      return write(socket, '{}');
    case 'truncate':
      return write(socket, whole.slice(0, -2));
    case 'break off':
      return socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${whole.length * 2}\r\n\r\n${whole}`);
    case 'reset executed':
      return socket.resetAndDestroy();
    case 'silence':
      return undefined;
    case 'stall':
      return socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${whole.length * 2}\r\n\r\n${whole}`);
    default:
      return socket.destroy();
  }
}

function write(socket, body, date) {
  const length = Buffer.byteLength(body);
  const dated = date === undefined ? '' : `Date: ${date}\r\n`;
  socket.write(`HTTP/1.1 200 OK\r\n${dated}Content-Length: ${length}\r\n\r\n${body}`);
}

function respond(head, items) {
  const multi = /x-tc-action: *SendMulti/i.test(head);
  const set = { [multi ? 'SendMultiStatusSet' : 'SendStatusSet']: items };
  return JSON.stringify({ Response: { ...set, RequestId: 'r' } });
}

function fault(Code) {
  return JSON.stringify({ Response: { Error: { Code, Message: '' }, RequestId: 'r' } });
}

function item({ to, callRef }, Code) {
  const SerialNo = Code === 'Ok' ? `${callRef}:${to}` : '';
  const Fee = Code === 'Ok' ? 1 : 0;
  const SessionContext = callRef;
  return { PhoneNumber: to, Code, SerialNo, Fee, SessionContext, Message: '', IsoCode: '' };
}

function textsOf({ MultiSmsInfoSet, PhoneNumberSet, SessionContext }) {
  return MultiSmsInfoSet === undefined
    ? PhoneNumberSet.map((to) => ({ to, callRef: SessionContext }))
    : MultiSmsInfoSet.map((info) => ({ to: info.PhoneNumber, callRef: info.SessionContext }));
}

function keyOf({ callRef, to }) {
  return `${callRef} ${to}`;
}

function count(map, key) {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function pick(weights, random) {
  let dice = random() * 1000;
  for (const [name, weight] of Object.entries(weights)) {
    dice -= weight;
    if (dice < 0) {
      return name;
    }
  }
  return undefined;
}
