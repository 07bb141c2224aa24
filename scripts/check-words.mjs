// Words that the code, the titles of tests and the documents do without: a metaphor that only the
// project knows, or a person where the subject is a component.
//
//   node scripts/check-words.mjs
import { readFileSync, readdirSync } from 'node:fs';
import ts from 'typescript';

const WORDS =
  /\b(?:house|houses|rooms?|floors?|stairs|upstairs|downstairs|doors?|annex|roof|garden|no(?: one|body)|some(?:one|body)|any(?:one|body)|every(?:one|body)|(?:who|whom|what|which)soever|whoever|whomever)\b/gi;
/** Of the Chinese documents. */
const CHINESE = /屋顶|附楼|楼层|房间|[楼层]梯/g;
/** Words of the language, and of addresses in examples. */
const ALLOWED = /\b[Mm]ath\.floor\b|\b[\w.+-]+@[\w-]+\.[\w.-]+/g;

const found = [
  ...files('lib', /\.(?:ts|js|mjs|css|html)$/).flatMap(checkFile),
  ...['test', 'bench', 'sample-app']
    .flatMap((folder) => files(folder, /\.(?:ts|cts|mts|js|cjs|mjs)$/))
    .flatMap(checkCommentsAndTitles),
  ...['.', 'docs', 'bench', 'test'].flatMap((folder) => files(folder, /\.md$/)).flatMap(checkFile),
];
for (const line of found) {
  console.error(line);
}
if (found.length > 0) {
  console.error(
    `${found.length} words to replace: name the component that acts, or the part that is meant.`,
  );
  process.exitCode = 1;
}

function files(folder, name) {
  return readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' })
    .map((file) => `${folder}/${file}`.replaceAll('\\', '/').replace(/^\.\//, ''))
    .filter((file) => name.test(file) && !/node_modules|^docs\/api\/|^CHANGELOG/.test(file))
    .toSorted();
}

function checkFile(file) {
  return check(file, readFileSync(file, 'utf8'));
}

function check(file, text, firstLine = 1) {
  return text.split('\n').flatMap((line, index) => {
    // `frontDoor`, `front-door` and `FRONT_DOOR` hold the word as well.
    const plain = line
      .replace(ALLOWED, '')
      .replace(/([a-z])(?=[A-Z])/g, '$1 ')
      .replaceAll('_', ' ');
    const words = [...plain.matchAll(WORDS), ...plain.matchAll(CHINESE)].map(([word]) => word);
    return words.length === 0
      ? []
      : [`${file}:${firstLine + index}: ${words.join(', ')}: ${line.trim().slice(0, 120)}`];
  });
}

/** Comments, and what stands in a CI list: the first argument of describe and it, and table rows. */
function checkCommentsAndTitles(file) {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const lines = [];
  const add = (start, end) => {
    const { line } = source.getLineAndCharacterOfPosition(start);
    lines.push(...check(file, text.slice(start, end), line + 1));
  };
  const addTitle = (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      add(node.getStart(source), node.end);
    } else if (ts.isArrayLiteralExpression(node)) {
      // Other members of a row are data.
      node.elements.forEach(addTitle);
    }
  };
  const visit = (node) => {
    if (
      ts.isCallExpression(node) &&
      /^(?:describe|describeInBrowser|it|test)\b/.test(node.expression.getText(source))
    ) {
      node.arguments.forEach(addTitle);
    }
    if (ts.isToken(node)) {
      const comments = ts.getLeadingCommentRanges(text, node.pos) ?? [];
      comments.push(...(ts.getTrailingCommentRanges(text, node.end) ?? []));
      comments.forEach(({ pos, end }) => add(pos, end));
    }
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return [...new Set(lines)];
}
