import type { Socket } from 'node:net';
import { keyOf, textsOf } from './fake-tencent.js';
import type { Fate, ReceivedCall, Respond, Response, Text, TrueOutcome } from './fake-tencent.js';
import { httpResponse } from './raw-server.js';

/** What the server does with a whole request. */
export const REQUEST_FAULTS = [
  'none',
  'limit',
  'refuse',
  'drop unread',
  'drop',
  'reset',
  'break off',
  'late answer',
  'html',
  'empty',
  'truncate',
  'unsafe executed',
  'unsafe unexecuted',
  'new code',
  'limit beside items',
] as const;
/** Others, which take long or much. */
export const COSTLY_REQUEST_FAULTS = ['redirect', 'huge', 'silence', 'stall'] as const;
export type RequestFault = (typeof REQUEST_FAULTS)[number] | (typeof COSTLY_REQUEST_FAULTS)[number];

/** What the server does with a number of a request that it answers. */
export const NUMBER_FAULTS = [
  'none',
  'refuse',
  'limit',
  'unsafe executed',
  'unsafe unexecuted',
  'forget executed',
  'forget unexecuted',
  'open code executed',
  'open code with a fee',
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

/** Codes that tell nothing of what became of a text. */
const OPEN_CODES = [
  'Success',
  'Ok.Queued',
  'Timeout',
  'ServerError.Timeout',
  'internalerror.timeout',
  ' InternalError.Timeout',
];

/**
 * Responds with the faults of a script. `onRequest` is called when a request has come, and again
 * when it was answered.
 */
export function scripted(
  { requests, numbers, untidy }: FaultScript,
  onRequest: (count: number, answered: boolean) => void = () => undefined,
): Respond {
  let came = 0;
  let settled = 0;
  const nextNumberFault = (): NumberFault => {
    settled += 1;
    return numbers[(settled - 1) % numbers.length] ?? 'none';
  };
  return (call) => {
    came += 1;
    const count = came;
    onRequest(count, false);
    const fault = requests[(count - 1) % requests.length] ?? 'none';
    const response =
      fault === 'none' ? settle(call, nextNumberFault, untidy) : failWith(call, fault);
    return {
      ...response,
      answer: (socket, received) => {
        response.answer(socket, received);
        onRequest(count, true);
      },
    };
  };
}

/** Answers a request, with a fault for each number; `untidy` as in {@link FaultScript}. */
export function settle(
  call: ReceivedCall,
  nextFault: () => NumberFault,
  untidy: boolean,
): Response {
  const fates = textsOf(call).map((text) => {
    const { outcome, isSent, items } = decide(text, nextFault());
    return { text, outcome, isSent, items };
  });
  const items = fates.flatMap((fate) => fate.items);
  const body = bodyOf(call.action, untidy ? untidied(items) : items);
  return {
    executes: fates.some(({ isSent }) => isSent),
    fates,
    answer: (socket) => socket.write(httpResponse(body)),
  };
}

/** Fails a whole request. */
export function failWith(call: ReceivedCall, fault: RequestFault): Response {
  const texts = textsOf(call);
  const isRefusal = fault === 'limit' || fault === 'refuse';
  const isSent = !isRefusal && fault !== 'drop unread' && fault !== 'unsafe unexecuted';
  const outcome: TrueOutcome = isRefusal ? 'rejected' : 'unknown';
  const items = texts.map((text) => item(text, 'Ok'));
  return {
    executes: isSent,
    fates: texts.map((text) => ({ text, isSent, outcome })),
    answer: (socket) => {
      answerBadly(socket, fault, bodyOf(call.action, items));
    },
  };
}

interface Decision extends Pick<Fate, 'isSent'> {
  outcome: TrueOutcome;
  items: object[];
}

/** Decides about one number, and gives the items that tell of it. */
function decide(text: Text, fault: NumberFault): Decision {
  const okay = item(text, 'Ok');
  const refused = item(text, 'LimitExceeded.PhoneNumberDailyLimit');
  switch (fault) {
    case 'none':
      return { outcome: 'accepted', isSent: true, items: [okay] };
    case 'repeat':
      return { outcome: 'accepted', isSent: true, items: [okay, okay] };
    case 'refuse':
      return { outcome: 'rejected', isSent: false, items: [refused] };
    case 'limit':
      return { outcome: 'rejected', isSent: false, items: [item(text, 'RequestLimitExceeded')] };
    case 'unsafe executed':
    case 'unsafe unexecuted':
      return {
        outcome: 'unknown',
        isSent: fault === 'unsafe executed',
        items: [item(text, 'InternalError.Timeout')],
      };
    case 'forget executed':
    case 'forget unexecuted':
      return { outcome: 'unknown', isSent: fault === 'forget executed', items: [] };
    case 'open code executed':
      return { outcome: 'unknown', isSent: true, items: [{ ...okay, Code: openCodeFor(text) }] };
    case 'open code with a fee':
      return {
        outcome: 'unknown',
        isSent: true,
        items: [{ ...okay, Code: openCodeFor(text), SerialNo: '' }],
      };
    case 'contradict':
      return { outcome: 'unknown', isSent: true, items: [refused, okay] };
    case 'without code':
      return { outcome: 'unknown', isSent: true, items: [item(text, undefined)] };
    case 'shout':
      return { outcome: 'unknown', isSent: true, items: [item(text, 'OK')] };
    case 'new refusal':
      return { outcome: 'rejected', isSent: false, items: [item(text, 'LimitExceeded.Brandnew')] };
    case 'paid refusal':
      return { outcome: 'unknown', isSent: true, items: [{ ...refused, Fee: 1 }] };
    case 'no serial number':
      return { outcome: 'unknown', isSent: true, items: [{ ...okay, SerialNo: '' }] };
    case 'foreign context':
      return {
        outcome: 'unknown',
        isSent: true,
        items: [{ ...refused, SessionContext: 'of another request' }],
      };
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
    case 'late answer':
      // As a gateway does that gave up: the API's answer comes when the client may have gone on, at
      // once or up to four milliseconds later.
      socket.write(httpResponse('<html>', { status: 504, type: 'text/html' }));
      setTimeout(() => socket.write(httpResponse(whole)), whole.length % 5);
      break;
    case 'redirect':
      // Following it would execute the request once more.
      socket.write('HTTP/1.1 307 X\r\nLocation: /\r\nContent-Length: 0\r\n\r\n');
      break;
    case 'huge':
      socket.write(
        httpResponse(whole.replace('"Message":""', `"Message":"${'1'.repeat(2_500_000)}"`)),
      );
      break;
    case 'silence':
      break;
    case 'stall':
      socket.write(httpResponse(whole).slice(0, -2));
      break;
    case 'reset':
      socket.resetAndDestroy();
      break;
    case 'drop':
    case 'drop unread':
      socket.destroy();
      break;
    case 'none':
      throw new TypeError('nothing is wrong with this answer');
  }
}

/** The same code for the same text. */
function openCodeFor(text: Text): string {
  const digit = Number(keyOf(text).at(-1));
  return OPEN_CODES[digit % OPEN_CODES.length] ?? 'Success';
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

function bodyOf(action: string, items: readonly object[]): string {
  const name = action === 'SendSms' ? 'SendStatusSet' : 'SendMultiStatusSet';
  return JSON.stringify({ Response: { [name]: items, RequestId: 'r' } });
}
