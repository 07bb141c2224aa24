import { describe, expect, it } from '@jest/globals';
import { readsAsOptOut } from '../../lib/api/opt-out.js';
import { isOptOut } from '../../lib/emulator/records/opt-outs.js';

const MARKETING = '今日特价，拒收请回复R';
const NOTICE = '您的订单已发货。';

describe('a reply', () => {
  it.each([
    'T',
    'td',
    'N',
    'QX',
    '0000',
    '退订',
    ' 退订\n',
    'Ｔ',
    '０000',
    'T退订',
    't 退订',
    'TD退订',
    'N退订',
    'Ｔ　退订',
  ])('of %j opts out, for callbacks as for the emulator', (text) => {
    expect([readsAsOptOut(text), isOptOut(text, undefined), isOptOut(text, NOTICE)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    '',
    '退',
    '不退订',
    'TT',
    '退订吗',
    '00000',
    '已退订',
    'R退订',
    'RR',
    '好',
    'QX退订',
    '0000退订',
    'T退订退订',
  ])('of %j opts out nowhere', (text) => {
    expect([readsAsOptOut(text), isOptOut(text, undefined), isOptOut(text, MARKETING)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it.each(['R', 'r', ' Ｒ '])('of %j opts out unless the text is known not to offer it', (text) => {
    expect([readsAsOptOut(text), isOptOut(text, MARKETING)]).toEqual([true, true]);
    expect([isOptOut(text, NOTICE), isOptOut(text, undefined)]).toEqual([false, false]);
  });
});
