// What the linter has no rule for: pure modules ask neither for the time nor for the environment, and
// no file exports everything or has a #private member, which fails behind a proxy.
//
//   node scripts/check-habits.mjs
import { readFileSync, readdirSync } from 'node:fs';
import ts from 'typescript';

const PURE = /^lib\/(?:api|time|signing|privacy|errors|recipients|templates)\//;

const paths = readdirSync('lib', { recursive: true, encoding: 'utf8' });
const found = paths
  .filter((path) => path.endsWith('.ts'))
  .flatMap((path) => {
    const file = `lib/${path.replaceAll('\\', '/')}`;
    const source = ts.createSourceFile(
      file,
      readFileSync(file, 'utf8'),
      ts.ScriptTarget.ES2023,
      true,
    );
    const lines = [];
    const visit = (node) => {
      const habit = habitOf(node);
      if (habit !== undefined && (PURE.test(file) || !habit.onlyPure)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        lines.push(`${file}:${line + 1}: ${habit.problem}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return lines;
  });
for (const line of found) {
  console.error(line);
}
process.exitCode = found.length === 0 ? 0 : 1;

function habitOf(node) {
  if (ts.isPrivateIdentifier(node)) {
    return { problem: 'write "private": a #private member fails behind a proxy.' };
  }
  if (
    ts.isExportDeclaration(node) &&
    (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause))
  ) {
    return { problem: 'name what is exported.' };
  }
  if (asksForTime(node)) {
    return { problem: 'take the time as an argument, or a Clock.', onlyPure: true };
  }
  return isMember(node, 'process', 'env')
    ? { problem: 'take the environment as an argument.', onlyPure: true }
    : undefined;
}

function asksForTime(node) {
  return (
    (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length) ||
    (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) ||
    isMember(node, 'Date', 'now') ||
    isMember(node, 'performance', 'now')
  );
}

function isMember(node, object, name) {
  return (
    ts.isPropertyAccessExpression(node) &&
    isNamed(node.expression, object) &&
    node.name.text === name
  );
}

function isNamed(node, name) {
  return ts.isIdentifier(node) && node.text === name;
}
