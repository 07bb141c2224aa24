import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certificate } from 'node:tls';
import { toOneLine } from '../../../privacy/redact.js';
import { say } from '../../language.js';
import type { CliText } from '../../language.js';
import { fail, notChecked, ok, warn } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import type { Finding } from '../finding.js';
import { openConnection } from '../open-connection.js';
import { isLoopback } from '../is-loopback.js';

const CONNECT_MS = 5000;
const DAY_MS = 86_400_000;

/** Whether a connection comes about, and who signed the certificate of the other end. */
export const tls: DoctorCheck = {
  name: 'tls',
  title: say('TLS', 'TLS'),
  timeoutMs: CONNECT_MS + 1000,
  async run(examination) {
    const { found, target } = examination;
    if (found.isReachable === false) {
      return notChecked(say('no connection comes about', '无法建立连接'));
    }
    let socket;
    try {
      const proxy = examination.proxy();
      socket = await openConnection(target, proxy, AbortSignal.timeout(CONNECT_MS));
    } catch (error) {
      found.isReachable = false;
      return toFailure(target, error as NodeJS.ErrnoException);
    }
    try {
      if (!(socket instanceof TLSSocket)) {
        return plain(target.hostname);
      }
      const finding = judge(socket);
      found.isReachable = finding.status !== 'fail';
      return finding;
    } finally {
      socket.destroy();
    }
  },
};

function plain(host: string): Finding {
  return isLoopback(host)
    ? ok(say('plain HTTP to this machine, as for an emulator', '到本机的明文 HTTP，模拟器即如此'))
    : warn(
        say(`plain HTTP to ${host}`, `到 ${host} 的明文 HTTP`),
        say(
          'Numbers and codes can be read on the way: write https:// into SMS_ENDPOINT.',
          '号码和验证码会在途中泄露：请在 SMS_ENDPOINT 中使用 https://。',
        ),
      );
}

function judge(socket: TLSSocket): Finding {
  const certificate = socket.getPeerCertificate(false);
  const signer = signerOf(certificate.issuer);
  // Typed as an Error, and a code as text.
  const reason: unknown = socket.authorizationError;
  if (!socket.authorized) {
    return distrust(String(reason instanceof Error ? reason.message : reason), signer);
  }
  const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
  const extra = process.env['NODE_EXTRA_CA_CERTS'] ? ' (NODE_EXTRA_CA_CERTS)' : '';
  return ok(
    say(
      `${socket.getProtocol() ?? 'TLS'}, certificate signed by ${signer}${extra}, good for ${days} days`,
      `${socket.getProtocol() ?? 'TLS'}，证书由 ${signer} 签发${extra}，${days} 天后到期`,
    ),
  );
}

function distrust(code: string, signer: string): Finding {
  const seen = say(
    `the certificate is signed by ${signer} and not trusted here (${code})`,
    `证书由 ${signer} 签发，本机不信任（${code}）`,
  );
  return fail(seen, adviceFor(code));
}

function adviceFor(code: string): CliText {
  if (code.startsWith('CERT_HAS_EXPIRED') || code.startsWith('CERT_NOT_YET_VALID')) {
    return say(
      'The certificate is out of date, or the clock of this machine is wrong: see the clock below.',
      '证书不在有效期内，或本机时钟不准：见下面的时钟检查。',
    );
  }
  if (code.startsWith('ERR_TLS_CERT_ALTNAME_INVALID')) {
    return say(
      'It belongs to another host: check SMS_ENDPOINT, and what is between here and Tencent.',
      '证书属于其他主机：请检查 SMS_ENDPOINT 以及中间的网络设备。',
    );
  }
  return say(
    'If your company signs what passes, give its authority: NODE_EXTRA_CA_CERTS=/path/ca.pem, or the option ca. If not, the connection is intercepted.',
    '若公司网络会重签证书，请提供其 CA：NODE_EXTRA_CA_CERTS=/path/ca.pem 或选项 ca；否则流量可能被窃听。',
  );
}

function signerOf(issuer: Partial<Certificate> | undefined): string {
  const name = issuer?.O ?? issuer?.CN ?? '?';
  return `"${toOneLine(String(name))}"`;
}

function toFailure(
  { hostname, port }: { hostname: string; port: number },
  { code = 'UNKNOWN' }: NodeJS.ErrnoException,
): Finding {
  const isNoTls = code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code.startsWith('ERR_SSL_PACKET');
  if (isNoTls) {
    return fail(
      say(`what answers at ${hostname}:${port} speaks no TLS`, `${hostname}:${port} 不支持 TLS`),
      say(
        'If it is meant to be plain, write http:// into SMS_ENDPOINT.',
        '若确为明文，请在 SMS_ENDPOINT 中写 http://。',
      ),
    );
  }
  const address = isIP(hostname) === 0 ? hostname : `address ${hostname}`;
  return fail(
    say(
      `no connection to ${address}, port ${port} (${code})`,
      `无法连接 ${hostname} 的 ${port} 端口（${code}）`,
    ),
    say(
      'Check SMS_ENDPOINT, firewalls, and whether this machine needs a proxy (HTTPS_PROXY).',
      '请检查 SMS_ENDPOINT、防火墙，以及本机是否需要代理（HTTPS_PROXY）。',
    ),
  );
}
