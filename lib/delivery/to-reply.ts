import { createHash } from 'node:crypto';
import { readsAsOptOut } from '../api/opt-out.js';
import type { SmsReply } from './report.js';

/** What Tencent says of a reply, in whichever way it comes. */
export interface ReplyMembers {
  /** E.164. */
  readonly from: string;
  readonly text: string;
  readonly sign: string;
  readonly extend: string;
  /** Seconds since 1970. */
  readonly time: number;
}

/** A reply with an id of ours: the same one comes by callback and from the queue. */
export function toReply(
  { from, text, sign, extend, time }: ReplyMembers,
  accounts: readonly string[],
): SmsReply {
  const members = [from, text, sign, extend, time];
  return {
    id: createHash('sha256').update(JSON.stringify(members)).digest('base64url').slice(0, 22),
    from,
    text,
    sign,
    extend,
    at: time * 1000,
    optOut: readsAsOptOut(text),
    accounts,
  };
}
