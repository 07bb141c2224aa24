import { describe, expect, it } from '@jest/globals';
import { UndiciTransport } from 'nestjs-tencentcloud-sms';
import { createSmsTestKit } from 'nestjs-tencentcloud-sms/testing';
import { isPaced } from '../../lib/client/unpaced.js';

describe('what Tencent’s rates mean nothing to', () => {
  it.each([
    'http://localhost:9753',
    'http://LOCALHOST',
    'http://sms.localhost',
    'http://localhost.',
    'http://127.0.0.1:9753',
    'http://127.8.9.10',
    'http://127.1',
    'http://0x7f000001',
    'http://[::1]:9753',
    'http://[::ffff:127.0.0.1]',
  ])('is the endpoint %s', (endpoint) => {
    expect(isPaced(new URL(endpoint).hostname, new UndiciTransport())).toBe(false);
  });

  it.each([
    'https://sms.tencentcloudapi.com',
    'https://localhost.example.com',
    'https://notlocalhost',
    'https://127.0.0.1.example.com',
    'https://128.0.0.1',
    'https://10.127.0.1',
    'http://[::2]',
    'http://[2001:db8::7f00:1]',
  ])('is not the endpoint %s', (endpoint) => {
    expect(isPaced(new URL(endpoint).hostname, new UndiciTransport())).toBe(true);
  });

  it('is the transport of the testing kit, whatever the endpoint is', async () => {
    const kit = await createSmsTestKit();
    expect(isPaced('sms.tencentcloudapi.com', kit.transport)).toBe(false);
    kit.close();
  });
});
