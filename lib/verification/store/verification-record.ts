import type {
  SmsFreshVerification,
  SmsStoredVerification,
  SmsVerificationAttempt,
  SmsVerificationDelivery,
  SmsVerificationReserveAsk,
  SmsVerificationTarget,
} from './verification.store.js';

/** What a booking may be taken back to. */
interface Booked {
  lastAt: number;
  expiresAt: number;
  operation: string;
  delivery: SmsVerificationDelivery;
}

/** A verification as it is kept; its code is nowhere in it. */
export interface VerificationRecord extends Booked, SmsFreshVerification {
  /** The nonce of the one before in the same slot: a double tap on "send again" has that id. */
  readonly previousNonce: string | undefined;
  readonly session: string | undefined;
  readonly trusted: boolean;
  readonly bornAt: number;
  sends: number;
  attempts: number;
  serialNo: string | undefined;
  approved: boolean;
  /** Operation → what its guess was answered. */
  readonly answers: Map<string, SmsVerificationAttempt>;
  /** Before the last booking. */
  before: Booked | undefined;
}

/** Makes a record of a first text. */
export function createRecord(
  { fresh, sessions, trusted, operation, ttlMs, lifeMs }: SmsVerificationReserveAsk,
  replaced: VerificationRecord | undefined,
  now: number,
): VerificationRecord {
  return {
    ...fresh,
    previousNonce: replaced?.slot === fresh.slot ? replaced.nonce : undefined,
    session: sessions[0],
    trusted,
    bornAt: now,
    lastAt: now,
    expiresAt: now + Math.min(ttlMs, lifeMs),
    sends: 1,
    attempts: 0,
    operation,
    delivery: 'pending',
    serialNo: undefined,
    approved: false,
    answers: new Map(),
    before: undefined,
  };
}

/** Books another text of the same code. */
export function renew(
  record: VerificationRecord,
  { operation, ttlMs, lifeMs }: SmsVerificationReserveAsk,
  now: number,
): void {
  const { lastAt, expiresAt, delivery } = record;
  record.before = { lastAt, expiresAt, delivery, operation: record.operation };
  record.sends += 1;
  record.lastAt = now;
  record.expiresAt = Math.min(now + ttlMs, record.bornAt + lifeMs);
  record.operation = operation;
  record.delivery = 'pending';
}

/** Takes the last booking of a record back. */
export function takeBack(record: VerificationRecord): void {
  record.sends -= 1;
  Object.assign(record, record.before);
  record.before = undefined;
}

/** Whether codes of a record may still be tried. */
export function isOpen(record: VerificationRecord, now: number): boolean {
  return !record.approved && record.expiresAt > now;
}

/** Whether a session, where both have one, is that of the record. */
export function agreesWith(record: VerificationRecord, sessions: readonly string[]): boolean {
  return record.session === undefined || sessions.length === 0 || sessions.includes(record.session);
}

/** Whether a record was opened by the caller who asks for another text. */
export function isOwn(
  record: VerificationRecord,
  { nonce }: SmsVerificationTarget,
  sessions: readonly string[],
): boolean {
  const fits = nonce === undefined || nonce === record.nonce || nonce === record.previousNonce;
  return fits && agreesWith(record, sessions);
}

/** What may be said of a record. */
export function describeRecord(
  record: VerificationRecord,
  { maxSends, maxAttempts }: SmsVerificationReserveAsk,
  resendAt: number,
): SmsStoredVerification {
  const { slot, nonce, seed, keyId, delivery, lastAt, expiresAt, sends, attempts } = record;
  return {
    slot,
    nonce,
    seed,
    keyId,
    delivery,
    bookedAt: lastAt,
    expiresAt,
    resendAt,
    sendsLeft: Math.max(0, maxSends - sends),
    attemptsLeft: Math.max(0, maxAttempts - attempts),
  };
}
