import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { UndiciTransport } from 'nestjs-tencentcloud-sms';
import type {
  SmsConnectionOptions,
  SmsHttpRequest,
  SmsHttpResponse,
} from 'nestjs-tencentcloud-sms';
import { trustedAuthorities } from '../../lib/http/trusted-authorities.js';
import { AUTHORITY, LOCALHOST, TlsServer, pem } from '../support/tls-server.js';

const BAD_AUTHORITY = pem('bad-ca');

describe('a transport over TLS', () => {
  const opened: (() => Promise<void>)[] = [];

  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (close) => close()));
  });

  async function serve(cert = LOCALHOST.cert): Promise<TlsServer> {
    const server = await TlsServer.start({ cert, key: LOCALHOST.key });
    opened.push(async () => server.stop());
    return server;
  }

  function createTransport(options: SmsConnectionOptions): UndiciTransport {
    const transport = new UndiciTransport({ proxy: false, ...options });
    opened.push(async () => transport.close());
    return transport;
  }

  async function send(
    url: string,
    options: SmsConnectionOptions,
    more: Partial<SmsHttpRequest> = {},
  ): Promise<SmsHttpResponse> {
    const request = { method: 'POST' as const, headers: {}, body: '{}', timeoutMs: 5000 };
    return createTransport(options).send({ ...request, url: `${url}/`, ...more });
  }

  it.each([
    ['one authority', AUTHORITY],
    ['a list of them', [BAD_AUTHORITY, AUTHORITY]],
    ['several in one text', `${BAD_AUTHORITY}\n${AUTHORITY}`],
  ])('trusts %s given as ca', async (_name, ca) => {
    const server = await serve();
    await expect(send(server.url, { ca })).resolves.toMatchObject({ status: 200 });
  });

  it('trusts the usual authorities still when ca is given', () => {
    expect(trustedAuthorities(AUTHORITY)).toEqual(expect.arrayContaining([...rootCertificates]));
    expect(trustedAuthorities(AUTHORITY)).toContain(AUTHORITY);
  });

  it('trusts those of NODE_EXTRA_CA_CERTS still when ca is given', async () => {
    // Node reads the variable when it starts, and some of its versions only then.
    const file = fileURLToPath(new URL('../support/tls/bad-ca.pem', import.meta.url));
    const { trusted } = await inNewProcess({ NODE_EXTRA_CA_CERTS: file });
    expect(trusted).toContain(BAD_AUTHORITY.trim());
    expect(trusted).toContain('more');
  });

  it('goes on without NODE_EXTRA_CA_CERTS when the file is missing, as Node does', async () => {
    const { trusted } = await inNewProcess({ NODE_EXTRA_CA_CERTS: '/no/such/file.pem' });
    expect(trusted).toHaveLength(rootCertificates.length + 1);
  });

  it.each([
    [
      'is not trusted',
      'server',
      {},
      /the certificate is not trusted \(.+\)\. If a proxy.+option ca/,
    ],
    ['is out of date', 'expired', { ca: BAD_AUTHORITY }, /out of date \(CERT_HAS_EXPIRED\)/],
    ['is for another host', 'other-host', { ca: BAD_AUTHORITY }, /belongs to another host/],
  ])('says that the certificate %s, and sends nothing', async (_name, cert, options, sentence) => {
    const server = await serve(pem(cert));
    await expect(send(server.url, options)).rejects.toMatchObject({
      name: 'SmsTransportError',
      phase: 'connect',
      maybeSent: false,
      message: expect.stringMatching(sentence),
    });
    expect(server.requests).toBe(0);
  });

  it('says that the server speaks no TLS', async () => {
    const refusing = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    refusing.listen(0, '127.0.0.1');
    await once(refusing, 'listening');
    const url = `https://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    await expect(send(url, {})).rejects.toMatchObject({
      phase: 'connect',
      maybeSent: false,
      message: expect.stringMatching(
        /^No connection: what answers there speaks no TLS \(.+\)\. If it is meant to be plain, write http:\/\//,
      ),
    });
    refusing.close();
  });

  it('resumes the session of an earlier connection', async () => {
    const server = await serve();
    const transport = createTransport({ ca: AUTHORITY });
    const request = { method: 'POST' as const, headers: {}, body: '{}', timeoutMs: 5000 };
    await transport.send({ ...request, url: `${server.url}/` });
    server.dropConnections();
    await transport.send({ ...request, url: `${server.url}/` });
    expect(server.resumed).toEqual([false, true]);
  });
});

/** What is trusted beside `more` by a Node that starts with such an environment. */
async function inNewProcess(env: Record<string, string>): Promise<{ trusted: string[] }> {
  const script = `
    const { transformFileSync } = require('@swc/core');
    const { code } = transformFileSync('lib/http/trusted-authorities.ts', {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    const loaded = { exports: {} };
    new Function('require', 'exports', 'module', code)(require, loaded.exports, loaded);
    const trusted = loaded.exports.trustedAuthorities('more').map((one) => one.trim());
    process.stdout.write(JSON.stringify({ trusted }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    env: { ...process.env, ...env },
    maxBuffer: 8 << 20,
  });
  return JSON.parse(stdout) as { trusted: string[] };
}
