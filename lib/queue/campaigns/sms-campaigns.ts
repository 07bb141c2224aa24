import { SmsError } from '../../errors/sms.error.js';
import type { SmsFieldIssue } from '../../errors/sms.error.js';
import { SmsValidationError } from '../../errors/validation.error.js';
import type { SmsCampaignRecord } from '../../guard/campaign.store.js';
import type { SmsMarket } from '../../recipients/normalize-recipients.js';
import { assertSettings } from '../../sending/prepare-text.js';
import type { SmsSendSettings } from '../../sending/prepare-text.js';
import { hasMethod, readObject } from '../../sending/read-object.js';
import { readTemplate } from '../../sending/send-input.js';
import { isRawTemplate, templateFor } from '../../templates/render-params.js';
import { signNameFor } from '../../templates/sign-name.js';
import type {
  SmsAnyTemplate,
  SmsRawTemplate,
  SmsTemplateInput,
} from '../../templates/sms-template.js';
import type { SmsParamValue } from '../../templates/text-params.js';
import type { PublicPart } from '../job-data.js';
import { laneOf } from '../lanes.js';
import type { QueueContext } from '../queue-context.js';
import type { CampaignDefinition } from './campaign-data.js';
import { CampaignLoader } from './campaign.loader.js';
import { SmsCampaign } from './sms-campaign.js';

/** A row of a campaign. */
export type SmsCampaignRow<Template extends SmsAnyTemplate> = {
  /** A phone number: E.164, or any form that Tencent takes for the mainland. */
  to: string;
  /**
   * Your own label; comes back with the results.
   * @default none
   */
  ref?: string | undefined;
} & (Template extends SmsRawTemplate
  ? { params?: readonly SmsParamValue[] | undefined }
  : SmsTemplateInput<Template>);

/** How the texts of a campaign are sent. */
export interface SmsCampaignOptions extends Omit<
  SmsSendSettings,
  'ref' | 'track' | 'sessionContext'
> {
  /**
   * When it begins; all rows are loaded first. A number is milliseconds since 1970.
   * @default now
   */
  at?: Date | number | undefined;
  /**
   * Whether Tencent's numbers of the texts are kept for the results: some 60 bytes a row.
   * @default false
   */
  serialNos?: boolean | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set([
  'at',
  'serialNos',
  'signName',
  'extendCode',
  'senderId',
  'sdkAppId',
]);
const LONGEST_NAME = 200;
const MARKETS = ['mainland', 'international'] as const satisfies readonly SmsMarket[];

/**
 * Sends a text to the rows of a list or a stream of any length, over all workers, through crashes and
 * deploys.
 *
 * @example
 * const campaign = await this.campaigns.create('promo-1123', Promo, rows);
 */
export class SmsCampaigns {
  /** Held in a closure, so that `util.inspect` prints no secret. */
  private readonly context: () => QueueContext;

  /** @internal Made by `SmsQueueModule`. */
  constructor(context: QueueContext) {
    this.context = () => context;
  }

  /**
   * Begins a campaign, or goes on with the one of that name: with the same template, options and rows it is
   * read on where its process died. The rows are read once, by one instance.
   *
   * @throws SmsValidationError for what could not be sent; SmsError with the code `SMS_CAMPAIGN_CHANGED`
   * when the name stands for another campaign; SmsOptionsError where no store keeps campaigns, and in a
   * process with the role `worker`; what the store throws.
   */
  async create<Template extends SmsAnyTemplate>(
    name: string,
    template: Template,
    rows: Iterable<SmsCampaignRow<Template>> | AsyncIterable<SmsCampaignRow<Template>>,
    options: SmsCampaignOptions = {},
  ): Promise<SmsCampaign> {
    const context = this.context();
    context.assertProduces();
    const definition = read(name, template, rows, options);
    const store = context.campaigns;
    const json = JSON.stringify(definition);
    const id = (await this.find(name))?.id ?? this.idsOf(name)[0] ?? '';
    const kept = await store.create(id, json);
    if (kept.definition !== json) {
      throw new SmsError('The name stands for a campaign with another template or other options.', {
        code: 'SMS_CAMPAIGN_CHANGED',
        retryable: false,
      });
    }
    if (!kept.isLoaded && !kept.isCancelled) {
      const own = readTemplate(template);
      context.load(new CampaignLoader({ id, template: own, definition, rows }, store, context));
    }
    return new SmsCampaign(name, id, store, context);
  }

  /**
   * A campaign by its name, from any instance; `undefined` when there is none: it is kept for 7 days after
   * its end.
   *
   * @throws as `create`.
   */
  async open(name: string): Promise<SmsCampaign | undefined> {
    assertNone(nameIssues(name));
    const context = this.context();
    const found = await this.find(name);
    return found && new SmsCampaign(name, found.id, context.campaigns, context);
  }

  private async find(
    name: string,
  ): Promise<{ readonly id: string; readonly record: SmsCampaignRecord } | undefined> {
    const { campaigns } = this.context();
    const found = await Promise.all(
      this.idsOf(name).map(async (id) => {
        const record = await campaigns.find(id);
        return record && { id, record };
      }),
    );
    return found.find((one) => one !== undefined);
  }

  private idsOf(name: string): string[] {
    return this.context()
      .digests.of(`campaign ${name}`)
      .map(({ id }) => id);
  }
}

/** @throws SmsValidationError */
function read(
  name: unknown,
  given: SmsAnyTemplate,
  rows: unknown,
  options: unknown,
): CampaignDefinition {
  const { members, issues } = readObject(options, OPTIONS, 'options');
  const { at, serialNos = false, ...settings } = members;
  const dueAt = at instanceof Date ? at.getTime() : at;
  const isSource = hasMethod(rows, Symbol.asyncIterator) || hasMethod(rows, Symbol.iterator);
  assertNone([
    ...nameIssues(name),
    ...issues,
    ...(isSource ? [] : [{ field: 'rows', message: 'rows must be a list or a stream of rows.' }]),
    ...(dueAt === undefined || Number.isFinite(dueAt)
      ? []
      : [{ field: 'at', message: 'at must be a Date, or milliseconds since 1970.' }]),
    ...(typeof serialNos === 'boolean'
      ? []
      : [{ field: 'serialNos', message: 'serialNos must be true or false.' }]),
  ]);
  assertSettings(settings);
  const template = readTemplate(given);
  const texts = Object.fromEntries(
    MARKETS.map((market) => [market, toPart(template, market, settings)]),
  ) as Record<SmsMarket, PublicPart>;
  const lane = laneOf(texts.mainland.kind);
  if (lane === 'verification') {
    assertNone([
      { field: 'template', message: 'template is for codes: each of them is for one phone.' },
    ]);
  }
  return {
    form: 1,
    lane,
    texts,
    at: dueAt as number | undefined,
    serialNos: serialNos as boolean,
  };
}

function toPart(
  given: SmsAnyTemplate,
  market: SmsMarket,
  { signName, extendCode, senderId, sdkAppId }: SmsSendSettings,
): PublicPart {
  const template = templateFor(given, market);
  const known = isRawTemplate(template)
    ? { template: template.templateId }
    : { template: template.id, kind: template.kind, text: template.text };
  return { ...known, signName: signNameFor(market, signName), extendCode, senderId, sdkAppId };
}

function nameIssues(name: unknown): SmsFieldIssue[] {
  return typeof name === 'string' && name.trim() !== '' && name.length <= LONGEST_NAME
    ? []
    : [{ field: 'name', message: `name must be text of 1 to ${LONGEST_NAME} characters.` }];
}

/** @throws SmsValidationError */
function assertNone(issues: readonly SmsFieldIssue[]): void {
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
}
