import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signV1 } from '../../../lib/signing/v1-signature.js';
import { SmsEmulator } from '../../../lib/testing/index.js';
import { officialClient } from '../official-client.js';
import { EventReader } from '../event-reader.js';
import { exchange, sendSigned } from '../raw-client.js';
import type { SignedPost } from '../raw-client.js';

const APP = '1400006666';
const OTHER_APP = '1400777777';
const PHONE = '+8613711112222';

let emulator: SmsEmulator;
const readers: EventReader[] = [];
beforeEach(async () => {
  emulator = await SmsEmulator.start();
});
afterEach(async () => {
  for (const reader of readers.splice(0)) {
    reader.close();
  }
  await emulator.stop();
});

const send = async (changes: object = {}): Promise<void> => {
  await officialClient(emulator).SendSms({
    PhoneNumberSet: [PHONE],
    SmsSdkAppId: APP,
    SignName: '腾讯云',
    TemplateId: '449739',
    TemplateParamSet: ['042137', '5'],
    ...changes,
  });
};
const call = async (
  path: string,
  { method = 'GET', body, headers }: { method?: string; body?: unknown; headers?: object } = {},
): Promise<{ status: number; json: Record<string, unknown>; headers: Headers }> => {
  const response = await fetch(`${emulator.url}${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
  });
  const text = await response.text();
  const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return { status: response.status, json, headers: response.headers };
};
const get = async (path: string): Promise<Record<string, unknown>> => (await call(path)).json;
const open = async (path = '', headers = {}): Promise<EventReader> => {
  const reader = await EventReader.open(`${emulator.url}/_emulator/events${path}`, headers);
  readers.push(reader);
  return reader;
};
const post = async (body: string, type: string): Promise<number> => {
  const answer = await fetch(`${emulator.url}/_emulator/clock/advance`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': type },
  });
  return answer.status;
};
const statusOf = async (head: string): Promise<number> =>
  (await exchange(emulator.port, `${head}\r\nContent-Length: 0\r\n\r\n`)).status;
const host = (): string => `Host: 127.0.0.1:${emulator.port}`;
/** A send as a link: signed with HmacSHA1, with all of it in the query. */
const signedQuery = (signedHost: string): string => {
  const params = {
    'PhoneNumberSet.0': PHONE,
    SmsSdkAppId: APP,
    TemplateId: '77',
    SignName: '腾讯云',
    Action: 'SendSms',
    Version: '2021-01-11',
    Timestamp: String(Math.floor(Date.now() / 1000)),
    Nonce: '1',
    SecretId: 'AKIDpage',
  };
  const { signature } = signV1({
    method: 'GET',
    host: signedHost,
    signatureMethod: 'HmacSHA1',
    secretKey: emulator.secretKey,
    params,
  });
  return new URLSearchParams({ ...params, Signature: signature }).toString();
};
/** Waits until a request is held by the emulator: it listens for what comes. */
const settle = async (): Promise<void> => {
  await get('/readyz');
};

describe('GET /_emulator/messages', () => {
  it('lists by phone, template, application, status and what came before', async () => {
    await send();
    await send({ SmsSdkAppId: OTHER_APP, TemplateId: '77' });
    emulator.fail('SendSms', 'LimitExceeded.PhoneNumberDailyLimit');
    await send();
    const ids = async (query: string): Promise<unknown> =>
      ((await get(`/_emulator/messages${query}`))['messages'] as { id: string }[]).map(
        ({ id }) => id,
      );
    expect(await ids('')).toEqual(['1', '2']);
    expect(await ids(`?app=${OTHER_APP}`)).toEqual(['2']);
    expect(await ids('?template=449739')).toEqual(['1']);
    expect(await ids('?to=13711112222&since=1')).toEqual(['2']);
    expect(await ids('?since=2099-01-01T00:00:00Z')).toEqual([]);
    expect(await ids('?since=2020-01-01T00:00:00Z')).toEqual(['1', '2']);
    expect(await ids('?status=rejected')).toEqual(['3']);
    expect(await ids('?status=all')).toEqual(['1', '2', '3']);
    expect(await get('/_emulator/messages/3')).toMatchObject({
      message: { status: 'rejected', code: 'LimitExceeded.PhoneNumberDailyLimit' },
    });
  });

  it('waits for the next text that matches', async () => {
    await send();
    const waiting = get(`/_emulator/messages?to=${encodeURIComponent('+8613711113333')}&wait=30s`);
    await settle();
    await send();
    await send({ PhoneNumberSet: ['+8613711113333'] });
    expect(await waiting).toMatchObject({ messages: [{ id: '3', to: '+8613711113333' }] });
  });

  it('waits no longer than it is told', async () => {
    expect(await get('/_emulator/messages?wait=20ms')).toMatchObject({ messages: [] });
  });

  it('answers a request that waits for a text to come', async () => {
    await send();
    const waiting = get('/_emulator/messages?since=1&wait=30s');
    await settle();
    await send();
    expect(await waiting).toMatchObject({ messages: [{ id: '2' }] });
  });

  it.each([
    ['status', '?status=sent'],
    ['wait', '?wait=5m'],
    ['wait', '?wait=61s'],
    ['since', '?since=yesterday'],
    ['app', '?app=x'],
  ])('names %s when it is given %s', async (field, query) => {
    const { status, json } = await call(`/_emulator/messages${query}`);
    expect(status).toBe(400);
    expect(json).toEqual({
      error: { code: 'invalid_query', message: expect.stringContaining(field), field },
    });
  });

  it.each([
    ['/_emulator/messages?wait=5m', 'wait'],
    ['/_emulator/codes/latest?wait=61', 'wait'],
  ])('refuses %s whether there is something to wait for or not', async (path, field) => {
    const refused = { status: 400, json: { error: { code: 'invalid_query', field } } };
    expect(await call(path)).toMatchObject(refused);
    await send();
    expect(await call(path)).toMatchObject(refused);
  });

  it('forgets one application when told so', async () => {
    await send();
    await send({ SmsSdkAppId: OTHER_APP });
    expect((await call(`/_emulator/messages?app=${APP}`, { method: 'DELETE' })).status).toBe(204);
    expect(emulator.messages()).toMatchObject([{ sdkAppId: OTHER_APP }]);
    expect(emulator.requests()).toMatchObject([{ sdkAppId: OTHER_APP }]);
  });
});

describe('GET /_emulator/codes/latest', () => {
  it('gives the code that came last', async () => {
    await send();
    await send({ TemplateParamSet: ['704215', '5'] });
    expect(await get('/_emulator/codes/latest?to=13711112222')).toMatchObject({
      code: '704215',
      to: PHONE,
      message: { id: '2' },
    });
    expect(emulator.latestCode(PHONE)).toBe('704215');
  });

  it('finds a code in a template that it only learned, and none where there is none', async () => {
    await send({ TemplateId: '77', TemplateParamSet: ['张三', '88231'] });
    await send({ TemplateId: '78', TemplateParamSet: ['订单'] });
    expect(await get('/_emulator/codes/latest')).toMatchObject({ code: '88231' });
    expect(emulator.messages()).toMatchObject([
      { isVerification: true },
      { isVerification: false },
    ]);
  });

  it('waits for one', async () => {
    const waiting = get('/_emulator/codes/latest?to=13711112222&wait=30s');
    await settle();
    await send({ TemplateId: '78', TemplateParamSet: ['订单'] });
    await send();
    expect(await waiting).toMatchObject({ code: '042137' });
  });

  it('is not found when none came', async () => {
    for (const query of ['', '?wait=10ms']) {
      // oxlint-disable-next-line no-await-in-loop
      const { status, json } = await call(`/_emulator/codes/latest${query}`);
      expect(status).toBe(404);
      expect(json).toMatchObject({ error: { code: 'not_found' } });
    }
  });
});

describe('POST /_emulator/replies', () => {
  it('lets a phone write back to the application that wrote last', async () => {
    await send({ SmsSdkAppId: OTHER_APP });
    const { status, json } = await call('/_emulator/replies', {
      method: 'POST',
      body: { to: '13711112222', text: 'T' },
    });
    expect(status).toBe(201);
    const reply = { sdkAppId: OTHER_APP, to: PHONE, text: 'T', signName: '腾讯云', optedOut: true };
    expect(json).toMatchObject({ reply });
    expect(await get(`/_emulator/replies?app=${OTHER_APP}&to=13711112222`)).toMatchObject({
      replies: [reply],
    });
    expect(await get(`/_emulator/replies?app=${APP}`)).toEqual({ replies: [] });
    const pulled = await officialClient(emulator).PullSmsReplyStatus({
      SmsSdkAppId: OTHER_APP,
      Limit: 10,
    });
    expect(pulled.PullSmsReplyStatusSet).toMatchObject([{ ReplyContent: 'T' }]);
  });

  it.each<readonly [field: string, body: unknown]>([
    ['to', { text: 'T' }],
    ['to', { to: 1, text: 'T' }],
    ['to', { to: 'nobody', text: 'T' }],
    ['text', { to: PHONE }],
    ['text', { to: PHONE, text: '' }],
    ['text', { to: PHONE, text: 'x'.repeat(1001) }],
    ['app', { to: PHONE, text: 'T', app: 'x' }],
    ['sign', { to: PHONE, text: 'T', sign: 'x' }],
    ['body', ['T']],
  ])('names %s when it is given %j', async (field, body) => {
    const { status, json } = await call('/_emulator/replies', { method: 'POST', body });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { code: 'invalid_body', field } });
  });
});

describe('a phone that is none', () => {
  it('is told what one looks like, with nothing masked that was never secret', async () => {
    const { json } = await call('/_emulator/replies', {
      method: 'POST',
      body: { to: 'x', text: 'y' },
    });
    expect(json).toMatchObject({
      error: { field: 'to', message: expect.not.stringContaining('*') },
    });
  });
});

describe('POST /_emulator/clock/advance', () => {
  it.each([{ ms: 90_000 }, { seconds: 90 }])('moves the time by %j', async (body) => {
    const { now } = await get('/_emulator/clock');
    const moved = await call('/_emulator/clock/advance', { method: 'POST', body });
    expect(moved.status).toBe(200);
    const ahead = Date.parse(String(moved.json['now'])) - Date.parse(String(now));
    expect(ahead).toBeGreaterThanOrEqual(90_000);
    expect(ahead).toBeLessThan(120_000);
    // Signatures go by real time, so every client can still send.
    await send();
  });

  it.each([{}, { ms: 1, seconds: 1 }, { ms: -1 }, { ms: '5' }, { seconds: 1e12 }])(
    'refuses %j',
    async (body) => {
      const { status, json } = await call('/_emulator/clock/advance', { method: 'POST', body });
      expect(status).toBe(400);
      expect(json).toMatchObject({ error: { code: 'invalid_body' } });
    },
  );
});

describe('/_emulator/faults', () => {
  it('are put, counted down, listed and forgotten', async () => {
    const faults = [
      { action: 'SendSms', code: 'LimitExceeded.PhoneNumberDailyLimit', times: 2 },
      { latencyMs: 1, app: OTHER_APP },
    ];
    const put = await call('/_emulator/faults', { method: 'PUT', body: { faults } });
    expect(put.json).toMatchObject({ faults: [{ times: 2 }, { times: 1 }] });
    await send();
    expect(emulator.messages()).toEqual([]);
    expect(await get('/_emulator/faults')).toMatchObject({ faults: [{ times: 1 }, { times: 1 }] });
    expect(await get(`/_emulator/faults?app=${OTHER_APP}`)).toMatchObject({
      faults: [{ latencyMs: 1 }],
    });
    expect((await call('/_emulator/faults', { method: 'DELETE' })).status).toBe(204);
    expect(await get('/_emulator/faults')).toEqual({ faults: [] });
  });

  it('of one application leave those of the others alone', async () => {
    emulator.addFault({ code: 'InternalError', app: APP });
    await call(`/_emulator/faults?app=${OTHER_APP}`, {
      method: 'PUT',
      body: { faults: [{ code: 'InternalError' }] },
    });
    expect(await get('/_emulator/faults')).toMatchObject({
      faults: [{ app: APP }, { app: OTHER_APP }],
    });
  });

  it('stay as they were when one of the new ones is none', async () => {
    emulator.addFault({ code: 'InternalError' });
    const { status, json } = await call('/_emulator/faults', {
      method: 'PUT',
      body: { faults: [{ effect: 'drop' }, { effect: 'explode' }] },
    });
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { code: 'invalid_body', field: 'effect' } });
    expect(await get('/_emulator/faults')).toMatchObject({ faults: [{ code: 'InternalError' }] });
  });
});

describe('GET /_emulator/requests/:id', () => {
  it('shows what came, what went back and how the signature was checked', async () => {
    await send();
    const [message] = emulator.messages();
    const { request } = await get(`/_emulator/requests/${message?.requestLogId}`);
    expect(request).toMatchObject({
      action: 'SendSms',
      sdkAppId: APP,
      code: 'Ok',
      fault: '',
      requestId: message?.requestId,
      messageIds: [message?.id],
      request: {
        method: 'POST',
        target: '/',
        headers: { 'x-tc-action': 'SendSms', 'content-type': 'application/json' },
        body: expect.stringContaining('"TemplateId":"449739"'),
      },
      answer: { status: 200, body: expect.stringContaining('"Code":"Ok"') },
      signature: {
        method: 'TC3-HMAC-SHA256',
        result: 'valid',
        code: null,
        given: { secretId: 'AKIDofficial', authorization: expect.stringContaining('TC3-') },
        computed: {
          canonicalRequest: expect.stringMatching(/^POST\n\/\n\ncontent-type:application\/json\n/),
          stringToSign: expect.stringMatching(/^TC3-HMAC-SHA256\n\d+\n/),
        },
      },
    });
    expect(await get(`/_emulator/requests?app=${APP}`)).toMatchObject({
      requests: [{ id: message?.requestLogId }],
    });
    expect(await get(`/_emulator/requests?app=${OTHER_APP}`)).toEqual({ requests: [] });
  });

  it('lists those after one that is known, and counts the numbers that each refused', async () => {
    await send();
    await send({ PhoneNumberSet: [PHONE, '12', '13'] });
    await send({ TemplateParamSet: ['042137'] });
    expect(await get('/_emulator/requests?since=1')).toMatchObject({
      requests: [
        { id: '2', code: 'Ok', refusedNumbers: 2 },
        { id: '3', code: 'Ok', refusedNumbers: 1 },
      ],
    });
    expect(await get('/_emulator/requests?since=3')).toEqual({ requests: [] });
    expect(await call('/_emulator/requests?since=x')).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_query', field: 'since' } },
    });
  });

  it('shows what was computed beside a signature that does not fit', async () => {
    await sendSigned({ port: emulator.port, secretKey: 'another' });
    const { request } = await get('/_emulator/requests/1');
    const { signature } = request as {
      signature: { given: { signature: string }; computed: { signature: string } };
    };
    expect(signature).toMatchObject({
      result: 'refused',
      code: 'AuthFailure.SignatureFailure',
      computed: { canonicalRequest: expect.stringContaining(`host:127.0.0.1:${emulator.port}\n`) },
    });
    expect(signature.computed.signature).not.toBe(signature.given.signature);
  });

  it.each<[string, Omit<SignedPost, 'port'>, RegExp]>([
    [
      'whose scope has the date of another day',
      { tamper: (head) => head.replace(/\/\d{4}-\d\d-\d\d\//, '/2021-01-11/') },
      /\/sms\/tc3_request\n/,
    ],
    [
      'whose scope names another service',
      { host: 'sms.tencentcloudapi.com', service: 'cvm' },
      /\/sms\/tc3_request\n/,
    ],
    [
      'over a header that did not come',
      {
        signedHeaders: 'content-type;host;x-tc-token',
        headers: { 'X-TC-Token': 'a' },
        tamper: (head) => head.replace('\r\nX-TC-Token: a', ''),
      },
      /\n[0-9a-f]{64}$/,
    ],
  ])('shows what was computed beside a signature %s', async (_which, request, stringToSign) => {
    await sendSigned({ port: emulator.port, ...request });
    expect(await get('/_emulator/requests/1')).toMatchObject({
      request: {
        signature: {
          result: 'refused',
          code: 'AuthFailure.SignatureFailure',
          computed: { stringToSign: expect.stringMatching(stringToSign) },
        },
      },
    });
  });

  it.each(['HmacSHA1', 'HmacSHA256'] as const)('shows the check of %s', async (signMethod) => {
    await officialClient(emulator, { signMethod, reqMethod: 'POST' }).DescribePhoneNumberInfo({
      PhoneNumberSet: [PHONE],
    });
    expect(await get('/_emulator/requests/1')).toMatchObject({
      request: {
        signature: {
          method: signMethod,
          result: 'valid',
          computed: { stringToSign: expect.stringMatching(/^POST127\.0\.0\.1[^?]*\/\?Action=/) },
        },
      },
    });
  });

  it('cuts what is large and says how large it was', async () => {
    const body = JSON.stringify({ PhoneNumberSet: ['x'.repeat(100_000)] });
    await sendSigned({ port: emulator.port, body });
    const { request } = await get('/_emulator/requests/1');
    const { bodyBytes, body: shown } = (request as { request: { bodyBytes: number; body: string } })
      .request;
    expect(bodyBytes).toBe(body.length);
    expect(shown).toHaveLength(32 * 1024);
  });

  it('cuts what was signed as well, which with v1 is all of it', async () => {
    const client = officialClient(emulator, { signMethod: 'HmacSHA1', reqMethod: 'POST' });
    await client.DescribePhoneNumberInfo({ PhoneNumberSet: ['x'.repeat(100_000)] });
    const { request } = await get('/_emulator/requests/1');
    const { signature } = request as { signature: { computed: { stringToSign: string } } };
    expect(signature.computed.stringToSign).toHaveLength(32 * 1024);
  });

  it('is not found when there is none', async () => {
    const { status, json } = await call('/_emulator/requests/7');
    expect(status).toBe(404);
    expect(json).toMatchObject({ error: { code: 'not_found', field: 'id' } });
  });
});

describe('GET /_emulator/events', () => {
  it('streams events as they happen', async () => {
    const reader = await open();
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream');
    await send();
    expect(await reader.next()).toMatchObject({ id: '1', event: 'message', data: { id: '1' } });
    expect(await reader.next()).toMatchObject({
      id: '2',
      event: 'report',
      data: { id: '1', report: { code: 'DELIVRD' } },
    });
    emulator.reply({ to: PHONE, text: '好\n的' });
    expect(await reader.next()).toMatchObject({ event: 'reply', data: { text: '好\n的' } });
    emulator.clear();
    expect(await reader.next()).toMatchObject({ event: 'clear', data: { sdkAppId: null } });
  });

  it('replays the missed events to a reader that reconnects', async () => {
    await send();
    await send();
    const byHeader = await open('', { 'Last-Event-ID': '2' });
    expect(await byHeader.next()).toMatchObject({ id: '3', event: 'message', data: { id: '2' } });
    const { lastEventId } = await get('/_emulator/messages');
    const byQuery = await open(`?lastEventId=${String(lastEventId)}`);
    await send();
    expect(await byQuery.next()).toMatchObject({ id: '5', event: 'message', data: { id: '3' } });
    // From an emulator that ran before: nothing here has been seen.
    const stranger = await open('', { 'Last-Event-ID': '9999' });
    expect(await stranger.next()).toMatchObject({ id: '1' });
  });

  it('streams the events of one application on request', async () => {
    const reader = await open(`?app=${OTHER_APP}`);
    await send();
    await send({ SmsSdkAppId: OTHER_APP });
    expect(await reader.next()).toMatchObject({ event: 'message', data: { sdkAppId: OTHER_APP } });
  });

  it('ends with the emulator, however many read and wait', async () => {
    const reader = await open();
    const waiting = get('/_emulator/messages?wait=60s').catch(() => 'ended');
    await settle();
    await emulator.stop();
    expect(await waiting).toBe('ended');
    await expect(reader.next()).rejects.toBeDefined();
  });
});

describe('every path of the emulator’s own', () => {
  it('refuses methods that it does not know and says which it does', async () => {
    const { status, headers, json } = await call('/_emulator/faults', { method: 'POST' });
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('GET, PUT, DELETE');
    expect(json).toMatchObject({ error: { code: 'method_not_allowed' } });
  });

  it.each(['/_emulator/constructor', '/_emulator/messages/x', '/_emulator/messages/', '/readyz/'])(
    'is one that exists: %s does not',
    async (path) => {
      const { status, json } = await call(path);
      expect(status).toBe(404);
      expect(json).toMatchObject({ error: { code: 'not_found', message: expect.any(String) } });
    },
  );

  it('takes JSON and nothing that a form could send', async () => {
    expect(await post('{"ms":1}', 'text/plain')).toBe(415);
    expect(await post('ms=1', 'application/x-www-form-urlencoded')).toBe(415);
    expect(await post('{"ms":', 'application/json')).toBe(400);
    expect(await post(JSON.stringify('x'.repeat(1024 * 1024)), 'application/json')).toBe(413);
    expect(await post('{"ms":1}', 'application/json; charset=utf-8')).toBe(200);
  });

  it('answers HEAD without waiting', async () => {
    for (const path of ['/readyz', '/_emulator/messages?wait=60s', '/_emulator/events']) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await call(path, { method: 'HEAD' })).status).toBe(200);
    }
  });
});

describe('a page of another origin', () => {
  it.each([
    'Origin: https://evil.example.com',
    'Origin: null',
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Site: same-site',
  ])('gets nowhere with %s', async (header) => {
    await send();
    const get403 = `GET /_emulator/messages HTTP/1.1\r\n${host()}\r\n${header}`;
    expect(await statusOf(get403)).toBe(403);
    const delete403 = `DELETE /_emulator/messages HTTP/1.1\r\n${host()}\r\n${header}`;
    expect(await statusOf(delete403)).toBe(403);
    // Nor with the API, though it could sign: the key is public.
    expect(await statusOf(`POST / HTTP/1.1\r\n${host()}\r\n${header}`)).toBe(403);
    expect(emulator.messages()).toHaveLength(1);
  });

  it('gets nowhere under a name of its own', async () => {
    const evil = `Host: evil.example.com:${emulator.port}\r\nSec-Fetch-Site: same-origin`;
    expect(await statusOf(`GET /_emulator/messages HTTP/1.1\r\n${evil}`)).toBe(403);
    expect(await statusOf(`POST / HTTP/1.1\r\n${evil}`)).toBe(403);
  });

  it.each<readonly [name: string, host: string | undefined, browser: string]>([
    ['a name of its own', 'evil.example.com', 'curl/8\r\nAccept-Language: de'],
    ['an image or a link', undefined, 'Mozilla/5.0 (X11; Linux x86_64)'],
  ])('calls no action by a GET with %s', async (_, name, browser) => {
    // Over plain HTTP beside the loopback, browsers say neither their origin nor their site with a GET.
    const claimed = `${name ?? '127.0.0.1'}:${emulator.port}`;
    const head = (signature: string): string =>
      `GET /?${signature} HTTP/1.1\r\nHost: ${claimed}\r\nUser-Agent: ${browser}\r\n\r\n`;
    const answer = await exchange(emulator.port, head(signedQuery(claimed)));
    expect(answer.status).toBe(403);
    expect(emulator.messages()).toHaveLength(0);
  });

  it('is no client that takes the emulator for production', async () => {
    const claimed = 'sms.ap-guangzhou.tencentcloudapi.com';
    const head = `GET /?${signedQuery(claimed)} HTTP/1.1\r\nHost: ${claimed}\r\n\r\n`;
    expect((await exchange(emulator.port, head)).status).toBe(200);
    expect(emulator.messages()).toHaveLength(1);
  });

  it('is told by no header that it may', async () => {
    const { headers } = await call('/_emulator/messages', {
      headers: { Origin: emulator.url },
    });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is not the emulator’s own page, which may do everything', async () => {
    const own = `${host()}\r\nOrigin: http://127.0.0.1:${emulator.port}`;
    expect(await statusOf(`GET /_emulator/messages HTTP/1.1\r\n${own}`)).toBe(200);
    const behindProxy = `${host()}\r\nOrigin: https://dev.example.com\r\nSec-Fetch-Site: same-origin`;
    expect(await statusOf(`GET /_emulator/messages HTTP/1.1\r\n${behindProxy}`)).toBe(200);
    // A link on another site may lead to the inbox.
    expect(await statusOf(`GET / HTTP/1.1\r\n${host()}\r\nSec-Fetch-Site: cross-site`)).toBe(200);
  });
});

describe('emulator.waitForMessage', () => {
  it('gives the newest text that matches, or the next one', async () => {
    await send();
    expect(await emulator.waitForMessage({ to: PHONE })).toMatchObject({ id: '1' });
    const next = emulator.waitForMessage({ to: PHONE, since: '1' });
    await send();
    expect(await next).toMatchObject({ id: '2' });
  });

  it('says that nothing came, with the number masked', async () => {
    await expect(emulator.waitForMessage({ to: PHONE }, { timeoutMs: 10 })).rejects.toMatchObject({
      code: 'SMS_EMULATOR_NOTHING_CAME',
      message: 'No text to +86137****2222 came within 10 ms.',
    });
  });

  it('ends with the emulator', async () => {
    const waiting = emulator.waitForMessage({}, { timeoutMs: 600_000 });
    await Promise.all([
      expect(waiting).rejects.toMatchObject({ code: 'SMS_EMULATOR_STOPPED' }),
      emulator.stop(),
    ]);
  });
});
