import { STATUS_CODES } from 'node:http';
import { Catch, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import { describeSmsError } from '../errors/error-catalogue.js';
import { SmsError } from '../errors/sms.error.js';
import { SmsValidationError } from '../errors/validation.error.js';
import { redact } from '../privacy/redact.js';
import { chooseLanguage } from './choose-language.js';
import type { TextLanguage } from './choose-language.js';
import { retryAfterSeconds, statusOf } from './error-status.js';
import { sendResponse } from './send-response.js';
import { notifyWsClient } from './notify-ws-client.js';

/** What a response shows of an error. */
interface PublicError {
  message: string | string[];
  code: string;
  /** Of the message. */
  language: TextLanguage;
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

/**
 * Answers HTTP requests that failed with an `SmsError`, in Nest's own shape
 * `{ statusCode, message, error, code }`, on Express and Fastify.
 *
 * An error that the caller can correct is explained, in Chinese or English by `Accept-Language`.
 * Any other is neutral, `SMS_UNAVAILABLE` or, where the message may have been sent,
 * `SMS_UNCONFIRMED`, and logged once per code with what to do. Tencent's message is in neither.
 * Outside HTTP the error is passed on; on a gateway the client gets Nest's response to an unknown
 * error.
 *
 * @example
 * `app.useGlobalFilters(new SmsExceptionFilter())`, `@UseFilters(SmsExceptionFilter)`, or
 * `{ provide: APP_FILTER, useClass: SmsExceptionFilter }`
 */
@Catch(SmsError)
export class SmsExceptionFilter implements ExceptionFilter<SmsError> {
  private readonly logger = new Logger('SmsExceptionFilter');
  private readonly logged = new Set<string>();

  /** @throws SmsError the same, where neither HTTP nor a gateway is to be answered. */
  catch(error: SmsError, host: ArgumentsHost): Observable<never> | undefined {
    switch (host.getType<string>()) {
      case 'http':
        this.respond(error, host);
        return undefined;
      case 'rpc':
        // When a filter throws there, the client gets no response.
        return throwError(() => error);
      case 'ws':
        // Nest does not catch what a WebSocket filter throws: the process may end.
        notifyWsClient(host.getArgs());
        this.logger.error(error);
        return undefined;
      default:
        throw error;
    }
  }

  private respond(error: SmsError, host: ArgumentsHost): void {
    const [request, response] = host.getArgs<[{ headers: Record<string, unknown> }, unknown]>();
    const statusCode = statusOf(error);
    const publicError = toPublicError(
      error,
      statusCode,
      chooseLanguage(request.headers['accept-language']),
    );
    const retryAfter = retryAfterSeconds(error, Date.now());
    const isSent = sendResponse(response, {
      status: statusCode,
      headers: {
        'Content-Language': publicError.language === 'zh' ? 'zh-CN' : 'en',
        Vary: 'Accept-Language',
        ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
      },
      body: {
        statusCode,
        message: publicError.message,
        error: STATUS_CODES[statusCode],
        code: publicError.code,
      },
    });
    if (!isSent || publicError.code === UNAVAILABLE.code || publicError.code === UNCONFIRMED.code) {
      this.logOnce(
        error,
        isSent ? `answered ${statusCode}` : 'not told, since an answer had begun',
      );
    }
  }

  private logOnce(error: SmsError, what: string): void {
    const code = toPublicCode(error.code);
    if (this.logged.has(code)) {
      return;
    }
    if (this.logged.size >= MAX_LOGGED_CODES) {
      this.logged.clear();
    }
    this.logged.add(code);
    const { en, owner } = describeSmsError(error.code);
    const sentence = `${code}: ${en} (${what}; said once per code)`;
    if (owner === 'operator' || owner === 'developer') {
      this.logger.error(sentence);
    } else {
      this.logger.warn(sentence);
    }
  }
}

function toPublicError(error: SmsError, status: number, language: TextLanguage): PublicError {
  if (error instanceof SmsValidationError) {
    const message = error.issues.map((issue) => redact(issue.message));
    return { message, code: error.code, language: 'en' };
  }
  const description = describeSmsError(error.code);
  if (status < 500 && description.owner === 'caller') {
    return { message: description[language], code: toPublicCode(error.code), language };
  }
  const neutral = error.maybeSent ? UNCONFIRMED : UNAVAILABLE;
  return { message: neutral[language], code: neutral.code, language };
}

/** An unknown code is foreign text: one that looks like no code is shown without its end. */
function toPublicCode(code: string): string {
  const shown = /^[A-Za-z_]{1,60}(\.[A-Za-z_]{0,80})?$/.test(code)
    ? code
    : /^[A-Za-z_]{1,60}(?=\.)/.exec(code)?.[0];
  return shown ?? 'unknown code';
}
