import type { Socket } from 'node:net';
import { signTc3 } from 'nestjs-tencentcloud-sms';
import { RawServer, httpResponse } from './raw-server.js';
import type { RawRequest } from './raw-server.js';
import { CREDENTIALS } from './sms-test-case.js';

/** A call as the server understood it. */
export interface ReceivedCall {
  action: string;
  /** UNIX time in seconds, as signed. */
  timestamp: number;
  secretId: string;
  token: string | undefined;
  /** Whether it carries the TC3 signature of this very request. */
  genuine: boolean;
  params: Record<string, unknown>;
}

/** One text of a call. `callRef` is new in every call of the library. */
export interface Text {
  to: string;
  callRef: string | undefined;
}

/** What a truthful client says of a text. */
export type TrueOutcome = 'accepted' | 'rejected' | 'unknown';

/** What becomes of a text. */
export interface Fate {
  text: Text;
  isSent: boolean;
  /** Not given where only later attempts decide. */
  outcome?: TrueOutcome | undefined;
}

/** What the server does with a call. */
export interface Response {
  /** Whether it acts on the call before it answers, or fails to. */
  executes: boolean;
  /** What becomes of each text, for the books: by default all are sent that are executed. */
  fates?: readonly Fate[];
  answer: (socket: Socket, call: ReceivedCall) => void;
}

/** Reacts to each call; `count` starts at 1. */
export type Respond = (call: ReceivedCall, count: number) => Response;

/**
 * Stands in for Tencent over a real socket, and keeps books of what it really executed: by call,
 * and by text.
 */
export class FakeTencent {
  /** Every call that came whole. */
  readonly received: ReceivedCall[] = [];
  /** The calls that were acted on. */
  readonly executed: ReceivedCall[] = [];
  /** How many times each text was sent, by `keyOf`. */
  readonly sentBy = new Map<string, number>();
  /** What a client can know of each text, by `keyOf`, where a response says so. */
  readonly trueOutcomes = new Map<string, TrueOutcome>();

  private constructor(readonly server: RawServer) {}

  static async start(react: Respond = () => accepting()): Promise<FakeTencent> {
    const server = await RawServer.start(() => undefined);
    const tencent = new FakeTencent(server);
    tencent.respondWith(react);
    return tencent;
  }

  get url(): string {
    return this.server.url;
  }

  /** Changes the reaction from the next call on. */
  respondWith(react: Respond): void {
    this.server.respondWith((socket, request) => {
      const call = readCall(request);
      this.received.push(call);
      const response = react(call, this.received.length);
      this.record(call, response);
      response.answer(socket, call);
    });
  }

  /** Empties the books. */
  forget(): void {
    this.received.length = 0;
    this.executed.length = 0;
    this.server.requests.length = 0;
    this.sentBy.clear();
    this.trueOutcomes.clear();
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private record(call: ReceivedCall, { executes, fates }: Response): void {
    if (executes) {
      this.executed.push(call);
    }
    for (const { text, isSent, outcome } of fates ?? fatesOf(call, executes)) {
      const key = keyOf(text);
      if (isSent) {
        this.sentBy.set(key, (this.sentBy.get(key) ?? 0) + 1);
      }
      if (outcome === undefined) {
        this.trueOutcomes.delete(key);
      } else {
        this.trueOutcomes.set(key, outcome);
      }
    }
  }
}

/** How the books name a text. */
export function keyOf({ callRef, to }: Text): string {
  return `${callRef} ${to}`;
}

/** The texts of a call of either sending action. */
export function textsOf({ params }: ReceivedCall): Text[] {
  const personal = params['MultiSmsInfoSet'] as
    { PhoneNumber: string; SessionContext: string }[] | undefined;
  const callRef = String(params['SessionContext']);
  return personal === undefined
    ? phonesOf({ params }).map((to) => ({ to, callRef }))
    : personal.map(({ PhoneNumber, SessionContext }) => ({
        to: PhoneNumber,
        callRef: SessionContext,
      }));
}

/** Executes and answers as the documentation says. */
export function accepting(): Response {
  return {
    executes: true,
    answer: (socket, call) => socket.write(httpResponse(respond(okResponse(call)))),
  };
}

/** Answers with a code at the top; the date is what its clock says. */
export function refusing(code: string, { executes = false, date = '' } = {}): Response {
  return {
    executes,
    answer: (socket) => {
      const body = respond({ Error: { Code: code, Message: 'said the double' } });
      const answer = httpResponse(body);
      socket.write(date === '' ? answer : answer.replace('\r\n', `\r\nDate: ${date}\r\n`));
    },
  };
}

/** Gives each number this code, in the shape of a text that was sent or of one that was refused. */
export function givingEachNumber(code: string, { executes = true } = {}): Response {
  return {
    executes,
    answer: (socket, call) => {
      const SendStatusSet = phonesOf(call).map((phone) =>
        executes ? okStatus(phone, code) : failedStatus(phone, code),
      );
      socket.write(httpResponse(respond({ ...okResponse(call), SendStatusSet })));
    },
  };
}

/** Executes, then writes these bytes, whatever they are. */
export function executingThenWriting(bytes: string): Response {
  return { executes: true, answer: (socket) => socket.write(bytes) };
}

/** Executes, then does something else to the socket. */
export function executingThen(act: (socket: Socket) => void): Response {
  return { executes: true, answer: act };
}

/** The members of the answer of an action that went well. */
export function okResponse(call: ReceivedCall): object {
  switch (call.action) {
    case 'SendSms':
      return { SendStatusSet: phonesOf(call).map((phone) => okStatus(phone)) };
    case 'AddSmsTemplate':
      return { AddTemplateStatus: { TemplateId: '1' } };
    default:
      return { PullSmsSendStatusSet: [] };
  }
}

/** The item of a number, which went well unless a code says otherwise. */
export function okStatus(phone: string, code = 'Ok'): Record<string, unknown> {
  return {
    SerialNo: `2433:${phone}`,
    PhoneNumber: phone,
    Fee: 1,
    SessionContext: '',
    Code: code,
    Message: 'send success',
    IsoCode: 'CN',
  };
}

/** The item of a number whose text was refused, as it is documented for `SendSms`. */
export function failedStatus(phone: string, code: string): Record<string, unknown> {
  return { ...okStatus(phone, code), SerialNo: '', Fee: 0, Message: 'said the double' };
}

/** The body of an answer. */
export function respond(members: object): string {
  return JSON.stringify({ Response: { ...members, RequestId: 'r-1' } });
}

function phonesOf({ params }: Pick<ReceivedCall, 'params'>): string[] {
  const phones = params['PhoneNumberSet'];
  return Array.isArray(phones) ? (phones as string[]) : [];
}

function fatesOf(call: ReceivedCall, isSent: boolean): Fate[] {
  return textsOf(call).map((text) => ({ text, isSent }));
}

function readCall({ headers, body }: RawRequest): ReceivedCall {
  const { authorization = '', host = '' } = headers;
  const secretId = /Credential=([^/]*)\//.exec(authorization)?.[1] ?? '';
  const timestamp = Number(headers['x-tc-timestamp']);
  const action = headers['x-tc-action'] ?? '';
  const expected = (): string =>
    signTc3({
      method: 'POST',
      host,
      action,
      timestamp,
      secretId,
      secretKey: CREDENTIALS.secretKey,
      contentType: headers['content-type'] ?? '',
      body,
    }).authorization;
  return {
    action,
    timestamp,
    secretId,
    token: headers['x-tc-token'],
    // When it is asked for: few specs look at it, and a signature takes longer than all the rest.
    get genuine() {
      return authorization !== '' && authorization === expected();
    },
    params: body.startsWith('{')
      ? (JSON.parse(body) as Record<string, unknown>)
      : Object.fromEntries(new URLSearchParams(body)),
  };
}
