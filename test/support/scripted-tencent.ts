import type { Socket } from 'node:net';
import { RawServer, httpResponse } from './raw-server.js';

/** What the server does with a whole request. */
export const REQUEST_FAULTS = [
  'none',
  'limit',
  'refuse',
  'drop unread',
  'drop',
  'break off',
  'html',
  'empty',
  'truncate',
  'unsafe executed',
  'unsafe unexecuted',
  'new code',
  'limit beside items',
] as const;
export type RequestFault = (typeof REQUEST_FAULTS)[number];

/** What the server does with a number of a request that it answers. */
export const NUMBER_FAULTS = [
  'none',
  'refuse',
  'limit',
  'unsafe executed',
  'unsafe unexecuted',
  'forget executed',
  'forget unexecuted',
  'repeat',
  'contradict',
  'without code',
  'shout',
  'new refusal',
  'paid refusal',
  'no serial number',
  'foreign context',
] as const;
export type NumberFault = (typeof NUMBER_FAULTS)[number];

/** Faults in the order of requests and of numbers; each list starts over at its end. */
export interface FaultScript {
  requests: readonly RequestFault[];
  numbers: readonly NumberFault[];
  /** Whether items come in reverse order, and with foreign ones among them. */
  untidy: boolean;
}

/** What an honest client says of a text. */
export type TrueOutcome = 'accepted' | 'rejected' | 'unknown';

/**
 * A server with faults of every kind, which keeps books: what it sent to whom, and what a client
 * can know of it.
 *
 * Tells requests apart by their `SessionContext`, which is new in every call of the library.
 */
export class ScriptedTencent {
  requests = 0;
  /** Request and number → texts sent. */
  readonly sentBy = new Map<string, number>();
  /** Request and number → what can be known of it. */
  readonly trueOutcomes = new Map<string, TrueOutcome>();
  /** Called when a request has come, and again when it was answered. */
  onRequest: (count: number, answered: boolean) => void = () => undefined;
  private script: FaultScript = { requests: ['none'], numbers: ['none'], untidy: false };
  private numbers = 0;

  private constructor(private readonly server: RawServer) {}

  static async start(): Promise<ScriptedTencent> {
    const server = await RawServer.start(() => undefined);
    const tencent = new ScriptedTencent(server);
    server.respondWith((socket, { headers, body }) => {
      const params = JSON.parse(body) as Record<string, unknown>;
      tencent.requests += 1;
      tencent.onRequest(tencent.requests, false);
      tencent.serve(socket, headers['x-tc-action'] ?? '', textsOf(params));
      tencent.onRequest(tencent.requests, true);
    });
    return tencent;
  }

  get url(): string {
    return this.server.url;
  }

  /**
   * Begins with a script. The books stay: what was written before a signal fired may still be on
   * its way.
   */
  begin(script: FaultScript): void {
    this.script = script;
    this.requests = 0;
    this.numbers = 0;
    this.onRequest = () => undefined;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private serve(socket: Socket, action: string, texts: readonly Text[]): void {
    const faults = this.script.requests;
    const fault = faults[(this.requests - 1) % faults.length] ?? 'none';
    if (fault === 'none') {
      const items = texts.flatMap((text) => this.settle(text));
      socket.write(httpResponse(respond(action, this.script.untidy ? untidied(items) : items)));
      return;
    }
    const certain = fault === 'limit' || fault === 'refuse';
    for (const text of texts) {
      this.know(text, certain ? 'rejected' : 'unknown');
      if (!certain && fault !== 'drop unread' && fault !== 'unsafe unexecuted') {
        this.send(text);
      }
    }
    answerBadly(
      socket,
      fault,
      respond(
        action,
        texts.map((text) => item(text, 'Ok')),
      ),
    );
  }

  /** Decides about one number and gives the items that tell of it. */
  private settle(text: Text): object[] {
    const faults = this.script.numbers;
    const fault = faults[this.numbers % faults.length] ?? 'none';
    this.numbers += 1;
    const [fate, sends, items] = decide(text, fault);
    this.know(text, fate);
    if (sends) {
      this.send(text);
    }
    return items;
  }

  private know(text: Text, fate: TrueOutcome): void {
    this.trueOutcomes.set(keyOf(text), fate);
  }

  private send(text: Text): void {
    const key = keyOf(text);
    this.sentBy.set(key, (this.sentBy.get(key) ?? 0) + 1);
  }
}

interface Text {
  to: string;
  callRef: string | undefined;
}

/** How the books name a text. */
export function keyOf({ callRef, to }: Text): string {
  return `${callRef} ${to}`;
}

function decide(text: Text, fault: NumberFault): [TrueOutcome, sends: boolean, items: object[]] {
  const okay = item(text, 'Ok');
  const refused = item(text, 'LimitExceeded.PhoneNumberDailyLimit');
  switch (fault) {
    case 'none':
      return ['accepted', true, [okay]];
    case 'repeat':
      return ['accepted', true, [okay, okay]];
    case 'refuse':
      return ['rejected', false, [refused]];
    case 'limit':
      return ['rejected', false, [item(text, 'RequestLimitExceeded')]];
    case 'unsafe executed':
    case 'unsafe unexecuted':
      return ['unknown', fault === 'unsafe executed', [item(text, 'InternalError.Timeout')]];
    case 'forget executed':
    case 'forget unexecuted':
      return ['unknown', fault === 'forget executed', []];
    case 'contradict':
      return ['unknown', true, [refused, okay]];
    case 'without code':
      return ['unknown', true, [item(text, undefined)]];
    case 'shout':
      return ['unknown', true, [item(text, 'OK')]];
    case 'new refusal':
      return ['rejected', false, [item(text, 'LimitExceeded.Brandnew')]];
    case 'paid refusal':
      return ['unknown', true, [{ ...refused, Fee: 1 }]];
    case 'no serial number':
      return ['unknown', true, [{ ...okay, SerialNo: '' }]];
    case 'foreign context':
      return ['unknown', true, [{ ...refused, SessionContext: 'of another request' }]];
  }
}

function answerBadly(socket: Socket, fault: RequestFault, whole: string): void {
  const refuse = (code: string) =>
    socket.write(
      httpResponse(JSON.stringify({ Response: { Error: { Code: code }, RequestId: 'r' } })),
    );
  switch (fault) {
    case 'limit':
      refuse('RequestLimitExceeded');
      break;
    case 'refuse':
      refuse('FailedOperation.InsufficientBalanceInSmsPackage');
      break;
    case 'unsafe executed':
    case 'unsafe unexecuted':
      refuse('InternalError.Brandnew');
      break;
    case 'new code':
      refuse('LimitExceeded.Brandnew');
      break;
    case 'limit beside items':
      socket.write(
        httpResponse(
          whole.replace('{"Response":{', '{"Response":{"Error":{"Code":"RequestLimitExceeded"},'),
        ),
      );
      break;
    case 'html':
      socket.write(httpResponse('<html>', { status: 502, type: 'text/html' }));
      break;
    case 'empty':
      socket.write(httpResponse('{}'));
      break;
    case 'truncate':
      socket.write(httpResponse(whole.slice(0, -2)));
      break;
    case 'break off':
      socket.end(httpResponse(whole).slice(0, -2));
      break;
    case 'drop':
    case 'drop unread':
      socket.destroy();
      break;
    case 'none':
      throw new TypeError('nothing is wrong with this answer');
  }
}

function textsOf(params: Record<string, unknown>): Text[] {
  const personal = params['MultiSmsInfoSet'] as
    { PhoneNumber: string; SessionContext: string }[] | undefined;
  const callRef = String(params['SessionContext']);
  return personal === undefined
    ? (params['PhoneNumberSet'] as string[]).map((to) => ({ to, callRef }))
    : personal.map(({ PhoneNumber, SessionContext }) => ({
        to: PhoneNumber,
        callRef: SessionContext,
      }));
}

function item({ to, callRef }: Text, Code: string | undefined): object {
  const SerialNo = Code === 'Ok' ? `${callRef}:${to}` : '';
  const Fee = Code === 'Ok' ? 1 : 0;
  const SessionContext = callRef;
  return { PhoneNumber: to, Code, SerialNo, Fee, SessionContext, Message: '', IsoCode: '' };
}

function untidied(items: readonly object[]): object[] {
  const foreign = item({ to: '+8613799999999', callRef: '' }, 'Ok');
  return [foreign, ...items.toReversed(), foreign];
}

function respond(action: string, items: readonly object[]): string {
  const name = action === 'SendSms' ? 'SendStatusSet' : 'SendMultiStatusSet';
  return JSON.stringify({ Response: { [name]: items, RequestId: 'r' } });
}
