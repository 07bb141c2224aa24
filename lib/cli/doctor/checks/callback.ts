import { randomBytes } from 'node:crypto';
import { say } from '../../language.js';
import { fail, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import type { Finding } from '../finding.js';
import { isLoopback } from '../is-loopback.js';

const POST_MS = 5000;
const MAX_BODY = 4096;

/**
 * Whether the address that Tencent is to push reports to answers as Tencent wants it, and refuses a
 * wrong secret. An empty batch is posted, which changes nothing.
 */
export const callback: DoctorCheck = {
  name: 'callback',
  title: say('Callback', '回调'),
  timeoutMs: 3 * POST_MS,
  async run({ request: { callbackUrl } }) {
    if (callbackUrl === undefined) {
      return undefined;
    }
    const url = new URL(callbackUrl);
    if (url.username !== '' || url.password !== '') {
      return fail(
        say('user and password stand in the address', '地址中带有用户名和密码'),
        say(
          'Leave them out: what keeps strangers away is the secret in the path.',
          '请去掉：防止他人伪造的是路径中的密钥。',
        ),
      );
    }
    const answer = await post(url);
    if (typeof answer === 'string') {
      return isOfCertificate(answer)
        ? distrusted(url, answer)
        : fail(
            say(`${url.host} does not answer (${answer})`, `${url.host} 没有响应（${answer}）`),
            say(
              'Start the app, and let its address be reached from outside.',
              '请启动应用，并确保该地址可从外网访问。',
            ),
          );
    }
    if (!isAccepted(answer)) {
      return wrongly(answer);
    }
    const wrong = withOtherSecret(url);
    if (wrong === undefined) {
      return warn(
        say(
          `${url.host} answers rightly, and has no secret in its path`,
          `${url.host} 应答正确，但路径中没有密钥`,
        ),
        USE_A_SECRET,
      );
    }
    const refusal = await post(wrong);
    if (typeof refusal === 'string') {
      return warn(
        say(
          `${url.host} answers rightly, and a wrong secret not at all (${refusal})`,
          `${url.host} 应答正确，但对错误的密钥没有响应（${refusal}）`,
        ),
        say('Try again: it should be refused at once.', '请重试：错误的密钥应立即被拒绝。'),
      );
    }
    if (isAccepted(refusal)) {
      return fail(
        say(`${url.host} takes a wrong secret, too`, `${url.host} 对错误的密钥也照单全收`),
        USE_A_SECRET,
      );
    }
    return ok(
      say(
        `${url.host} answers rightly within ${answer.ms} ms, and refuses a wrong secret`,
        `${url.host} 应答正确（${answer.ms} 毫秒），并拒绝错误的密钥`,
      ),
      adviceFor(url),
    );
  },
};

const USE_A_SECRET = say(
  'Reports are not signed, so that strangers could send some: use SmsDeliveryModule, with its secret in the path.',
  '回执没有签名，任何人都可伪造：请使用 SmsDeliveryModule，并在路径中带上它的密钥。',
);

function adviceFor({ hostname, protocol }: URL): Finding['next'] {
  if (isLoopback(hostname)) {
    return say(
      'Tencent can reach only an address on the internet.',
      '腾讯云只能访问公网地址，请在控制台填写公网地址。',
    );
  }
  return protocol === 'http:'
    ? say(
        'Use https://: the secret can be read on the way.',
        '请使用 https://：明文传输会泄露密钥。',
      )
    : undefined;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

/** The answer, or the code of why there is none. */
async function post(url: URL): Promise<Answer | string> {
  const started = performance.now();
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: '[]',
      headers: { 'Content-Type': 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(POST_MS),
    });
    const body = await readStart(response);
    return { status: response.status, body, ms: Math.round(performance.now() - started) };
  } catch (error) {
    const { cause, name } = error as Error;
    const { code } = Object(cause) as { code?: unknown };
    return typeof code === 'string' ? code : name;
  }
}

/** As much as a right answer has, and no more: what answers may never end. */
async function readStart({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= MAX_BODY) {
      break;
    }
  }
  return text.slice(0, MAX_BODY);
}

function isOfCertificate(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code);
}

function distrusted({ host }: URL, code: string): Finding {
  return fail(
    say(`the certificate of ${host} is not trusted (${code})`, `${host} 的证书不受信任（${code}）`),
    say(
      'Give it a certificate of a public authority, with those between: Tencent trusts no other.',
      '请使用公共 CA 签发的证书并包含中间证书：腾讯云不信任其他证书。',
    ),
  );
}

/** As Tencent documents it: `{ "result": 0, "errmsg": "OK" }`. */
function isAccepted({ status, body }: Answer): boolean {
  try {
    const answer: unknown = JSON.parse(body);
    return status === 200 && (Object(answer) as { result?: unknown }).result === 0;
  } catch {
    return false;
  }
}

function wrongly({ status }: Answer): Finding {
  if (status === 404 || status === 401 || status === 403) {
    return fail(
      say(`the answer is ${status}`, `返回 ${status}`),
      say(
        'Compare path and secret with callback.path and callback.secret of SmsDeliveryModule, and end it with /status or /reply.',
        '请核对路径和密钥与 SmsDeliveryModule 的 callback.path、callback.secret 一致，并以 /status 或 /reply 结尾。',
      ),
    );
  }
  return fail(
    say(
      `the answer is ${status}, and not the {"result":0,"errmsg":"OK"} that Tencent wants`,
      `返回 ${status}，而不是腾讯云要求的 {"result":0,"errmsg":"OK"}`,
    ),
    say(
      'Tencent would push every report twice more and then drop it: use SmsDeliveryModule, and see what is in between.',
      '腾讯云会再推送两次，然后丢弃回执：请使用 SmsDeliveryModule，并检查中间的网关。',
    ),
  );
}

/** The same address with another secret; `undefined` where nothing in it can be one. */
function withOtherSecret(url: URL): URL | undefined {
  const wrong = new URL(url);
  const other = randomBytes(16).toString('hex');
  const parts = wrong.pathname.split('/');
  const isOurs = parts.length > 2 && /^(?:status|reply)$/.test(parts.at(-1) ?? '');
  const place = isOurs ? parts.length - 2 : parts.findLastIndex((part) => part.length >= 16);
  if (place >= 1) {
    parts[place] = other;
    wrong.pathname = parts.join('/');
  }
  for (const name of url.searchParams.keys()) {
    wrong.searchParams.set(name, other);
  }
  return wrong.href === url.href ? undefined : wrong;
}
