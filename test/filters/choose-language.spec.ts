import { expect, it } from '@jest/globals';
import { chooseLanguage } from '../../lib/filters/choose-language.js';

it.each([
  ['zh', 'zh'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['ZH-hans-CN', 'zh'],
  ['fr, zh;q=0.2', 'zh'],
  ['en;q=0.3, zh;q=0.4', 'zh'],
  ['en-GB, zh', 'en'],
  ['zh;q=0.5, en-US', 'en'],
  ['zh;q=0', 'en'],
  ['zh;q=often', 'en'],
  ['zh;q=0.5, *', 'en'],
  ['fr', 'en'],
  ['zhu', 'en'],
  ['', 'en'],
  [';;,=', 'en'],
  [undefined, 'en'],
  [['zh'], 'en'],
])('answers %j in %s', (header, language) => {
  expect(chooseLanguage(header)).toBe(language);
});
