import { describe, expect, it } from '@jest/globals';
import { chooseProxy } from '../../lib/http/choose-proxy.js';
import type { ProxyEnvironment } from '../../lib/http/choose-proxy.js';

const API = { protocol: 'https:', hostname: 'sms.tencentcloudapi.com', port: 443 };
const EMULATOR = { protocol: 'http:', hostname: '127.0.0.1', port: 9000 };

function hostFor(target: typeof API, env: ProxyEnvironment): string | undefined {
  return chooseProxy(target, undefined, env)?.hostname;
}

describe('the choice of a proxy', () => {
  it.each<[string, ProxyEnvironment, string | undefined, string | undefined]>([
    ['nothing set', {}, undefined, undefined],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://s:1' }, 's', undefined],
    ['https_proxy', { https_proxy: 'http://s:1' }, 's', undefined],
    ['HTTP_PROXY alone', { HTTP_PROXY: 'http://p:1' }, 'p', 'p'],
    ['http_proxy alone', { http_proxy: 'http://p:1' }, 'p', 'p'],
    ['one of each', { HTTPS_PROXY: 'http://s:1', http_proxy: 'http://p:1' }, 's', 'p'],
    ['both cases', { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' }, 'low', undefined],
    ['an empty lower case', { https_proxy: '', HTTPS_PROXY: 'http://up:1' }, 'up', undefined],
    ['an empty one', { HTTPS_PROXY: '', HTTP_PROXY: ' ' }, undefined, undefined],
    ['no scheme', { HTTPS_PROXY: 's:3128' }, 's', undefined],
  ])('goes by the environment with %s', (_name, env, api, emulator) => {
    expect([hostFor(API, env), hostFor(EMULATOR, env)]).toEqual([api, emulator]);
  });

  it.each([
    ['*', true],
    ['sms.tencentcloudapi.com', true],
    ['SMS.TencentCloudAPI.com', true],
    ['tencentcloudapi.com', true],
    ['.tencentcloudapi.com', true],
    ['*.tencentcloudapi.com', true],
    ['sms.tencentcloudapi.com:443', true],
    ['sms.tencentcloudapi.com:8443', false],
    ['localhost, ,tencentcloudapi.com', true],
    ['localhost tencentcloudapi.com', true],
    ['cloudapi.com', false],
    ['sms.tencentcloudapi.com.cn', false],
    ['localhost', false],
    ['', false],
  ])('with NO_PROXY "%s" goes past it: %s', (list, past) => {
    const env = { HTTPS_PROXY: 'http://s:1', NO_PROXY: list };
    expect(hostFor(API, env)).toBe(past ? undefined : 's');
  });

  it.each([
    ['127.0.0.1', '127.0.0.0/8', true],
    ['127.0.0.1', '127.0.0.1:9000', true],
    ['127.0.0.1', '127.0.0.1:9001', false],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.0.0.0/99', false],
    ['[::1]', '::1', true],
    ['[::1]', '[::1]:9000', true],
    ['fd00::1', 'fd00::/8', true],
  ])('reaches %s past the proxy with NO_PROXY "%s": %s', (hostname, list, past) => {
    const env = { http_proxy: 'http://p:1', NO_PROXY: list };
    expect(hostFor({ ...EMULATOR, hostname }, env)).toBe(past ? undefined : 'p');
  });

  it('lets the lower case of NO_PROXY win, unless it is empty', () => {
    const env = { HTTPS_PROXY: 'http://s:1', NO_PROXY: '*' };
    expect(hostFor(API, { ...env, no_proxy: 'localhost' })).toBe('s');
    expect(hostFor(API, { ...env, no_proxy: '' })).toBeUndefined();
  });

  it('takes the option whatever the environment says, and none for false', () => {
    const env = { HTTPS_PROXY: 'http://s:1', NO_PROXY: '*' };
    expect(chooseProxy(API, 'https://own', env)).toEqual({
      secure: true,
      hostname: 'own',
      port: 443,
      authorization: undefined,
    });
    expect(chooseProxy(API, false, { HTTPS_PROXY: 'http://s:1' })).toBeUndefined();
  });

  it.each([
    ['user:password', 'user:password'],
    ['us%40er:p%3Aa%2Fss%25', 'us@er:p:a/ss%'],
    ['user', 'user:'],
    [':password', ':password'],
    ['u:%E4%BD%A0', 'u:你'],
    ['u:100%', 'u:100%'],
  ])('shows the credentials of %s', (userinfo, plain) => {
    const { authorization = '' } = chooseProxy(API, `http://${userinfo}@p:1`, {}) ?? {};
    expect(Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()).toBe(plain);
  });

  it('names the variable that is unusable, and not its value', () => {
    const env = { HTTPS_PROXY: 'socks5://user:canary@p:1' };
    expect(() => chooseProxy(API, undefined, env)).toThrow(
      'No connection: HTTPS_PROXY is not the URL of an http or https proxy.',
    );
  });
});
