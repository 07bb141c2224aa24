import { SMS_REGIONS } from '../../api/regions.js';
import { UNSUPPORTED_REGION } from '../errors/tencent-words.js';
import { ApiError } from './api.error.js';

/**
 * Checks the region of a request. The documentation requires one and the SDKs call it optional, so one
 * that is left out is fine.
 *
 * @throws ApiError
 */
export function assertRegion(region: string | undefined): void {
  if (region !== undefined && region !== '' && !SMS_REGIONS.has(region.toLowerCase())) {
    throw new ApiError('UnsupportedRegion', UNSUPPORTED_REGION);
  }
}
