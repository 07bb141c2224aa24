import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { say } from '../../language.js';
import { fail, ok } from '../finding.js';
import type { DoctorCheck } from '../check.js';
import type { Finding } from '../finding.js';
import type { Examination } from '../examination.js';

/** Whether the host that connections go to has an address. */
export const dns: DoctorCheck = {
  name: 'dns',
  title: say('DNS', 'DNS'),
  timeoutMs: 5000,
  async run(examination) {
    const host = hostOf(examination);
    if (isIP(host) !== 0) {
      return ok(say(`${host} is an address`, `${host} 是 IP 地址`));
    }
    try {
      const addresses = await lookup(host, { all: true });
      const list = addresses.map(({ address }) => address).join(', ');
      return ok(say(`${host}: ${list}`, `${host}：${list}`));
    } catch (error) {
      examination.found.isReachable = false;
      return unresolved(host, String((error as NodeJS.ErrnoException).code));
    }
  },
};

/** Behind a proxy it is the proxy that resolves the endpoint. */
function hostOf(examination: Examination): string {
  let host = examination.endpoint.hostname;
  try {
    host = examination.proxy()?.hostname ?? host;
  } catch {
    // The next check tells what is wrong with the proxy.
  }
  return host.replace(/^\[(.*)\]$/, '$1');
}

function unresolved(host: string, code: string): Finding {
  return fail(
    say(`${host} could not be resolved (${code})`, `无法解析 ${host}（${code}）`),
    say(
      'Check SMS_ENDPOINT, the resolver of this machine, and whether it needs a proxy (HTTPS_PROXY).',
      '请检查 SMS_ENDPOINT、本机的 DNS，以及是否需要代理（HTTPS_PROXY）。',
    ),
  );
}
