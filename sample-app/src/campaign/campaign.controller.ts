import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import {
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  Sse,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import type { MessageEvent } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { firstValueFrom, map } from 'rxjs';
import type { Observable } from 'rxjs';
import * as v from 'valibot';
import { EmbeddedEmulator } from '../development/embedded-emulator.js';
import { SchemaPipe, inBoth } from '../schema.pipe.js';
import { AddressGuard } from '../throttling/address.guard.js';
import { CampaignFiles } from './campaign-files.js';
import { Campaigns } from './campaigns.js';
import type { Campaign, CampaignProgress } from './campaigns.js';
import { fileFault } from './csv-text.js';
import { createExampleFile } from './example-file.js';
import { toResultsCsv } from './results-csv.js';

const Name = v.pipe(
  v.string(),
  v.normalize('NFC'),
  v.regex(
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,63}$/u,
    inBoth(
      'expected 1 to 64 letters, digits, dots, hyphens or underscores',
      '请使用 1 到 64 个文字、数字、点、连字符或下划线',
    ),
  ),
);
const NameParam = v.object({ name: Name });
const column = v.optional(
  v.pipe(
    v.string(inBoth('expected the name of a column', '请填写列名')),
    v.maxLength(200, inBoth('expected at most 200 characters', '最多 200 个字符')),
    v.transform((text) => (text.trim() === '' ? undefined : text.trim())),
  ),
);
const ColumnsQuery = v.object({ phone: column, shop: column });
/** Forms and JSON are read by the framework, so that nothing of them is left. */
const READ_ELSEWHERE = /json|urlencoded|multipart/i;

type Named = v.InferOutput<typeof NameParam>;

/**
 * Texts the rows of a CSV file. A real app has a guard of its own in front of this: an upload
 * spends money.
 */
@Controller()
export class CampaignController {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly files: CampaignFiles,
    private readonly emulator: EmbeddedEmulator,
  ) {}

  /** Whether campaigns run in this process or on the queue. */
  @Get('campaigns')
  about(): { mode: Campaigns['mode']; hasExample: boolean } {
    return { mode: this.campaigns.mode, hasExample: this.emulator.controls !== undefined };
  }

  /** A file to try it with: where texts reach no phone. */
  @Get('campaign-example.csv')
  example(): StreamableFile {
    if (this.emulator.controls === undefined) {
      throw new NotFoundException();
    }
    return new StreamableFile(Buffer.from(createExampleFile()), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="campaign-example.csv"',
    });
  }

  /**
   * Begins a campaign: the body is the file. With the name of an earlier one nothing is sent again; on the
   * queue, one whose instance died goes on.
   */
  @Put('campaigns/:name')
  @HttpCode(200)
  @UseGuards(AddressGuard)
  @Throttle({ default: { limit: 5 } })
  async create(
    @Param(new SchemaPipe(NameParam)) { name }: Named,
    @Query(new SchemaPipe(ColumnsQuery)) columns: v.InferOutput<typeof ColumnsQuery>,
    @Req() upload: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<{ name: string; state: 'new' | 'known'; rows: number; encoding: string }> {
    const { 'content-type': type = '', 'content-length': length } = upload.headers;
    if (READ_ELSEWHERE.test(type)) {
      throw fileFault(
        'expected the file itself as the body, with the type text/csv',
        '请直接以文件作为请求体，类型为 text/csv',
        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
      );
    }
    const announced = length === undefined ? undefined : Number(length);
    const file = await this.files.take(upload, announced, columns).catch((error: unknown) => {
      // The rest of a file that is refused is not waited for.
      response.setHeader('Connection', 'close');
      throw error;
    });
    const state = await this.campaigns.create(name, file);
    return { name, state, rows: file.rows, encoding: file.encoding };
  }

  @Get('campaigns/:name')
  async progress(@Param(new SchemaPipe(NameParam)) { name }: Named): Promise<CampaignProgress> {
    const { progress$ } = await this.find(name);
    return firstValueFrom(progress$);
  }

  /** Server-sent events: how far it is, until its end. */
  @Sse('campaigns/:name/live')
  async live(
    @Param(new SchemaPipe(NameParam)) { name }: Named,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Observable<MessageEvent>> {
    const { progress$ } = await this.find(name);
    // As for deliveries: a browser would ask again over the same connection.
    response.once('finish', () => response.req.socket.end());
    return progress$.pipe(map((data) => ({ data })));
  }

  @Post('campaigns/:name/pause')
  @HttpCode(204)
  async pause(@Param(new SchemaPipe(NameParam)) { name }: Named): Promise<void> {
    await (await this.find(name)).pause();
  }

  @Post('campaigns/:name/resume')
  @HttpCode(204)
  async resume(@Param(new SchemaPipe(NameParam)) { name }: Named): Promise<void> {
    await (await this.find(name)).resume();
  }

  @Post('campaigns/:name/cancel')
  @HttpCode(204)
  async cancel(@Param(new SchemaPipe(NameParam)) { name }: Named): Promise<void> {
    await (await this.find(name)).cancel();
  }

  /** What became of each row, as a file. */
  @Get('campaigns/:name/results')
  async results(@Param(new SchemaPipe(NameParam)) { name }: Named): Promise<StreamableFile> {
    const campaign = await this.find(name);
    return new StreamableFile(Readable.from(toResultsCsv(campaign.results())), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="results.csv"; filename*=UTF-8''${encodeURIComponent(`${name}-results.csv`)}`,
    });
  }

  private async find(name: string): Promise<Campaign> {
    const campaign = await this.campaigns.open(name);
    if (campaign === undefined) {
      throw new NotFoundException();
    }
    return campaign;
  }
}
