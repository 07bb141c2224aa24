import { describe, expect, it } from '@jest/globals';
import { containsUrl } from '../../lib/templates/contains-url.js';

describe('a value with a URL', () => {
  it.each([
    'https://example.com',
    'http://t.cn/abc',
    'HTTP://T.CN',
    'ftp://10.0.0.1',
    'myapp://open',
    'www.example.com',
    'www.lizi.example',
    'example.com',
    'EXAMPLE.COM',
    'm.example.com.cn',
    't.cn',
    't.cn/abc',
    'T.CN/abc',
    'dwz.cn/A1b2C3',
    'url.cn?x=1',
    'u.nu/abc',
    'bit.ly/3xYz',
    'youtu.be/abc',
    'goo.gl/maps/x',
    'my-shop.top',
    '163.com',
    'example.com:8080',
    'shop.example:8080/a',
    'xn--fiqs8s.xyz',
    '请访问t.cn/abc查看',
    '请访问example.com查看',
    '（t.cn）',
    '官网：example.com。',
    '1.2.3.4/abc',
    '10.0.0.1:8080/login',
    'ｔ．ｃｎ／ａｂｃ',
    'https：//t.cn',
  ])('is found in %j', (value) => {
    expect(containsUrl(value)).toBe(true);
  });

  it.each([
    '',
    '042137',
    '3.5',
    '3.50元',
    '24.5km/h',
    '1.5kg/包',
    '1/2',
    '2026.11.03',
    '2026/11/03 10:30',
    '10:30',
    'v1.2',
    'v1.2.3',
    'v1.2/v1.3',
    '1.2.3.4',
    '10.0.0.0/8',
    '192.168.1.1:3306',
    'J.Smith',
    'J.R.R.Tolkien',
    'A.B.Chen',
    'Dr.Li',
    'Dr.Li/Dr.Wu',
    'Mr.Cn',
    'St.Louis',
    'Co.Ltd',
    'Co.,Ltd.',
    'Xiao.Wang',
    'wang.li',
    '阿依古丽.买买提',
    '阿依古丽·买买提',
    'U.S.A.',
    'a.m.',
    '9 a.m./5 p.m.',
    'e.g.',
    'i.e.',
    'etc.',
    'Node.js',
    'readme.md',
    'invoice.pdf',
    'No.7',
    'No.A12/34',
    'SF.1234567',
    'bob@example.com',
    'bob.li@mail.example.cn',
    'Hello.World',
    'end.Next',
    'comms.commit',
    'A栋.3室',
    'wwwhat',
    'com',
    '.com',
    'cn.',
    'AC/DC',
    '买/卖',
  ])('is not seen in %j', (value) => {
    expect(containsUrl(value)).toBe(false);
  });

  it('is looked for in no time, however a long value is made', () => {
    const started = performance.now();
    for (const part of ['a', 'a.', 'a-', '1.', '1.1.1.1:', 'www', 'a.b/', 'aa.-']) {
      containsUrl(part.repeat(500 / part.length));
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
