import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HttpStatus, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { SmsValidationError, parsePhone } from 'nestjs-tencentcloud-sms';
import { maskPhone } from '../mask-phone.js';
import { SchemaException } from '../schema.pipe.js';
import { readRows } from './csv-rows.js';
import type { ColumnNames, CsvRow } from './csv-rows.js';
import { fileFault, findEncoding } from './csv-text.js';
import type { CsvEncoding } from './csv-text.js';

/** A file that was uploaded and found to be good. */
export interface CampaignFile {
  readonly path: string;
  readonly encoding: CsvEncoding;
  readonly names: ColumnNames;
  /** Rows below the header. */
  readonly rows: number;
}

const MEGABYTE = 1_000_000;
const MOST_MEGABYTES = 50;

/**
 * Keeps uploaded files as long as they are read: on the disk of this instance, since a file may be larger
 * than memory, and never longer than the app runs.
 */
@Injectable()
export class CampaignFiles implements OnApplicationShutdown {
  /** Where they are, once there is one. */
  folder: Promise<string> | undefined;

  /**
   * Takes a file and reads all of it once, so that a file with a fault in its last line sends nothing.
   *
   * @param announced its size in bytes, where the client said so
   * @throws SchemaException that names what is wrong, where.
   */
  async take(
    upload: Readable,
    announced: number | undefined,
    names: ColumnNames,
  ): Promise<CampaignFile> {
    if ((announced ?? 0) > MOST_MEGABYTES * MEGABYTE) {
      throw TOO_LARGE();
    }
    this.folder ??= mkdtemp(join(tmpdir(), 'sample-app-'));
    const path = join(await this.folder, randomUUID());
    try {
      await save(upload, path);
      const encoding = await findEncoding(path);
      return { path, encoding, names, rows: await checkRows(path, encoding, names) };
    } catch (error) {
      await remove(path);
      throw error;
    }
  }

  /** The rows of a file, the same each time. */
  read({ path, encoding, names }: CampaignFile): AsyncGenerator<CsvRow> {
    return readRows(path, encoding, names);
  }

  /** Forgets a file; doing it again is fine. */
  async drop({ path }: CampaignFile): Promise<void> {
    await remove(path);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.folder !== undefined) {
      await remove(await this.folder);
    }
  }
}

const TOO_LARGE = (): Error =>
  fileFault(
    `it is larger than ${MOST_MEGABYTES} MB`,
    `文件超过 ${MOST_MEGABYTES} MB`,
    HttpStatus.PAYLOAD_TOO_LARGE,
  );

async function save(upload: Readable, path: string): Promise<void> {
  try {
    await pipeline(upload, limit(), createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    throw upload.readableAborted && !(error instanceof SchemaException)
      ? fileFault('the upload ended early', '上传中断')
      : error;
  }
}

function limit(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > MOST_MEGABYTES * MEGABYTE ? TOO_LARGE() : null, chunk);
    },
  });
}

/** Counts the rows. What is no number at all is let through: its send is rejected, and counted. */
async function checkRows(path: string, encoding: CsvEncoding, names: ColumnNames): Promise<number> {
  let rows = 0;
  for await (const { line, phone } of readRows(path, encoding, names)) {
    rows += 1;
    if (/^\d+(?:\.\d+)?e\+?\d+$/i.test(phone)) {
      throw fileFault(
        `line ${line}, column of phones: ${phone} was shortened by a spreadsheet; format the column as text`,
        `第 ${line} 行手机号列：${phone} 被表格软件改成了科学计数法，请将该列设为文本格式`,
      );
    }
    // Texts abroad cost several times as much, and are what strangers would have the app send.
    const abroad = await readAbroad(phone);
    if (abroad !== undefined) {
      throw fileFault(
        `line ${line}, column of phones: expected a number of the Chinese mainland (+86), not ${maskPhone(abroad)}`,
        `第 ${line} 行手机号列：仅支持中国内地手机号（+86），而不是 ${maskPhone(abroad)}`,
      );
    }
  }
  if (rows === 0) {
    throw fileFault('it has a header and no rows', '文件只有表头，没有数据');
  }
  return rows;
}

async function readAbroad(phone: string): Promise<string | undefined> {
  try {
    const { e164, market } = await parsePhone(phone);
    return market === 'mainland' ? undefined : e164;
  } catch (error) {
    if (error instanceof SmsValidationError) {
      return undefined;
    }
    throw error;
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
