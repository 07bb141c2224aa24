export { redisDeliveryStore } from './delivery/redis-delivery.store.js';
export type { SmsRedisDeliveryOptions } from './delivery/redis-delivery.store.js';
export { redisCampaignStore } from './queue/redis-campaign.store.js';
export type { SmsRedisCampaignOptions } from './queue/redis-campaign.store.js';
export { redisQueueStore } from './queue/redis-queue.store.js';
export type { SmsRedisQueueOptions } from './queue/redis-queue.store.js';
export { redisVerificationStore } from './verification/redis-verification.store.js';
export type { SmsRedisVerificationOptions } from './verification/redis-verification.store.js';
export { SmsRedisError } from './redis.error.js';
export type {
  SmsIoredisClient,
  SmsNodeRedisClient,
  SmsNodeRedisScriptOptions,
  SmsRedisClient,
} from './redis-client.js';
