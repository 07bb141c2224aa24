import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Post, StreamableFile } from '@nestjs/common';
import { SmsService } from 'nestjs-tencentcloud-sms';
import type { SmsSendEach } from 'nestjs-tencentcloud-sms';
import * as v from 'valibot';
import { SchemaPipe, inBoth } from '../schema.pipe.js';
import { Opening } from '../sms-templates.js';

const EXPECTED = inBoth(
  'expected a list of phone numbers, or CSV with a number in the first column',
  '请给出手机号列表，或第一列为手机号的 CSV',
);
const CampaignBody = v.pipe(
  v.union(
    [
      v.object({ phones: v.pipe(v.array(v.string()), v.nonEmpty()) }),
      v.pipe(
        v.string(),
        v.transform((csv) => ({ phones: readFirstColumn(csv) })),
        v.object({ phones: v.pipe(v.array(v.string()), v.nonEmpty()) }),
      ),
    ],
    EXPECTED,
  ),
);

const params = { shop: '云上小店' };
const ROWS_PER_PROGRESS = 200;

/** Texts many people the same, and tells how far it is while it goes. */
@Controller('campaign')
export class CampaignController {
  constructor(private readonly sms: SmsService) {}

  /**
   * Answers with server-sent events: `progress` now and then, `summary` at the end. The serial numbers
   * of what was accepted since the last one come back in the delivery reports.
   */
  @Post()
  @HttpCode(200)
  start(
    @Body(new SchemaPipe(CampaignBody)) { phones }: v.InferOutput<typeof CampaignBody>,
  ): StreamableFile {
    // A stream finds repeated numbers within 200 rows and a minute only; a list at hand is made unique at once.
    const rows = [...new Set(phones)].map((to) => ({ to, params }));
    const run = this.sms.sendEach(Opening, rows);
    return new StreamableFile(Readable.from(report(run, rows.length)), {
      type: 'text/event-stream',
    });
  }
}

/** Sends while it is read: a client that goes away ends the campaign. */
async function* report(run: SmsSendEach, total: number): AsyncGenerator<string> {
  let done = 0;
  let serialNos: string[] = [];
  for await (const outcome of run) {
    done += 1;
    if (outcome.status === 'accepted') {
      serialNos.push(outcome.serialNo);
    }
    if (done % ROWS_PER_PROGRESS === 0 || done === total) {
      const { accepted, rejected, unknown } = run.summary();
      yield toEvent('progress', { done, total, accepted, rejected, unknown, serialNos });
      serialNos = [];
    }
  }
  yield toEvent('summary', run.summary());
}

function toEvent(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** One number a line; a line without any digit is a heading. */
function readFirstColumn(csv: string): string[] {
  return csv
    .split(/\r?\n/)
    .map(
      (line) =>
        line
          .split(/[,;\t]/, 1)[0]
          ?.replaceAll('"', '')
          .trim() ?? '',
    )
    .filter((cell) => /\d/.test(cell));
}
