import { describe, expect, it } from '@jest/globals';
import { parseIni } from '../../lib/credentials/parse-ini.js';

function parsed(text: string): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...parseIni(text)].map(([name, settings]) => [name, Object.fromEntries(settings)]),
  );
}

describe('parseIni', () => {
  it.each([
    ['nothing', '', {}],
    [
      'a section',
      '[default]\nsecret_id = a\nsecret_key=b',
      { default: { secret_id: 'a', secret_key: 'b' } },
    ],
    [
      'CRLF and a byte order mark',
      '\uFEFF[default]\r\na=1\r\nb=2\r\n',
      { default: { a: '1', b: '2' } },
    ],
    ['old Mac line ends', '[default]\ra=1\rb=2', { default: { a: '1', b: '2' } }],
    [
      'comments',
      '; x=1\n[default] # main\n#a=1\n ;b=2\nc=3 ; mine\nd=4\t# mine',
      { default: { c: '3', d: '4' } },
    ],
    ['a comment as value', '[default]\na= ;none\nb=#none', { default: { a: '', b: '' } }],
    ['signs of comments inside a value', '[default]\na=1#2;3', { default: { a: '1#2;3' } }],
    [
      'quotes',
      `[default]\na="1 ; 2"\nb = '3' # x\nc=""\nd=it's`,
      { default: { a: '1 ; 2', b: '3', c: '', d: "it's" } },
    ],
    ['an equals sign in the value', '[default]\ntoken = ab==\n', { default: { token: 'ab==' } }],
    ['blanks anywhere', '  [ my profile ]  \n\n\t a \t = \t 1 \t ', { 'my profile': { a: '1' } }],
    ['names in any case', '[Default]\nSecret_ID=Aa', { Default: { secret_id: 'Aa' } }],
    ['the last of two', '[a]\nx=1\nx=2', { a: { x: '2' } }],
    ['a section in two parts', '[a]\nx=1\n[b]\n[a]\ny=2', { a: { x: '1', y: '2' }, b: {} }],
    ['what has no section', 'x=1\n[a]', { a: {} }],
    ['what is no setting', '[a]\nnonsense\n=1\n[\nb=1', { a: { b: '1' } }],
  ])('reads %s', (_, ini, expected) => {
    expect(parsed(ini)).toEqual(expected);
  });

  it('is not fooled by names that objects inherit', () => {
    const sections = parseIni('[__proto__]\nconstructor=1');
    expect(sections.get('__proto__')?.get('constructor')).toBe('1');
    expect(sections.get('toString')).toBeUndefined();
    expect(sections.get('__proto__')?.get('toString')).toBeUndefined();
  });
});
