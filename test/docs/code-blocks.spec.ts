import { beforeAll, describe, expect, it } from '@jest/globals';
import { cellsOf, parsePage, readPages } from './page.js';
import type { Page } from './page.js';
import { countChecked, typeErrors } from './type-check.js';

/** A page with one mistake of each kind. */
const MISTAKEN = parsePage(
  'docs/mistaken.md',
  `# Mistaken

\`\`\`ts
// login-code.ts
import { smsTemplate } from 'nestjs-tencentcloud-sms';

export const LoginCode = smsTemplate({ id: '1', kind: 'verification', text: '{code:1}' });
\`\`\`

<!-- given
import type { SmsService } from 'nestjs-tencentcloud-sms';
declare const sms: SmsService;
declare const other: SmsServic;
-->

\`\`\`ts
import { LoginCode } from './login-code.js';

await sms.send(LoginCode, { to: '+8613711112222', params: { code: '042137' } });
await sms.sendd(LoginCode, { to: '+8613711112222', params: { code: '042137' } });
await sms.send(LoginCode, { to: '+8613711112222', params: { cod: '042137' } });
\`\`\`

\`\`\`ts
import { SmsModul } from 'nestjs-tencentcloud-sms';

const open = (;
\`\`\`

\`\`\`js
import { instrumentSms } from 'nestjs-tencentcloud-sms/otel';
import { NodeSDK } from '@opentelemetry/sdk-node';

instrumentSms({ tracer: NodeSDK });
\`\`\`
`,
);

/** A page that compiles when the table of options names every option, and nothing else. */
function optionsPage(pages: readonly Page[]): Page {
  const rows = pages
    .filter(({ path }) => path === 'docs/configuration.md')
    .flatMap(({ sections }) => sections.flatMap(({ tables }) => tables))
    .find(([heading = '']) => heading.startsWith('| Option '));
  const named = (rows ?? []).flatMap((row) => cellsOf(row)[0]?.match(/(?<=`)\w+(?=`)/g) ?? []);
  const options = 'keyof (SmsModuleOptions & SmsModuleExtras)';
  return parsePage(
    'docs/options.md',
    `\`\`\`ts
import type { SmsModuleExtras, SmsModuleOptions } from 'nestjs-tencentcloud-sms';

export const named: Record<${options}, null> = { ${named.map((name) => `${name}: null`).join(', ')} };
\`\`\`
`,
  );
}

const isOf = (path: string) => (error: string) => error.startsWith(`${path}:`);

describe('the documentation', () => {
  let pages: Page[];
  let errors: string[];

  beforeAll(() => {
    pages = readPages();
    // One program for all, since reading the package and Nest takes most of the time.
    errors = typeErrors([...pages, optionsPage(pages), MISTAKEN]);
  });

  it('has code blocks that compile against the package, in every page of both languages', () => {
    expect(errors.filter((error) => pages.some(({ path }) => isOf(path)(error)))).toEqual([]);
  });

  it('names every option of the module in its table of options, and nothing else', () => {
    expect(errors.filter(isOf('docs/options.md'))).toEqual([]);
  });

  it('has code blocks that reach the compiler', () => {
    expect(pages.reduce((sum, page) => sum + countChecked(page), 0)).toBeGreaterThan(40);
  });

  it('finds a wrong member, parameter, import or option and bad syntax, at the line of the page', () => {
    const found = errors
      .filter(isOf(MISTAKEN.path))
      .map((error) => error.split(' ').slice(0, 2).join(' '));
    expect(found).toEqual([
      'docs/mistaken.md:13 TS2552',
      'docs/mistaken.md:20 TS2551',
      'docs/mistaken.md:21 TS2561',
      'docs/mistaken.md:27 TS1109',
      'docs/mistaken.md:25 TS2724',
      'docs/mistaken.md:34 TS2353',
    ]);
  });

  it('may have no code block in a language that the compiler would pass over', () => {
    const page = parsePage('docs/odd.md', '```typescript\nexport {};\n```\n');
    expect(() => typeErrors([page])).toThrow('docs/odd.md:1 "typescript" is no language');
  });
});
