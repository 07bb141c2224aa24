import { printOf } from '../../delivery/settling/text-print.js';
import type { SmsDeliveryStore, SmsDeliveryText } from '../../delivery/store/delivery.store.js';
import { CAMPAIGN_CHUNK_ROWS } from '../../guard/campaign.store.js';
import type { SmsCampaignRequest, SmsCampaignRowEnd } from '../../guard/campaign.store.js';
import type { QueueContext } from '../queue-context.js';
import { toRequestRef } from './campaign-data.js';
import type { CampaignDefinition, ChunkRow, ChunkRows } from './campaign-data.js';
import { toKnownEnd } from './row-ends.js';

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
    const lost: SmsDeliveryText[] = [];
    const ends = await Promise.all(
      request.rows.map(async (number) => {
        const row = rows[number - from] ?? {};
        const text = texts[row.text ?? 0] ?? { market: 'mainland', values: [] };
        const part = definition.texts[text.market];
        const known = row.to === undefined ? undefined : await store.find({ to: row.to, callRef });
        if (row.to !== undefined && known === undefined) {
          lost.push(this.toText({ ...row, to: row.to }, callRef, request, part, text.values));
        }
        return toKnownEnd(number, known, {
          hasOwnApplication: part.sdkAppId !== undefined,
          keepsSerialNos: definition.serialNos,
        });
      }),
    );
    if (lost.length > 0) {
      await store.put(lost);
    }
    return ends;
  }

  private toText(
    { to, ref }: ChunkRow & { readonly to: string },
    callRef: string,
    { begunAt, notAfter }: Pick<SmsCampaignRequest, 'begunAt' | 'notAfter'>,
    { template, kind, text, sdkAppId }: CampaignDefinition['texts']['mainland'],
    values: readonly string[],
  ): SmsDeliveryText {
    const { delivery, account } = this.context;
    // Moments of an attempt are told by the real clock, whatever the account goes by.
    const ahead = this.context.now() - Date.now();
    return delivery.parts.reopen(
      {
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
      },
      account,
    );
  }
}
