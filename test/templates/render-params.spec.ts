import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SmsValidationError, smsTemplate } from 'nestjs-tencentcloud-sms';
import type { SmsRawTemplate, SmsTemplate } from 'nestjs-tencentcloud-sms';
import { renderParams } from '../../lib/templates/render-params.js';

const Code = smsTemplate({
  id: '449739',
  kind: 'verification',
  text: '{minutes:2}分钟内有效的验证码：{code:1}',
});
const Plain = smsTemplate({ id: '449740', kind: 'notification', text: '{1}您好，{2}已发货。' });
const Bare = smsTemplate({ id: '449741', kind: 'marketing', text: '全场八折，拒收请回复R' });
const Name = smsTemplate({ id: '449742', kind: 'notification', text: '{name:1}您好。' });

function faultsOf(
  template: unknown,
  params?: unknown,
): readonly { field: string; message: string }[] {
  try {
    renderParams(template as SmsTemplate | SmsRawTemplate, params);
  } catch (error) {
    if (error instanceof SmsValidationError) {
      return error.issues;
    }
    throw error;
  }
  return [];
}

describe('the values of a send', () => {
  it.each([
    [Code, { minutes: 5, code: '042137' }, ['042137', '5']],
    [Code, Object.assign(Object.create(null), { minutes: 5, code: '1' }), ['1', '5']],
    [Code, { minutes: 5, code: '1', name: undefined }, ['1', '5']],
    [Plain, ['李雷', 'A-17'], ['李雷', 'A-17']],
    [Plain, ['', ' '], ['', ' ']],
    [Bare, undefined, []],
    [Bare, [], []],
    [Bare, {}, []],
    [Name, { name: 0 }, ['0']],
    [Name, { name: -0 }, ['0']],
    [Name, { name: -3 }, ['-3']],
    [Name, { name: '-3.5' }, ['-3.5']],
    [Name, { name: String(0.1 + 0.2) }, ['0.30000000000000004']],
    [Name, { name: Number.MAX_SAFE_INTEGER }, ['9007199254740991']],
    [Name, { name: 'x'.repeat(2000) }, ['x'.repeat(2000)]],
  ])('go by the numbers of the placeholders (%#)', (template, params: unknown, values) => {
    expect(renderParams(template, params)).toEqual({ templateId: template.id, values });
  });

  it('come from a raw template in the order that it gives', () => {
    expect(renderParams({ templateId: '449739', params: ['666', 5] })).toEqual({
      templateId: '449739',
      values: ['666', '5'],
    });
    expect(renderParams({ templateId: '449739' })).toEqual({ templateId: '449739', values: [] });
  });

  const digits = /must be 1 to 6 digits/;
  const text = /must be a text, or a number/;
  it.each<[SmsTemplate | SmsRawTemplate, unknown, string, RegExp]>([
    [Code, { code: '1' }, 'params.minutes', /is missing/],
    [Code, { code: '1', minutes: undefined }, 'params.minutes', /is missing/],
    [Code, { code: '1', minutes: null }, 'params.minutes', text],
    [
      Code,
      { code: '1', minutes: '5', minuts: 5 },
      'params',
      /^params\.minuts is not in the text; it has code, minutes/,
    ],
    [Code, { code: '1', minutes: '5', '042137': 5 }, 'params', /^A key of params is not/],
    [Code, { code: '1', minutes: '5', x042137: 5 }, 'params', /^A key of params is not/],
    [Code, 'x', 'params', /must be an object or a list/],
    [Code, null, 'params', /must be an object or a list/],
    [Code, { code: '', minutes: 5 }, 'params.code', digits],
    [Code, { code: '1234567', minutes: 5 }, 'params.code', digits],
    [Code, { code: 'A42137', minutes: 5 }, 'params.code', digits],
    [Code, { code: ' 42137', minutes: 5 }, 'params.code', digits],
    [Code, { code: '42137\n', minutes: 5 }, 'params.code', digits],
    [Code, { code: '４２１３７', minutes: 5 }, 'params.code', digits],
    [Code, { code: '1', minutes: 2.5 }, 'params.minutes', digits],
    [Code, { code: '1', minutes: -5 }, 'params.minutes', digits],
    [Code, { code: 1_234_567, minutes: 5 }, 'params.code', digits],
    [Plain, ['李雷'], 'params', /must have 2 values, not 1/],
    [Plain, ['李雷', 'A', 'B'], 'params', /must have 2 values, not 3/],
    [Plain, ['李雷', undefined], 'params[1]', text],
    [Plain, { 1: '李雷', 2: 'A' }, 'params', /must be a list of 2 values/],
    [Bare, ['x'], 'params', /must have 0 values, not 1/],
    [Bare, { code: '1' }, 'params', /^params\.code is not in the text; it has no placeholders/],
    [Name, { name: Number.NaN }, 'params.name', text],
    [Name, { name: Number.POSITIVE_INFINITY }, 'params.name', text],
    [Name, { name: 2 ** 53 }, 'params.name', text],
    [Name, { name: 1e21 }, 'params.name', text],
    [Name, { name: 1e-7 }, 'params.name', text],
    [Name, { name: 0.1 }, 'params.name', /write 0\.3, or more than 15 digits, as text/],
    [Name, { name: 0.1 + 0.2 }, 'params.name', text],
    [Name, { name: -3.5 }, 'params.name', text],
    [Name, { name: -Infinity }, 'params.name', text],
    [Name, { name: -(2 ** 53) }, 'params.name', text],
    [{ templateId: '1', params: [1.5] }, undefined, 'params[0]', text],
    [Name, { name: true }, 'params.name', text],
    [Name, { name: 5n }, 'params.name', text],
    [Name, { name: ['x'] }, 'params.name', text],
    [Name, { name: new String('x') }, 'params.name', text],
    [Name, { name: 'x'.repeat(2001) }, 'params.name', /longer than the 2000 characters/],
    [Name, { name: '详见 t.cn/abc' }, 'params.name', /must not contain a URL/],
    [
      { templateId: '1', params: ['https://t.cn'] },
      undefined,
      'params[0]',
      /must not contain a URL/,
    ],
    [{ templateId: '1', params: [Number.NaN] }, undefined, 'params[0]', text],
    [
      { templateId: '1', params: { code: '1' } } as never,
      undefined,
      'params',
      /^params must be a list/,
    ],
    [{ templateId: 'SMS_1' }, undefined, 'templateId', /^templateId must be the id/],
    [{ templateId: '1', params: ['666'] }, ['666'], 'params', /give them once/],
  ])('are refused, by the name of the parameter (%#)', (template, params, field, sentence) => {
    expect(faultsOf(template, params)).toEqual([
      { field, message: expect.stringMatching(sentence) },
    ]);
  });

  it('need a list for the other form of placeholders', () => {
    expect(faultsOf(Code, ['042137', 5])[0]).toEqual({
      field: 'params',
      message: 'params must be an object with code, minutes.',
    });
  });

  it('are not taken from what every object inherits', () => {
    const Odd = smsTemplate({ id: '1', kind: 'notification', text: '您好{toString:1}。' });
    expect(faultsOf(Odd, {})).toEqual([
      { field: 'params.toString', message: 'params.toString is missing.' },
    ]);
  });

  it.each([undefined, null, '449739', {}, { id: '449739' }])(
    'are refused with %p for a template',
    (template) => {
      expect(faultsOf(template)).toEqual([
        { field: 'template', message: expect.stringMatching(/smsTemplate/) },
      ]);
    },
  );

  it('are refused with a list of everything that is wrong', () => {
    expect(faultsOf(Code, { code: 'x', minuts: 5 }).map(({ field }) => field)).toEqual([
      'params.minutes',
      'params',
      'params.code',
    ]);
  });

  it('are never shown by the error that refuses them', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^Q[A-Z\d]{6,12}$/), (secret) => {
        const told = [
          ...faultsOf(Code, { code: secret, minutes: secret }),
          ...faultsOf(Code, [secret, secret]),
          ...faultsOf(Name, { name: `http://${secret}` }),
          ...faultsOf({ templateId: secret, params: [`http://${secret}`] }),
        ];
        expect(told.length).toBeGreaterThan(5);
        expect(JSON.stringify(told)).not.toContain(secret);
      }),
    );
  });
});
