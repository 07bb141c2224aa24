import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Post, StreamableFile, UseGuards } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { SmsService, SmsValidationError, parsePhone } from 'nestjs-tencentcloud-sms';
import type { SmsSendEach, SmsSendRow } from 'nestjs-tencentcloud-sms';
import * as v from 'valibot';
import { Texts } from '../deliveries/texts.js';
import { SchemaException, SchemaPipe, inBoth } from '../schema.pipe.js';
import { Opening } from '../sms-templates.js';
import { AddressGuard } from '../throttling/address.guard.js';
import { PhoneThrottle } from '../throttling/phone-throttle.js';

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

/** A phone of a campaign: the number that limits go by, or what is no number as it was given. */
interface Recipient {
  readonly to: string;
  readonly isNumber: boolean;
}

/** Texts many people the same, and tells how far it is while it goes. */
@Controller('campaign')
export class CampaignController {
  constructor(
    private readonly sms: SmsService,
    private readonly throttle: PhoneThrottle,
    private readonly texts: Texts,
  ) {}

  /**
   * Answers with server-sent events: `progress` now and then, `summary` at the end. What arrives is
   * counted under its `id`. Phones that got a text within the last minute are `skipped`.
   */
  @Post()
  @HttpCode(200)
  @UseGuards(AddressGuard)
  @Throttle({ default: { limit: 5 } })
  async start(
    @Body(new SchemaPipe(CampaignBody)) { phones }: v.InferOutput<typeof CampaignBody>,
  ): Promise<StreamableFile> {
    const recipients = await readRecipients(phones);
    return new StreamableFile(Readable.from(this.run(recipients)), { type: 'text/event-stream' });
  }

  /** Sends while it is read: a client that goes away ends the campaign. */
  private async *run(recipients: readonly Recipient[]): AsyncGenerator<string> {
    const { throttle, texts } = this;
    const id = randomUUID();
    let skipped = 0;
    const run = this.sms.sendEach(Opening, rows());
    yield* report(run, texts, { id, total: recipients.length, skipped: () => skipped });

    async function* rows(): AsyncGenerator<SmsSendRow<typeof Opening>> {
      for (const { to, isNumber } of recipients) {
        // oxlint-disable-next-line no-await-in-loop -- each just before its text
        if (isNumber && (await throttle.take(to)) > 0) {
          skipped += 1;
        } else {
          // Every text is followed, of however many: the page lists the last ones.
          yield { to, params, ref: id, track: true };
        }
      }
    }
  }
}

async function* report(
  run: SmsSendEach,
  texts: Texts,
  campaign: { readonly id: string; readonly total: number; readonly skipped: () => number },
): AsyncGenerator<string> {
  const { id, total, skipped } = campaign;
  let outcomes = 0;
  const progress = (): string => {
    const { accepted, rejected, unknown } = run.summary();
    const counts = { accepted, rejected, unknown, skipped: skipped() };
    const done = outcomes + counts.skipped;
    return toEvent('progress', { id, done, total, ...counts });
  };
  for await (const outcome of run) {
    outcomes += 1;
    texts.follow(outcome);
    if (outcomes % ROWS_PER_PROGRESS === 0) {
      yield progress();
    }
  }
  if (outcomes % ROWS_PER_PROGRESS > 0 || outcomes === 0) {
    yield progress();
  }
  yield toEvent('summary', { ...run.summary(), skipped: skipped() });
}

/**
 * Each phone once, however its number is written.
 *
 * @throws SchemaException when some are not of the mainland: texts abroad cost several times as much.
 */
async function readRecipients(phones: readonly string[]): Promise<Recipient[]> {
  const recipients = new Map<string, Recipient>();
  let abroad = 0;
  for (const phone of new Set(phones)) {
    // oxlint-disable-next-line no-await-in-loop -- nothing is waited for but the numbering plans, once
    const { to, isNumber, isAbroad } = await readRecipient(phone);
    abroad += isAbroad ? 1 : 0;
    recipients.set(to, { to, isNumber });
  }
  if (abroad > 0) {
    throw new SchemaException([
      {
        field: 'phones',
        en: `expected numbers of the Chinese mainland (+86) only, but ${abroad} of these are not`,
        zh: `仅支持中国内地手机号（+86），其中 ${abroad} 个不是`,
      },
    ]);
  }
  return [...recipients.values()];
}

async function readRecipient(phone: string): Promise<Recipient & { readonly isAbroad: boolean }> {
  try {
    const { e164, market } = await parsePhone(phone);
    return { to: e164, isNumber: true, isAbroad: market !== 'mainland' };
  } catch (error) {
    if (error instanceof SmsValidationError) {
      // The send rejects it, which counts it.
      return { to: phone, isNumber: false, isAbroad: false };
    }
    throw error;
  }
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
