import { UNSUPPORTED_REGION } from '../errors/tencent-words.js';
import { ApiError } from './api.error.js';

/**
 * Regions of the product on either site. Hosts exist for more of them, which are entry points of the
 * network and no regions.
 *
 * @see https://cloud.tencent.com/document/api/382/52071
 */
const REGIONS = new Set([
  'ap-guangzhou',
  'ap-beijing',
  'ap-nanjing',
  'ap-shanghai-fsi',
  'ap-singapore',
  'eu-frankfurt',
]);

/**
 * Checks the region of a request. The documentation requires one and the SDKs call it optional, so one
 * that is left out is fine.
 *
 * @throws ApiError
 */
export function assertRegion(region: string | undefined): void {
  if (region !== undefined && region !== '' && !REGIONS.has(region.toLowerCase())) {
    throw new ApiError('UnsupportedRegion', UNSUPPORTED_REGION);
  }
}
