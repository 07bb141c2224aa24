import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { SchemaException } from '../schema.pipe.js';

/** How the text of a file is written down; Excel in China saves CSV in GB18030. */
export type CsvEncoding = 'utf-8' | 'utf-16le' | 'gb18030';

const LOOKED_AT = 4_096;
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');
const UTF_16 = Buffer.from([0xff, 0xfe]);

/**
 * Finds out how a file is written down: UTF-8 where all of it is, otherwise GB18030.
 *
 * @throws SchemaException when it is no text.
 */
export async function findEncoding(path: string): Promise<CsvEncoding> {
  const start = await readStart(path);
  if (start.subarray(0, ZIP.length).equals(ZIP)) {
    throw fileFault(
      'this is a workbook: save it as CSV first',
      '这是 Excel 工作簿，请先另存为 CSV 文件',
    );
  }
  if (start.subarray(0, UTF_16.length).equals(UTF_16)) {
    return 'utf-16le';
  }
  if (start.includes(0)) {
    throw NO_TEXT();
  }
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    // oxlint-disable-next-line no-await-in-loop -- the second is for what is not the first
    if (await isAll(path, encoding)) {
      return encoding;
    }
  }
  throw NO_TEXT();
}

/** The text of a file, without its byte order mark. */
export async function* readText(path: string, encoding: CsvEncoding): AsyncGenerator<string> {
  // Without a byte that fits it throws, rather than putting a question mark into a text.
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder.decode();
}

/** What is wrong with a file, in both languages. */
export function fileFault(en: string, zh: string, status?: number): SchemaException {
  return new SchemaException([{ field: 'file', en, zh }], status);
}

const NO_TEXT = (): SchemaException =>
  fileFault('this is no text: expected CSV', '这不是文本文件，请上传 CSV 文件');

async function isAll(path: string, encoding: CsvEncoding): Promise<boolean> {
  try {
    for await (const text of readText(path, encoding)) {
      if (text.includes('\0')) {
        return false;
      }
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      return false;
    }
    throw error;
  }
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
