import { resolve } from 'node:path';
import ts from 'typescript';
import type { CodeBlock, Page } from './page.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** The extension that the compiler gets for each language of code blocks; none for what it does not check. */
const EXTENSIONS = new Map([
  ['ts', '.ts'],
  ['js', '.mjs'],
  ['sh', undefined],
  ['ini', undefined],
  ['json', undefined],
  ['', undefined],
]);

/**
 * Packages that pages import although nothing here installs them: what comes from them is unchecked,
 * everything else in the block is checked.
 */
const NOT_INSTALLED = new Set(['@nestjs/event-emitter', '@opentelemetry/sdk-node', 'csv-parse']);

/**
 * Checks every TypeScript and JavaScript block of the pages, as modules of one program, with the
 * compiler options of this repository and against the package by its name.
 *
 * A block is a file: blocks of one page import each other by the name in their first line
 * (`// login-code.ts`).
 *
 * @returns a line for each error, such as `docs/health.md:17 TS2339 Property …`.
 * @throws Error for a block in a language that is not listed here, which would go unchecked.
 */
export function typeErrors(pages: readonly Page[]): string[] {
  const blocks = pages.flatMap((page) => toFiles(page));
  const texts = new Map(blocks);
  if (texts.size < blocks.length) {
    throw new Error('Two code blocks of one page have the same file name.');
  }
  const options = readersOptions();
  const program = ts.createProgram([...texts.keys()], options, hostWith(texts, options));
  return [...texts.keys()]
    .map((file) => program.getSourceFile(file))
    .flatMap((source) => [
      program.getSyntacticDiagnostics(source),
      program.getSemanticDiagnostics(source),
    ])
    .flat()
    .filter((diagnostic) => !isNotInstalled(diagnostic))
    .map((diagnostic) => toLine(diagnostic));
}

/** How many blocks of a page the compiler sees. */
export function countChecked({ blocks }: Page): number {
  return blocks.filter(({ language }) => EXTENSIONS.get(language) !== undefined).length;
}

function toFiles({ path, blocks }: Page): [file: string, text: string][] {
  return blocks.flatMap((block): [string, string][] => {
    if (!EXTENSIONS.has(block.language)) {
      throw new Error(
        `${path}:${block.line - 1} "${block.language}" is no language of code blocks.`,
      );
    }
    const extension = EXTENSIONS.get(block.language);
    if (extension === undefined) {
      return [];
    }
    const [, name = `line-${block.line}${extension}`] =
      /^\/\/ ([\w./-]+\.m?[jt]s)\b/.exec(block.code) ?? [];
    // The page's own path is a folder of the files in it, beside which node_modules are found.
    return [[resolve(ROOT, path, name), atItsLines(block)]];
  });
}

/** The block with empty lines before it, so that the compiler counts lines as the page does. */
function atItsLines({ code, line, given, givenLine }: CodeBlock): string {
  if (given === '') {
    return '\n'.repeat(line - 1) + code;
  }
  const above = '\n'.repeat(givenLine - 1) + given;
  return above + '\n'.repeat(line - above.split('\n').length) + code;
}

/** The options of this repository, but for a rule of style that readers do not have. */
function readersOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  ) as { config: unknown };
  return {
    ...ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options,
    noPropertyAccessFromIndexSignature: false,
    allowJs: true,
    checkJs: true,
  };
}

function hostWith(
  texts: ReadonlyMap<string, string>,
  options: ts.CompilerOptions,
): ts.CompilerHost {
  const disk = ts.createCompilerHost(options);
  return {
    ...disk,
    // Left out, so that the compiler looks for the files of a page without a folder on the disk.
    directoryExists: undefined,
    fileExists: (file) => texts.has(file) || disk.fileExists(file),
    readFile: (file) => texts.get(file) ?? disk.readFile(file),
    getSourceFile: (file, version, ...rest) => {
      const text = texts.get(file);
      return text === undefined
        ? disk.getSourceFile(file, version, ...rest)
        : ts.createSourceFile(file, text, version);
    },
  };
}

function isNotInstalled({ code, messageText }: ts.Diagnostic): boolean {
  const [, name = ''] = /'([^']+)'/.exec(ts.flattenDiagnosticMessageText(messageText, ' ')) ?? [];
  return code === 2307 && NOT_INSTALLED.has(name);
}

function toLine({ file, start = 0, code, messageText }: ts.Diagnostic): string {
  const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
  const page = (file?.fileName ?? '').slice(ROOT.length + 1).replace(/\.md\/.*$/, '.md');
  return `${page}:${line} TS${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
