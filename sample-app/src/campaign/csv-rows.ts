import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { InfoRecord } from 'csv-parse';
import type { SchemaException } from '../schema.pipe.js';
import { fileFault, readText } from './csv-text.js';
import type { CsvEncoding } from './csv-text.js';

/** A row of a file. */
export interface CsvRow {
  /** Where it ends in the file, from 1. */
  readonly line: number;
  readonly phone: string;
  /** What the text says for this row. */
  readonly shop: string;
  /** The file's own label of the row. */
  readonly ref: string | undefined;
}

/** What the columns are called, where it is none of the usual names. */
export interface ColumnNames {
  readonly phone?: string | undefined;
  readonly shop?: string | undefined;
}

/** Names of columns that are found without being told. */
const USUAL_NAMES = {
  phone: ['phone', 'mobile', 'tel', '手机号', '手机号码', '手机', '电话', '号码'],
  shop: ['shop', 'store', '店名', '门店', '店铺'],
  ref: ['ref', 'id', '编号'],
} as const;
const DELIMITERS = [',', ';', '\t'];
/** In a longer row a quote was not closed. */
const MOST_CHARACTERS = 10_000;
const LONGEST_REF = 100;
const HEADER_CHARACTERS = 2_000;

/**
 * Reads the rows of a file, one after the other.
 *
 * @throws SchemaException that names line and column of what can't be read.
 */
export async function* readRows(
  path: string,
  encoding: CsvEncoding,
  names: ColumnNames,
): AsyncGenerator<CsvRow> {
  const seen: Seen = { header: undefined, line: 0 };
  let places: Places | undefined;
  let columns = 0;
  try {
    for await (const { record, line } of readRecords(path, encoding, seen)) {
      if (places === undefined) {
        const header = record.map((cell) => cell.trim());
        places = findColumns(header, names, line);
        columns = header.length;
        continue;
      }
      const extra = record.slice(columns).some((cell) => cell.trim() !== '');
      if (extra || record.length < columns) {
        throw fileFault(
          `line ${line}: ${record.length} columns, where the header has ${columns}`,
          `第 ${line} 行：有 ${record.length} 列，而表头有 ${columns} 列`,
        );
      }
      const ref = places.ref === undefined ? undefined : (record[places.ref] ?? '').trim();
      if ((ref?.length ?? 0) > LONGEST_REF) {
        throw fileFault(
          `line ${line}, column of labels: longer than ${LONGEST_REF} characters`,
          `第 ${line} 行编号列：超过 ${LONGEST_REF} 个字符`,
        );
      }
      yield {
        line,
        phone: (record[places.phone] ?? '').trim(),
        shop: (record[places.shop] ?? '').trim(),
        ref,
      };
    }
  } catch (error) {
    throw error instanceof CsvError ? toFault(error, seen) : error;
  }
  if (seen.header === undefined) {
    throw fileFault('it is empty', '文件是空的');
  }
}

/** What was parsed until now: records that wait for their reader are lost with an error. */
interface Seen {
  header: readonly string[] | undefined;
  /** Where the newest record ends. */
  line: number;
}

interface Places {
  readonly phone: number;
  readonly shop: number;
  readonly ref: number | undefined;
}

interface Parsed {
  readonly record: readonly string[];
  readonly line: number;
}

async function* readRecords(
  path: string,
  encoding: CsvEncoding,
  seen: Seen,
): AsyncGenerator<Parsed> {
  const text = readText(path, encoding);
  const pieces: string[] = [];
  for (let size = 0; size < HEADER_CHARACTERS; size += pieces.at(-1)?.length ?? 0) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    const piece = await text.next();
    if (piece.done === true) {
      break;
    }
    pieces.push(piece.value);
  }
  const onRecord = (record: readonly string[], { lines }: InfoRecord): Parsed => {
    seen.header ??= record.map((cell) => cell.trim());
    seen.line = lines;
    return { record, line: lines };
  };
  const parser = parse({
    delimiter: findDelimiter(pieces.join('')),
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_records_with_empty_values: true,
    relax_column_count: true,
    max_record_size: MOST_CHARACTERS,
    // The types know records of the same form only.
    on_record: onRecord as never,
  });
  const source = Readable.from(joined(pieces, text));
  // What the source throws ends the parser, which hands it on.
  source.on('error', (error) => parser.destroy(error));
  try {
    yield* source.pipe(parser) as AsyncIterable<Parsed>;
  } finally {
    source.destroy();
  }
}

async function* joined(
  pieces: readonly string[],
  rest: AsyncIterable<string>,
): AsyncGenerator<string> {
  yield* pieces.filter((piece) => piece !== '');
  yield* rest;
}

/** The one that the header has most of. */
function findDelimiter(text: string): string {
  const header = /^[\r\n]*(.*)/.exec(text.replaceAll(/"[^"]*"/g, ''))?.[1] ?? '';
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** @throws SchemaException */
function findColumns(header: readonly string[], names: ColumnNames, line: number): Places {
  if (header.some((cell) => /^\+?\d[\d -]{5,}$/.test(cell))) {
    throw fileFault(
      `line ${line} is no header: expected names of columns, such as phone,shop`,
      `第 ${line} 行不是表头：请以列名开头，例如“手机号,店名”`,
    );
  }
  return {
    phone: findColumn(header, 'phone', names.phone),
    shop: findColumn(header, 'shop', names.shop),
    ref: findPlace(header, USUAL_NAMES.ref),
  };
}

function findColumn(
  header: readonly string[],
  column: 'phone' | 'shop',
  name: string | undefined,
): number {
  const wanted = name === undefined ? USUAL_NAMES[column] : [name];
  const place = findPlace(header, wanted);
  if (place === undefined) {
    // What is no name may be a number.
    const found = header
      .join(', ')
      .slice(0, 200)
      .replaceAll(/\d{7,}/g, '****');
    const usual = wanted.join(', ');
    const [en, zh] = column === 'phone' ? ['phones', '手机号'] : ['shops', '店名'];
    throw fileFault(
      `line 1 has no column of ${en} (${usual}); its columns: ${found}`,
      `第 1 行没有${zh}列（${usual}），现有的列：${found}`,
    );
  }
  return place;
}

/** @throws SchemaException when it is there twice. */
function findPlace(header: readonly string[], names: readonly string[]): number | undefined {
  const wanted = new Set(names.map((name) => name.trim().toLowerCase()));
  const places = header.flatMap((cell, place) => (wanted.has(cell.toLowerCase()) ? [place] : []));
  const [first, second] = places;
  if (first !== undefined && second !== undefined) {
    const both = `${header[first]}, ${header[second]}`;
    throw fileFault(
      `line 1: two columns for the same (${both})`,
      `第 1 行：同一内容有两列（${both}）`,
    );
  }
  return first;
}

function toFault({ code, column, lines }: CsvError, seen: Seen): SchemaException {
  const line = Number(lines);
  const last = seen.line;
  const name = seen.header?.[Number(column)] ?? String(Number(column) + 1);
  if (code === 'CSV_QUOTE_NOT_CLOSED') {
    return fileFault(
      `line ${last + 1}, column ${name}: a quote opens and is not closed`,
      `第 ${last + 1} 行“${name}”列：引号没有结束`,
    );
  }
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return fileFault(
      `line ${last + 1}, column ${name}: longer than ${MOST_CHARACTERS} characters, or a quote opens and is not closed`,
      `第 ${last + 1} 行“${name}”列：超过 ${MOST_CHARACTERS} 个字符，或引号没有结束`,
    );
  }
  return fileFault(
    `line ${line}, column ${name}: a quote where none may be; a cell with quotes stands in quotes, and each of its own is doubled`,
    `第 ${line} 行“${name}”列：引号位置不对；含引号的单元格须用引号括起，其中的引号写两次`,
  );
}
