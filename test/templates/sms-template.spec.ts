import { describe, expect, it } from '@jest/globals';
import { SmsValidationError, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsTemplateKind } from 'nestjs-tencentcloud-sms';

function faultsOf(more: { id?: unknown; kind?: unknown; text?: unknown }): readonly string[] {
  const definition = { id: '449739', kind: 'notification', text: '您好{1}。', ...more };
  try {
    smsTemplate(definition as { id: string; kind: SmsTemplateKind; text: string });
  } catch (error) {
    if (error instanceof SmsValidationError) {
      return error.issues.map(({ message }) => message);
    }
    throw error;
  }
  return [];
}

describe('a template', () => {
  it('lists its placeholders by their numbers, wherever they stand in the text', () => {
    const template = smsTemplate({
      id: '449739',
      kind: 'verification',
      text: '{minutes:2}分钟内有效的验证码：{code:1}',
    });
    expect(template).toMatchObject({
      id: '449739',
      kind: 'verification',
      text: '{minutes:2}分钟内有效的验证码：{code:1}',
      placeholders: ['code', 'minutes'],
    });
  });

  it('may have the id new before it is submitted, and can be previewed then', () => {
    const template = smsTemplate({ id: 'new', kind: 'notification', text: '您好{name:1}。' });
    expect(template.id).toBe('new');
    expect(template.preview({ name: '王' }).text).toContain('您好王。');
    expect(faultsOf({ id: 'New' })).toEqual(['id must be the id of a template: digits, as text.']);
  });

  it('is frozen, its list of placeholders too', () => {
    const template = smsTemplate({ id: '1', kind: 'notification', text: '您好{1}。' });
    expect(Object.isFrozen(template)).toBe(true);
    expect(Object.isFrozen(template.placeholders)).toBe(true);
  });

  it.each([
    ['欢迎加入。', []],
    ['您好{1}。', ['1']],
    ['{1}您好，您的{2}', ['1', '2']],
    ['{1}:{2}', ['1', '2']],
    ['您好{验证码:1}。', ['验证码']],
    ['您好{$a_1:1}。', ['$a_1']],
    ['您好{constructor:1}。', ['constructor']],
    [
      '{1}a{2}a{3}a{4}a{5}a{6}a{7}a{8}a{9}a{10}a{11}',
      ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'],
    ],
  ])('takes %j', (text: string, placeholders: string[]) => {
    expect(smsTemplate({ id: '1', kind: 'notification', text }).placeholders).toEqual(placeholders);
  });

  it.each([
    [{ id: '' }, /^id must be the id of a template/],
    [{ id: ' 449739' }, /^id must be/],
    [{ id: 'SMS_449739' }, /^id must be/],
    [{ id: '４４９' }, /^id must be/],
    [{ id: 449_739 }, /^id must be .* as text/],
    [{ kind: 'advert' }, /^kind must be verification, notification or marketing/],
    [{ kind: undefined }, /^kind must be/],
    [{ text: '' }, /^text must be the text/],
    [{ text: ' \n' }, /^text must be the text/],
    [{ text: 5 }, /^text must be the text/],
    [{ text: '您好{2}。' }, /from 1 without gaps/],
    [{ text: '您好{1}，{3}。' }, /from 1 without gaps/],
    [{ text: '您好{a:1}，{b:3}。' }, /from 1 without gaps/],
    [{ text: '您好{9007199254740993}。' }, /from 1 without gaps/],
    [{ text: '您好{0}。' }, /belongs to no placeholder/],
    [{ text: '您好{01}。' }, /belongs to no placeholder/],
    [{ text: '您好{code}。' }, /belongs to no placeholder/],
    [{ text: '您好{code:}。' }, /belongs to no placeholder/],
    [{ text: '您好{ 1 }。' }, /belongs to no placeholder/],
    [{ text: '您好{1' }, /belongs to no placeholder/],
    [{ text: '您好1}' }, /belongs to no placeholder/],
    [{ text: '您好{{1}}' }, /belongs to no placeholder/],
    [{ text: '您好｛1｝' }, /belongs to no placeholder/],
    [{ text: '您好{1}，{1}。' }, /the number 1 in several/],
    [{ text: '您好{a:1}，{b:1}。' }, /the number 1 in several/],
    [{ text: '您好{a:1}，{a:2}。' }, /one name to several/],
    [{ text: '您好{a:1}，{2}。' }, /name all of its placeholders or none/],
    [{ text: '您好{:1}。' }, /name is no identifier/],
    [{ text: '您好{1:1}。' }, /name is no identifier/],
    [{ text: '您好{my code:1}。' }, /name is no identifier/],
    [{ text: '您好{my-code:1}。' }, /name is no identifier/],
    [{ text: '您好{__proto__:1}。' }, /name is no identifier/],
    [{ text: '【腾讯云】您好{1}。' }, /without its signature/],
    [{ text: '您好{1}。】' }, /without its signature/],
    [{ text: '{1}' }, /placeholders only/],
    [{ text: '{code:1} {minutes:2}' }, /placeholders only/],
    [{ text: '您好{1}{2}。' }, /between two placeholders/],
    [{ text: '您好{a:1}{b:2}。' }, /between two placeholders/],
  ])('refuses %j', (more, sentence) => {
    expect(faultsOf(more)).toEqual([expect.stringMatching(sentence)]);
  });

  it('refuses one placeholder in two places: one value or two would be a guess', () => {
    expect(faultsOf({ text: '您好{a:1}，{a:1}。' })).toContainEqual(
      expect.stringMatching(/the number 1 in several/),
    );
  });

  it('names all faults at once', () => {
    expect(faultsOf({ id: 'x', kind: 'advert', text: '【腾讯云】{1}{3}' })).toHaveLength(5);
  });
});
