import ts from 'typescript';

/** What the rules of the house need to know of one file. */
export interface Source {
  /** Path below `lib/`, with slashes, such as `http/transport.ts`. */
  path: string;
  /** Everything it imports, exports from or loads later, types included, as written. */
  imports: string[];
  /** Habits that some or all floors forbid. */
  found: Set<Habit>;
}

export type Habit = 'clock' | 'environment' | 'export *' | '#private';

/** Reads a file's text without running it; comments and strings do not count. */
export function readSource(path: string, text: string): Source {
  const source: Source = { path, imports: [], found: new Set() };
  const visit = (node: ts.Node): void => {
    const specifier = importedBy(node);
    if (specifier !== undefined) {
      source.imports.push(specifier);
    }
    const habit = habitOf(node);
    if (habit !== undefined) {
      source.found.add(habit);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023));
  return source;
}

function importedBy(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return textOf(node.moduleSpecifier);
  }
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
  }
  if (ts.isExternalModuleReference(node)) {
    return textOf(node.expression);
  }
  if (ts.isCallExpression(node)) {
    const { expression } = node;
    const loads =
      expression.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(expression) && expression.text === 'require');
    return loads ? textOf(node.arguments[0]) : undefined;
  }
  return undefined;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function habitOf(node: ts.Node): Habit | undefined {
  if (ts.isPrivateIdentifier(node)) {
    return '#private';
  }
  if (ts.isExportDeclaration(node)) {
    const everything = node.exportClause === undefined || ts.isNamespaceExport(node.exportClause);
    return everything ? 'export *' : undefined;
  }
  if (ts.isNewExpression(node)) {
    return isNamed(node.expression, 'Date') && (node.arguments ?? []).length === 0
      ? 'clock'
      : undefined;
  }
  if (ts.isCallExpression(node)) {
    return isNamed(node.expression, 'Date') ? 'clock' : undefined;
  }
  if (ts.isPropertyAccessExpression(node)) {
    if (isNamed(node.expression, 'process') && node.name.text === 'env') {
      return 'environment';
    }
    const now = isNamed(node.expression, 'Date') || isNamed(node.expression, 'performance');
    return now && node.name.text === 'now' ? 'clock' : undefined;
  }
  return undefined;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}
