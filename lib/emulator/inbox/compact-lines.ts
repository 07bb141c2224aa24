/** After these neither JavaScript nor CSS needs the line break. */
const NO_BREAK = /(?:^|[{}([,;:=]|=>)$/;

/**
 * Leaves out what only a reader of the source needs, in JavaScript or CSS as Prettier lays it out:
 * indentation, empty lines, line breaks after punctuation, and comments that have lines of their own. All other text stays as it is.
 *
 * @throws Error for a template literal over several lines, in which white space counts, and for a
 * comment at the end of a line.
 */
export function compactLines(source: string): string {
  return linesOf(source).reduce((text, line) => {
    if (line.split('`').length % 2 === 0 || line.includes(' // ')) {
      throw new Error(`A line that can't be compacted: ${line}`);
    }
    return NO_BREAK.test(text) ? text + line : `${text}\n${line}`;
  }, '');
}

/**
 * {@link compactLines} for JavaScript, without blanks around punctuation outside of strings, on lines where
 * there can be no template, regular expression or comment. Signs stay apart, since `+ +` is not `++`.
 */
export function compactScript(source: string): string {
  const lines = source
    .split('\n')
    .map((line) => (/[`/]/.test(line) ? line : line.split(STRING).map(compactCode).join('')));
  return compactLines(lines.join('\n'));
}

const STRING = /('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/;

/** Every second part is a string. */
function compactCode(part: string, index: number): string {
  return index % 2 === 1 ? part : part.replaceAll(/ *([=<>!&|?:,;{}()[\]]+) +/g, '$1');
}

/** {@link compactLines} for CSS, without the blanks and semicolons that mean nothing there. */
export function compactStyles(source: string): string {
  return compactLines(source)
    .replaceAll(
      /(?<=[{;])(?!--)([a-z-]+): ([^;{}]*)/g,
      (_, name: string, value: string) => `${name}:${value.replaceAll(', ', ',')}`,
    )
    .replaceAll(/ ([{>]) ?/g, '$1')
    .replaceAll(';}', '}');
}

function linesOf(source: string): string[] {
  let isComment = false;
  return source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => {
      const begins = line.startsWith('/*');
      // Code may follow a comment on its line, such as one with the type of an expression.
      const isCode = begins && line.includes('*/') && !line.endsWith('*/');
      const isKept = isCode || !(isComment || begins || line === '' || line.startsWith('//'));
      isComment = (isComment || begins) && !line.includes('*/');
      return isKept;
    });
}
