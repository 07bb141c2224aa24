/** What a receipt's code is about, as far as the statistics count it. */
export type ReceiptKind = 'delivered' | 'absent' | 'invalid' | 'blocked' | 'frequency' | 'other';

interface Receipt {
  readonly kind: ReceiptKind;
  /** As in the field `description` of the callback. */
  readonly description: string;
  /** For people: Tencent has it in Chinese only. */
  readonly english: string;
}

// Some of the two thousand, at least one of each kind. Carriers invent new ones all the time, so a code
// that is not here is as good as any.
const RECEIPTS = new Map<string, Receipt>([
  [
    'DELIVRD',
    { kind: 'delivered', description: '用户短信送达成功', english: 'Delivered to the phone' },
  ],
  ['MK:0001', { kind: 'invalid', description: '空号', english: 'The number is not assigned' }],
  ['MK:0012', { kind: 'invalid', description: '号码无效', english: 'The number is not valid' }],
  ['MI:0010', { kind: 'invalid', description: '号码已注销', english: 'The number was given up' }],
  [
    'UNDELIVRD',
    {
      kind: 'absent',
      description: '空号、停机或关机',
      english: 'Not assigned, suspended or switched off',
    },
  ],
  [
    'MI:0009',
    {
      kind: 'absent',
      description: '手机关机或不在服务区',
      english: 'Switched off or out of coverage',
    },
  ],
  [
    'MK:0008',
    { kind: 'absent', description: '暂时联系不上用户', english: 'Not reachable for now' },
  ],
  ['MK:0090', { kind: 'absent', description: '用户停机', english: 'The number is suspended' }],
  [
    'EXPIRED',
    { kind: 'other', description: '短信超过有效期', english: 'The text expired on its way' },
  ],
  [
    'REJECTD',
    { kind: 'other', description: '短信被网关拒绝', english: 'The gateway refused the text' },
  ],
  [
    'KEYWORD',
    { kind: 'other', description: '内容被网关拦截', english: 'The gateway blocked the content' },
  ],
  [
    'TE:0014',
    { kind: 'other', description: '内容含有关键字', english: 'The content has a forbidden word' },
  ],
  [
    'TX:2000',
    { kind: 'other', description: '签名解析失败', english: 'The signature could not be read' },
  ],
  [
    'TX:4099',
    { kind: 'other', description: '运营商内部异常', english: 'A fault inside the carrier' },
  ],
  [
    '9999',
    {
      kind: 'other',
      description: '携号转网导致失败',
      english: 'The number was ported to another carrier',
    },
  ],
  ['TD:0001', { kind: 'blocked', description: '用户已退订', english: 'The user has opted out' }],
  [
    'BWLIST',
    { kind: 'blocked', description: '号码在黑名单中', english: 'The number is in the blacklist' },
  ],
  [
    'DISTURB',
    { kind: 'frequency', description: '运营商频率限制', english: "The carrier's frequency limit" },
  ],
  [
    'MX:0003',
    {
      kind: 'frequency',
      description: '超过运营商发送次数限制',
      english: 'More texts than the carrier allows',
    },
  ],
]);

/** A code in words. */
export function describeReceipt(code: string, status: 'SUCCESS' | 'FAIL'): string {
  return (
    RECEIPTS.get(code)?.description ?? (status === 'SUCCESS' ? '用户短信送达成功' : '短信送达失败')
  );
}

/** What the known codes say, in English. */
export function englishReceipts(): Record<string, string> {
  return Object.fromEntries([...RECEIPTS].map(([code, { english }]) => [code, english]));
}

/** Which counter of the statistics a code belongs to. */
export function kindOfReceipt(code: string): ReceiptKind {
  return RECEIPTS.get(code)?.kind ?? 'other';
}

/** Whether a code is one of those that are described here. */
export function isKnownReceipt(code: string): boolean {
  return RECEIPTS.has(code) || isDelivered(code);
}

/** Tells whether a code means that the text arrived; Unicom and Telecom have codes of their own for it. */
export function isDelivered(code: string): boolean {
  return code === 'DELIVRD' || code === 'LT:0' || code === 'ACCEPTD';
}
