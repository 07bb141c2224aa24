import { STATUS_CODES } from 'node:http';
import { Catch, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import { describeSmsError } from '../errors/error-catalogue.js';
import { nextStep } from '../errors/next-step.js';
import { SmsError } from '../errors/sms.error.js';
import type { SmsFieldIssue } from '../errors/sms.error.js';
import type { SmsValidationError } from '../errors/validation.error.js';
import { redact } from '../privacy/redact.js';
import { asRefusedAtNight, refusedField, sortIssues, validationOf } from './caller-issues.js';
import { chooseLanguage } from './choose-language.js';
import type { TextLanguage } from './choose-language.js';
import { retryAfterSeconds, statusOf } from './error-status.js';
import { graphqlLanguage, toGraphqlError } from './graphql-error.js';
import { sendResponse } from './send-response.js';
import { notifyWsClient } from './notify-ws-client.js';

/** What a response shows of an error. */
interface PublicError {
  statusCode: number;
  message: string | string[];
  code: string;
  /** The fields that the caller can correct. */
  issues?: readonly SmsFieldIssue[];
}

/** The same for clients that expect one sentence. */
interface Notice {
  statusCode: number;
  message: string;
  error: string | undefined;
  code: string;
  issues?: readonly SmsFieldIssue[];
}

/** Codes that are remembered as logged. There are about 140; beyond lie only unknown ones. */
const MAX_LOGGED_CODES = 500;

const UNAVAILABLE = {
  code: 'SMS_UNAVAILABLE',
  en: 'The SMS service is not available at the moment.',
  zh: '短信服务暂时不可用。',
};

// A send that may have happened must not look like one that did not: users would send again.
const UNCONFIRMED = {
  code: 'SMS_UNCONFIRMED',
  en: 'The SMS service has not confirmed the request, which may have been carried out all the same.',
  zh: '短信服务未确认本次请求，请求可能已被执行，请勿立即重复提交。',
};

/** A phone that the caller must correct, so that a front end can tell it from a value of the text. */
const PHONE_INVALID = 'SMS_PHONE_INVALID';

/**
 * Answers requests that failed with an `SmsError`: over HTTP, on Express and Fastify, in Nest's own
 * shape `{ statusCode, message, error, code }`; in GraphQL with `message` and, in `extensions`,
 * `statusCode` and `code`; in microservices and gateways with `status: 'error'` beside the four.
 *
 * An error that the caller can correct is explained, in Chinese or English by `Accept-Language`, and
 * `issues: [{ field, message }]` names what the caller gave: phones (`SMS_PHONE_INVALID`, where it was
 * found before anything was sent) and values of a text.
 * Any other is neutral, `SMS_UNAVAILABLE` or, where the message may have been sent,
 * `SMS_UNCONFIRMED`, and logged once per code with what to do. Tencent's message is in neither.
 *
 * @example
 * `app.useGlobalFilters(new SmsExceptionFilter())`, `@UseFilters(SmsExceptionFilter)`, or
 * `{ provide: APP_FILTER, useClass: SmsExceptionFilter }`
 */
@Catch(SmsError)
export class SmsExceptionFilter implements ExceptionFilter<SmsError> {
  private readonly logger = new Logger('SmsExceptionFilter');
  private readonly logged = new Set<string>();

  /**
   * @throws an error with no more than the client may read, in GraphQL; the same SmsError where nothing
   * is known of the client.
   */
  catch(error: SmsError, host: ArgumentsHost): Observable<never> | undefined {
    switch (host.getType<string>()) {
      case 'http':
        this.respond(error, host);
        return undefined;
      case 'graphql':
        // What a filter gives back would be the value of the field.
        throw toGraphqlError(this.notice(error, 'GraphQL', graphqlLanguage(host.getArgs())));
      case 'rpc': {
        // When a filter throws there, the client gets no response.
        const notice = { status: 'error', ...this.notice(error, 'a microservice') };
        return throwError(() => notice);
      }
      case 'ws':
        // Nest does not catch what a WebSocket filter throws: the process may end.
        notifyWsClient(host.getArgs(), this.notice(error, 'a gateway'));
        return undefined;
      default:
        throw error;
    }
  }

  private respond(thrown: SmsError, host: ArgumentsHost): void {
    const error = asRefusedAtNight(thrown);
    const [request, response] = host.getArgs<[{ headers: Record<string, unknown> }, unknown]>();
    const language = chooseLanguage(request.headers['accept-language']);
    const publicError = toPublicError(error, language);
    const { statusCode } = publicError;
    const retryAfter = retryAfterSeconds(error, Date.now());
    const isSent = sendResponse(response, {
      status: statusCode,
      headers: {
        'Content-Language': language === 'zh' ? 'zh-CN' : 'en',
        Vary: 'Accept-Language',
        ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
      },
      body: {
        statusCode,
        message: publicError.message,
        error: STATUS_CODES[statusCode],
        code: publicError.code,
        ...(publicError.issues === undefined ? {} : { issues: publicError.issues }),
      },
    });
    if (!isSent || needsAttention(error, publicError)) {
      this.logOnce(
        error,
        isSent ? `answered ${statusCode}` : 'not told, since an answer had begun',
      );
    }
  }

  private notice(thrown: SmsError, where: string, language: TextLanguage = 'en'): Notice {
    const error = asRefusedAtNight(thrown);
    const publicError = toPublicError(error, language);
    if (needsAttention(error, publicError)) {
      this.logOnce(error, `answered neutrally in ${where}`);
    }
    const { statusCode, message, code, issues } = publicError;
    const sentence = typeof message === 'string' ? message : message.join(' ');
    return {
      statusCode,
      message: sentence,
      error: STATUS_CODES[statusCode],
      code,
      ...(issues === undefined ? {} : { issues }),
    };
  }

  private logOnce(error: SmsError, what: string): void {
    const code = toPublicCode(error.code);
    const issues = developersIssues(error);
    const key = [code, ...issues.map(({ field }) => field)].join(' ');
    if (this.logged.has(key)) {
      return;
    }
    if (this.logged.size >= MAX_LOGGED_CODES) {
      this.logged.clear();
    }
    this.logged.add(key);
    const description = describeSmsError(error.code);
    const { en, owner } = description;
    const told =
      issues.length > 0
        ? issues.map(({ message }) => redact(message)).join(' ')
        : en + nextStep(description);
    const sentence = `${code}: ${told} (${what}; said once per code)`;
    if (owner === 'operator' || owner === 'developer' || issues.length > 0) {
      this.logger.error(sentence);
    } else {
      this.logger.warn(sentence);
    }
  }
}

/** Whether the client was told nothing of use, so that a line of the log has to. */
function needsAttention(error: SmsError, { code }: PublicError): boolean {
  return (
    code === UNAVAILABLE.code || code === UNCONFIRMED.code || developersIssues(error).length > 0
  );
}

function developersIssues(error: SmsError): readonly SmsFieldIssue[] {
  const validation = validationOf(error);
  return validation === undefined ? [] : sortIssues(validation, 'en').developers;
}

function toPublicError(error: SmsError, language: TextLanguage): PublicError {
  const validation = validationOf(error);
  if (validation !== undefined) {
    return toPublicCheck(validation, language);
  }
  const statusCode = statusOf(error);
  const description = describeSmsError(error.code);
  if (statusCode < 500 && description.owner === 'caller') {
    const message = description[language];
    const field = refusedField(error);
    return {
      statusCode,
      message,
      code: toPublicCode(error.code),
      ...(field === undefined ? {} : { issues: [{ field, message }] }),
    };
  }
  const neutral = error.maybeSent ? UNCONFIRMED : UNAVAILABLE;
  return { statusCode, message: neutral[language], code: neutral.code };
}

function toPublicCheck(validation: SmsValidationError, language: TextLanguage): PublicError {
  const { callers, isPhone } = sortIssues(validation, language);
  // What the developer must correct is no fault of the request.
  return callers.length === 0
    ? { statusCode: 500, message: UNAVAILABLE[language], code: UNAVAILABLE.code }
    : {
        statusCode: statusOf(validation),
        message: callers.map(({ message }) => message),
        code: isPhone ? PHONE_INVALID : validation.code,
        issues: callers,
      };
}

/** An unknown code is foreign text: one that looks like no code is shown without its end. */
function toPublicCode(code: string): string {
  const shown = /^[A-Za-z_]{1,60}(\.[A-Za-z_]{0,80})?$/.test(code)
    ? code
    : /^[A-Za-z_]{1,60}(?=\.)/.exec(code)?.[0];
  return shown ?? 'unknown code';
}
