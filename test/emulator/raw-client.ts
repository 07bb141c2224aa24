import { connect } from 'node:net';
import { signTc3 } from '../../lib/signing/tc3-signature.js';

/** What came back over a socket. */
export interface RawResponse {
  /** As the socket handed them over: one chunk is one segment here. */
  readonly chunks: readonly string[];
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** `Response` of an answer, loosely. */
export interface LooseResponse {
  readonly Error?: { readonly Code: string; readonly Message: string };
  readonly RequestId: string;
  readonly [member: string]: unknown;
}

/** Writes bytes to a fresh connection and reads one answer, or what there is when the server closes. */
export async function exchange(
  port: number,
  ...parts: (string | Uint8Array)[]
): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: string[] = [];
    const finish = (): void => {
      socket.destroy();
      const text = chunks.join('');
      const end = text.indexOf('\r\n\r\n');
      resolve({
        chunks,
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
        head: text.slice(0, end),
        body: text.slice(end + 4),
      });
    };
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      chunks.push(chunk);
      const [head = '', body = ''] = chunks.join('').split('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      if (length !== undefined && Buffer.byteLength(body) >= Number(length)) {
        finish();
      }
    });
    socket.on('end', finish);
    socket.on('error', reject);
    for (const part of parts) {
      socket.write(part);
    }
  });
}

/** A request to sign by hand, as the SDKs of other languages do. */
export interface SignedPost {
  readonly port: number;
  readonly secretKey?: string;
  readonly method?: 'GET' | 'POST';
  readonly action?: string;
  readonly version?: string;
  readonly body?: string;
  readonly queryString?: string;
  /** As sent. */
  readonly host?: string;
  /** As signed, when it differs. */
  readonly signedHost?: string;
  readonly service?: string;
  readonly contentType?: string;
  /** As signed, when it differs. */
  readonly signedContentType?: string;
  readonly timestamp?: number;
  readonly signedHeaders?: string;
  /** Added to the request; the signed ones are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is hashed in place of the body. */
  readonly payload?: string;
  /** Before the question mark, such as an absolute URL. */
  readonly path?: string;
  /** Changes the head before it is sent. */
  readonly tamper?: (head: string) => string;
}

/** Builds a request signed with TC3 and sends it over a socket. */
export async function sendSigned(
  request: SignedPost,
): Promise<RawResponse & { response: LooseResponse }> {
  const {
    port,
    method = 'POST',
    action = 'DescribePhoneNumberInfo',
    body = method === 'GET' ? '' : '{"PhoneNumberSet":["+8613711112222"]}',
    queryString = '',
    host = `127.0.0.1:${port}`,
    contentType = method === 'GET' ? 'application/x-www-form-urlencoded' : 'application/json',
    timestamp = Math.floor(Date.now() / 1000),
    headers = {},
    path = '/',
    tamper = (head: string) => head,
  } = request;
  const { authorization } = signTc3({
    method,
    action,
    timestamp,
    queryString,
    host: request.signedHost ?? host,
    service: request.service,
    secretId: 'AKIDraw',
    secretKey: request.secretKey ?? 'emulator-secret-key',
    contentType: request.signedContentType ?? contentType,
    body: request.payload ?? body,
    signedHeaders: request.signedHeaders,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  });
  const lines = [
    `${method} ${path}${queryString === '' ? '' : `?${queryString}`} HTTP/1.1`,
    `Host: ${host}`,
    `Content-Type: ${contentType}`,
    `X-TC-Action: ${action}`,
    `X-TC-Version: ${request.version ?? '2021-01-11'}`,
    `X-TC-Timestamp: ${timestamp}`,
    `Authorization: ${authorization}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const answer = await exchange(port, `${tamper(lines.join('\r\n'))}\r\n\r\n${body}`);
  return { ...answer, response: responseOf(answer) };
}

/** `Response` of an answer; fails when it has none. */
export function responseOf({ body }: RawResponse): LooseResponse {
  return (JSON.parse(body) as { Response: LooseResponse }).Response;
}

/** The codes of an answer to a send: those of its numbers, or the one at the top with `top: ` before it. */
export function codesOf({ Error: error, SendStatusSet: items = [] }: LooseResponse): string[] {
  return error === undefined
    ? (items as { Code: string }[]).map(({ Code }) => Code)
    : [`top: ${error.Code}`];
}
