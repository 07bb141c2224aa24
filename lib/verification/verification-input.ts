import type { SmsFieldIssue } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import type { SmsVerification, SmsVerificationParams } from './sms-verification.js';

/** Asks for a code. */
export type SmsVerificationStartInput<Definition = SmsVerification> = {
  /** A phone number: E.164, or any form that Tencent takes for the mainland. */
  to: string;
  /**
   * The id of an earlier start: sends its code again.
   * @default a verification of its own, or that of `session`
   */
  id?: string | undefined;
  /**
   * A text that only this browser or installation of an app has, at least 16 characters: a lost
   * response or a double tap finds its verification again.
   * @default none
   */
  session?: string | undefined;
  /**
   * Whom to count: the address of the client.
   * @default none: no limit of a caller holds
   */
  caller?: string | undefined;
  /**
   * The `trust` of an earlier approval, from its cookie. What is no valid token is ignored.
   * @default none
   */
  trust?: string | undefined;
  /**
   * What the client brought for the `challenge`.
   * @default none
   */
  token?: string | undefined;
  /**
   * `true` sends nothing and looks alike: for a phone that has no account. Once a definition is used
   * with either value, `toPublic()` does not show that a text failed.
   * @default undefined
   */
  decoy?: boolean | undefined;
  /**
   * Signature of this text.
   * @default the account's
   */
  signName?: string | undefined;
  /**
   * Sender id outside the mainland, where one was granted.
   * @default none
   */
  senderId?: string | undefined;
} & (keyof SmsVerificationParams<Definition> extends never
  ? { params?: undefined }
  : SmsVerificationParams<Definition> extends readonly unknown[]
    ? { params?: undefined }
    : {
        /** The values of the text beside the code and its minutes. */
        params: SmsVerificationParams<Definition>;
      });

/** A start as it is used, whatever its definition. */
export type StartInput = Omit<SmsVerificationStartInput, 'params'> & {
  readonly params?: Readonly<Record<string, unknown>> | undefined;
};

/** Tries a code. */
export interface SmsVerificationCheckInput {
  /** The id that `start` gave; or `to` and `session` in its place. */
  id?: string | undefined;
  /** A phone number, where `session` stands in place of an id. */
  to?: string | undefined;
  /** As it was given to `start`: where both have one, they must agree. */
  session?: string | undefined;
  /** What was typed. */
  code: string;
  /**
   * Whom to count.
   * @default none: no limit of a caller holds
   */
  caller?: string | undefined;
  /**
   * The `trust` of an earlier approval. What is no valid token is ignored.
   * @default none
   */
  trust?: string | undefined;
}

const MIN_SESSION_CHARACTERS = 16;
const START_MEMBERS: ReadonlySet<string> = new Set([
  'to',
  'id',
  'session',
  'caller',
  'trust',
  'token',
  'decoy',
  'params',
  'signName',
  'senderId',
]);
const CHECK_MEMBERS: ReadonlySet<string> = new Set([
  'id',
  'to',
  'session',
  'code',
  'caller',
  'trust',
]);

/** @throws SmsValidationError when a member can't be used, or is not known. */
export function readStartInput(given: unknown): StartInput {
  const input = copyGiven(given);
  const { decoy, params, trust: _trust, ...texts } = input;
  const issues = [...checkTexts(texts, START_MEMBERS), ...checkSession(input['session'])];
  if (input['to'] === undefined) {
    issues.push({ field: 'to', message: 'to is missing: give a phone number, as text.' });
  }
  if (decoy !== undefined && typeof decoy !== 'boolean') {
    issues.push({ field: 'decoy', message: 'decoy must be true or false.' });
  }
  if (params !== undefined && typeof params !== 'object') {
    issues.push({ field: 'params', message: 'params must be an object.' });
  }
  assertNone(issues);
  return input as unknown as StartInput;
}

/** @throws SmsValidationError when a member can't be used, is missing, or is not known. */
export function readCheckInput(given: SmsVerificationCheckInput): SmsVerificationCheckInput {
  const input = copyGiven(given);
  const { trust: _trust, ...texts } = input;
  const issues = [...checkTexts(texts, CHECK_MEMBERS), ...checkSession(input['session'])];
  if (input['code'] === undefined) {
    issues.push({ field: 'code', message: 'code must be what was typed, as text.' });
  }
  if (input['id'] === undefined && (input['to'] === undefined || input['session'] === undefined)) {
    issues.push({ field: 'id', message: 'id is missing: give it, or to and session.' });
  }
  assertNone(issues);
  return input as unknown as SmsVerificationCheckInput;
}

/** Copies what was given: bodies of requests have `null` where nothing is. */
function copyGiven(input: unknown): Record<string, unknown> {
  if (typeof input !== 'object' || input === null) {
    throw new SmsValidationError([{ field: 'input', message: 'input must be an object.' }]);
  }
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined && value !== null),
  );
}

function checkTexts(
  members: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): SmsFieldIssue[] {
  return Object.entries(members).flatMap(([field, value]) => {
    if (!known.has(field)) {
      const name = /^[A-Za-z]{1,40}$/.test(field) ? field : 'input';
      return [
        { field: name, message: `${name} is not known here; expected ${[...known].join(', ')}.` },
      ];
    }
    return typeof value === 'string' ? [] : [{ field, message: `${field} must be text.` }];
  });
}

function checkSession(session: unknown): SmsFieldIssue[] {
  return typeof session === 'string' && session.length < MIN_SESSION_CHARACTERS
    ? [
        {
          field: 'session',
          message: `session must have at least ${MIN_SESSION_CHARACTERS} characters, or it could be guessed.`,
        },
      ]
    : [];
}

function assertNone(issues: readonly SmsFieldIssue[]): void {
  if (issues.length > 0) {
    throw new SmsValidationError(issues);
  }
}
