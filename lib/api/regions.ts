/**
 * Regions of the product on either site. Hosts exist for more of them, which are entry points of the
 * network and no regions.
 *
 * @see https://cloud.tencent.com/document/api/382/52071
 */
export const SMS_REGIONS: ReadonlySet<string> = new Set([
  'ap-guangzhou',
  'ap-beijing',
  'ap-nanjing',
  'ap-shanghai-fsi',
  'ap-singapore',
  'eu-frankfurt',
]);
