// The entry point for queues. Needs `bullmq` and `@nestjs/bullmq`.
export { SmsQueueModule } from './queue.module.js';
export type { SmsQueueModuleAsyncOptions } from './queue.module.js';
export type { SmsQueueModuleExtras, SmsQueueOptionsFactory } from './queue.module-definition.js';
export type { SmsQueueModuleOptions } from './queue.options.js';
export {
  InjectSmsCampaigns,
  InjectSmsQueue,
  getSmsCampaignsToken,
  getSmsQueueToken,
} from './queue.tokens.js';
export { SmsCampaigns } from './campaigns/sms-campaigns.js';
export type { SmsCampaignOptions, SmsCampaignRow } from './campaigns/sms-campaigns.js';
export { SmsCampaign } from './campaigns/sms-campaign.js';
export type { SmsCampaignProgress, SmsCampaignResult } from './campaigns/sms-campaign.js';
export type {
  SmsCampaignBegin,
  SmsCampaignChunk,
  SmsCampaignChunkRecord,
  SmsCampaignLetter,
  SmsCampaignRecord,
  SmsCampaignRequest,
  SmsCampaignRowEnd,
  SmsCampaignStore,
} from '../guard/campaign.store.js';
export { SmsQueue } from './sms-queue.js';
export type { SmsQueueInput, SmsQueued, SmsQueuedOutcome } from './sms-queue.js';
export type { SmsQueueLane } from './lanes.js';
export type { SmsQueueTrace } from './queue-channel.js';
export { toSmsJobResult } from '../guard/to-job-result.js';
export { OnSmsOutcome } from '../delivery/handlers/handler.decorators.js';
export type { SmsOutcomeFilter } from '../delivery/handlers/handler.decorators.js';
export type { SmsJobOutcome, SmsJobResult } from '../delivery/job-outcome.js';
