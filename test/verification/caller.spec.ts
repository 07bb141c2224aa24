import { describe, expect, it } from '@jest/globals';
import { readCaller } from '../../lib/verification/caller.js';

describe('a caller', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['user-17', 'user-17'],
    ['100.128.0.1', '100.128.0.1'],
    ['172.32.0.1', '172.32.0.1'],
  ])('with %s is counted as %s', (given, name) => {
    expect(readCaller(given)).toEqual({ kind: 'counted', name });
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    '::ffff:127.0.0.1',
    'fe80::1%eth0',
    'fd00::1',
  ])('with %s is not counted: many share it', (given) => {
    expect(readCaller(given)).toEqual({ kind: 'private' });
  });

  it.each([undefined, '', '  '])('given as %p is none', (given) => {
    expect(readCaller(given)).toEqual({ kind: 'none' });
  });
});
