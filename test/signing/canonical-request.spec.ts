import { describe, expect, it } from '@jest/globals';
import { buildCanonicalRequest, sha256Hex } from '../../lib/signing/canonical-request.js';

describe('buildCanonicalRequest', () => {
  it('leaves an empty line between the headers and their names, and none at the end', () => {
    expect(
      buildCanonicalRequest({
        method: 'GET',
        queryString: 'Limit=1',
        headers: [
          ['content-type', ' application/json '],
          ['host', 'sms.tencentcloudapi.com'],
        ],
        body: '',
      }).split('\n'),
    ).toStrictEqual([
      'GET',
      '/',
      'Limit=1',
      'content-type:application/json',
      'host:sms.tencentcloudapi.com',
      '',
      'content-type;host',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ]);
  });
});

describe('sha256Hex', () => {
  it('hashes text as UTF-8', () => {
    expect(sha256Hex('示例签名')).toBe(sha256Hex(new TextEncoder().encode('示例签名')));
  });

  it('gives 64 lower-case digits', () => {
    expect(sha256Hex('{}')).toBe(
      '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    );
  });
});
