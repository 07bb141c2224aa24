import { printOf } from '../../delivery/settling/text-print.js';
import type { SmsDeliveryStore, SmsDeliveryText } from '../../delivery/store/delivery.store.js';
import { CAMPAIGN_CHUNK_ROWS } from '../../guard/campaign.store.js';
import type { SmsCampaignRequest, SmsCampaignRowEnd } from '../../guard/campaign.store.js';
import type { PublicPart } from '../job-data.js';
import type { QueueContext } from '../queue-context.js';
import { toRequestRef } from './campaign-data.js';
import type { CampaignDefinition, ChunkRow, ChunkRows } from './campaign-data.js';
import { toKnownEnd } from './row-ends.js';

interface OpenRow {
  /** Its place in the campaign. */
  readonly number: number;
  readonly row: ChunkRow;
  readonly part: PublicPart;
  readonly values: readonly string[];
}

/** Rows of a request whose outcome is open. */
export class OpenRows {
  constructor(private readonly context: QueueContext) {}

  /**
   * What delivery knows of them: of a request whose process died after its answer nothing is told again,
   * since its sender knew. What it does not know it is given to look for.
   *
   * @throws what the store of deliveries throws: no row may end as unknown that is not looked for.
   */
  async findEnds(
    request: Omit<SmsCampaignRequest, 'token'>,
    campaign: string,
    definition: CampaignDefinition,
    { rows, texts }: ChunkRows,
  ): Promise<SmsCampaignRowEnd[]> {
    const store = this.context.delivery.parts.store as SmsDeliveryStore;
    const from = request.chunk * CAMPAIGN_CHUNK_ROWS;
    const callRef = toRequestRef(campaign, request.chunk, request.epoch);
    const open = request.rows.map((number): OpenRow => {
      const row = rows[number - from] ?? {};
      const { market, values } = texts[row.text ?? 0] ?? { market: 'mainland', values: [] };
      return { number, row, part: definition.texts[market], values };
    });
    const known = await Promise.all(
      open.map(async ({ row: { to } }) =>
        // An accepted row beyond those that are followed is known for a while all the same.
        to === undefined ? undefined : store.find({ to, callRef, untracked: true }),
      ),
    );
    const lost = open.filter((_, i) => known[i] === undefined);
    if (lost.length > 0) {
      await store.put(lost.flatMap((one) => this.toText(one, callRef, request)));
    }
    return open.map(({ number, part }, i) =>
      toKnownEnd(number, known[i], {
        hasOwnApplication: part.sdkAppId !== undefined,
        keepsSerialNos: definition.serialNos,
      }),
    );
  }

  private toText(
    { row: { to, ref }, part, values }: OpenRow,
    callRef: string,
    { begunAt, notAfter }: Pick<SmsCampaignRequest, 'begunAt' | 'notAfter'>,
  ): SmsDeliveryText[] {
    if (to === undefined) {
      return [];
    }
    const { delivery, account } = this.context;
    const { template, kind, text, sdkAppId } = part;
    // Moments of an attempt are told by the real clock, whatever the account goes by.
    const ahead = this.context.now() - Date.now();
    const outcome = {
      status: 'unknown',
      to,
      ref,
      callRef,
      templateId: template,
      signName: undefined,
      kind,
      sdkAppId,
      print: text === undefined ? undefined : printOf(text, values),
      decidedAt: begunAt - ahead,
      notAfter: notAfter - ahead,
      signedAt: undefined,
    } as const;
    return [delivery.parts.reopen(outcome, account)];
  }
}
