// The members of the twenty actions, from the types in lib/api.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './package.mjs';

const WORDS = {
  en: {
    title: 'Members',
    intro: `Requests and answers as the types have them; what each member means stands in [Tencent's
documentation](https://cloud.tencent.com/document/api/382/52077), and in your editor. \`[]\` is a list.`,
    request: 'Request',
    response: 'Answer',
    columns: ['Member', 'Required', 'Type'],
    yes: 'yes',
    no: 'no',
    page: "Tencent's page",
    nothing: 'Without members.',
  },
  zh: {
    title: '字段',
    intro: `请求和应答的字段，与类型一致；各字段的含义见[腾讯云的接口文档](https://cloud.tencent.com/document/api/382/52077)，在编辑器中也能看到。\`[]\` 表示列表。`,
    request: '请求',
    response: '应答',
    columns: ['字段', '必填', '类型'],
    yes: '是',
    no: '否',
    page: '腾讯云文档',
    nothing: '没有字段。',
  },
};
const MARK = '<!-- Below: made by `npm run docs:pages` from the types in lib/api. -->';

const sources = readdirSync(join(root, 'lib/api'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => {
    const text = readFileSync(join(root, 'lib/api', file), 'utf8');
    return ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  });
const interfaces = new Map(
  sources.flatMap((source) =>
    source.statements
      .filter((statement) => ts.isInterfaceDeclaration(statement))
      .map((statement) => [statement.name.text, statement]),
  ),
);

/** A page of actions with the members of each below the mark. */
export function withMembers(page, language) {
  const words = WORDS[language];
  const [written] = page.split(MARK);
  const actions = interfaces.get('SmsActionMap').members.map((member) => member.name.getText());
  return [
    `${written.trimEnd()}\n\n${MARK}`,
    `## ${words.title}`,
    words.intro,
    ...actions.map((action) => section(action, words)),
    '',
  ].join('\n\n');
}

function section(action, words) {
  const request = interfaces.get(`${action}Request`);
  const link = seeOf(request);
  return [
    `### \`${action}\``,
    ...(link === undefined ? [] : [`[${words.page}](${link})`]),
    `${words.request}`,
    table(rowsOf(request, ''), words),
    `${words.response}`,
    table(rowsOf(interfaces.get(`${action}Response`), ''), words),
  ].join('\n\n');
}

function table(rows, words) {
  if (rows.length === 0) {
    return words.nothing;
  }
  return [
    `| ${words.columns.join(' | ')} |`,
    '| --- | --- | --- |',
    ...rows.map(
      ({ name, isOptional, type }) =>
        `| \`${name}\` | ${isOptional ? words.no : words.yes} | ${type === '' ? '' : `\`${type.replaceAll('|', String.raw`\|`)}\``} |`,
    ),
  ].join('\n');
}

/** The members of an interface, those of its own members below them. */
function rowsOf(declaration, prefix) {
  return declaration.members.flatMap((member) => {
    const isOptional = member.questionToken !== undefined;
    const type = member.type
      .getText()
      .replace(/^readonly /, '')
      .replaceAll(/\s+/g, ' ');
    const [, item, list = ''] = /^(\w+)(\[\])?$/.exec(type) ?? [];
    const name = `${prefix}${member.name.getText()}`;
    const inner = interfaces.get(item);
    return inner === undefined
      ? [{ name, isOptional, type: typeText(type) }]
      : [{ name: `${name}${list}`, isOptional, type: '' }, ...rowsOf(inner, `${name}${list}.`)];
  });
}

/** A type by its name alone as what it stands for. */
function typeText(type) {
  for (const source of sources) {
    const alias = source.statements.find(
      (statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === type,
    );
    if (alias !== undefined) {
      return alias.type.getText().replaceAll(/\s+/g, ' ').replace(/^\| /, '');
    }
  }
  return type;
}

function seeOf(declaration) {
  const text = ts
    .getJSDocTags(declaration)
    .filter(({ tagName }) => tagName.text === 'see')
    .map((tag) => tag.getText())
    .join(' ');
  return /https:\/\/cloud\.tencent\.com\/document\/\S+/.exec(text)?.[0];
}
