import { ProxyFailure } from '../../../http/proxy-failure.js';
import type { Proxy } from '../../../http/choose-proxy.js';
import { say } from '../../language.js';
import type { CliText } from '../../language.js';
import { fail, notChecked, ok } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import type { Finding } from '../finding.js';
import { openConnection } from '../open-connection.js';

const CONNECT_MS = 5000;

/** Which proxy is used, and whether it connects; its user and password are not shown. */
export const proxy: DoctorCheck = {
  name: 'proxy',
  title: say('Proxy', '代理'),
  timeoutMs: CONNECT_MS + 1000,
  async run(examination) {
    const { found, target } = examination;
    let used: Proxy | undefined;
    try {
      used = examination.proxy();
    } catch (error) {
      found.isReachable = false;
      return toFailure(error, say('the proxy', '代理'));
    }
    if (used === undefined) {
      return ok(say('none', '未使用'));
    }
    const name = `${used.hostname}:${used.port}`;
    if (found.isReachable === false) {
      return notChecked(say(`the host of the proxy ${name} is unknown`, `无法解析代理 ${name}`));
    }
    try {
      // A plain connection: what TLS with the target is like is looked at by itself.
      const plain = { ...target, protocol: 'http:' };
      const socket = await openConnection(plain, used, AbortSignal.timeout(CONNECT_MS));
      socket.destroy();
    } catch (error) {
      found.isReachable = false;
      return toFailure(error, say(`the proxy ${name}`, `代理 ${name}`));
    }
    return ok(say(`${name} connects`, `${name} 可以连接`));
  },
};

function toFailure(error: unknown, which: CliText): Finding {
  const code = error instanceof ProxyFailure ? error.code : codeOf(error);
  switch (code) {
    case 'PROXY_407':
      return fail(
        say(
          `${which.en} wants a user and a password, or other ones (407)`,
          `${which.zh} 要求用户名和密码，或凭据不正确（407）`,
        ),
        say(
          'Write them into SMS_PROXY or HTTPS_PROXY, percent-encoded: http://user:password@host:port.',
          '请写入 SMS_PROXY 或 HTTPS_PROXY 并做百分号编码：http://user:password@host:port。',
        ),
      );
    case 'PROXY_INVALID':
      return fail(
        say(
          'SMS_PROXY, HTTPS_PROXY or HTTP_PROXY is not the URL of an http or https proxy',
          'SMS_PROXY、HTTPS_PROXY 或 HTTP_PROXY 不是 http 或 https 代理的地址',
        ),
        say('Write it as http://host:port.', '请写成 http://host:port。'),
      );
    default:
      return fail(
        say(`${which.en} does not connect (${code})`, `无法通过${which.zh} 建立连接（${code}）`),
        say(
          'Check its address, and that it lets CONNECT through to the endpoint; NO_PROXY or SMS_PROXY=false goes around it.',
          '请检查地址，并确认它允许 CONNECT 到该接口地址；设置 NO_PROXY 或 SMS_PROXY=false 可以绕过它。',
        ),
      );
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'PROXY';
}
