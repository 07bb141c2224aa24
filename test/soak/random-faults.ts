import type { Socket } from 'node:net';
import { keyOf, refusing, textsOf } from '../support/fake-tencent.js';
import type { ReceivedCall, Respond, Response, Text } from '../support/fake-tencent.js';
import { failWith, settle } from '../support/scripted-faults.js';
import type { NumberFault, RequestFault } from '../support/scripted-faults.js';

/** Numbers from 0 to 1, the upper end excluded. */
export type Random = () => number;

/** Fault → how often, in a thousand requests. */
const REQUEST_FAULTS: Partial<Record<RequestFault | 'token', number>> = {
  limit: 60,
  refuse: 20,
  token: 30,
  'unsafe executed': 20,
  'unsafe unexecuted': 20,
  'drop unread': 20,
  drop: 30,
  reset: 20,
  'break off': 20,
  html: 20,
  empty: 15,
  truncate: 20,
  'limit beside items': 15,
  'new code': 15,
  redirect: 15,
  'late answer': 15,
  huge: 2,
  silence: 1,
  stall: 1,
};
/** Fault → how often, in a thousand numbers. */
const NUMBER_FAULTS: Partial<Record<NumberFault, number>> = {
  refuse: 60,
  limit: 20,
  'unsafe executed': 15,
  'unsafe unexecuted': 15,
  'forget executed': 10,
  'forget unexecuted': 10,
  'open code executed': 10,
  'open code with a fee': 10,
  repeat: 20,
  contradict: 10,
  'without code': 10,
  shout: 10,
  'new refusal': 10,
  'paid refusal': 10,
  'no serial number': 10,
  'foreign context': 10,
};
/** Connections in a thousand that are reset as soon as they stand. */
const RESET_CONNECTIONS = 50;
/** Answers in a thousand after which the connection is closed within three milliseconds. */
const CLOSED_AFTER = 60;
/** Further from the clock of the server, a signature has expired. */
const SIGNATURE_LIFE_MS = 300_000;

/** Makes a `FakeTencent` fail in every way, at random. */
export class RandomFaults {
  /** How often each fault came, by its name. */
  readonly ofRequests = new Map<string, number>();
  readonly ofNumbers = new Map<string, number>();
  private readonly closing = new WeakSet<Socket>();
  private readonly losable = new Set<string>();
  private skewMs = 0;

  constructor(private readonly random: Random) {}

  /** Sets the clock of the server to another time, and forgets which answers may be lost. */
  nextRound(): void {
    this.losable.clear();
    this.skewMs = Math.round((this.random() - 0.5) * 48) * 3_600_000;
  }

  /** Whether the answer for a text may have been lost with its connection. */
  mayBeLost(text: Text): boolean {
    return this.losable.has(keyOf(text));
  }

  /** Resets some connections at once. */
  readonly connect = (socket: Socket): void => {
    if (this.random() * 1000 < RESET_CONNECTIONS) {
      count(this.ofRequests, 'reset connection');
      socket.resetAndDestroy();
    }
  };

  readonly respond: Respond = (call) => {
    const response = this.react(call);
    return {
      ...response,
      answer: (socket, received) => {
        if (this.closing.has(socket)) {
          this.markLosable(call);
        }
        response.answer(socket, received);
      },
    };
  };

  private react(call: ReceivedCall): Response {
    const now = Date.now() + this.skewMs;
    if (Math.abs(call.timestamp * 1000 - now) > SIGNATURE_LIFE_MS) {
      count(this.ofRequests, 'clock');
      return refusing('AuthFailure.SignatureExpire', { date: new Date(now).toUTCString() });
    }
    const fault = pick(REQUEST_FAULTS, this.random) ?? 'none';
    count(this.ofRequests, fault);
    if (fault === 'none') {
      return this.settle(call);
    }
    // What may be tried again ends otherwise when the next attempt doesn't arrive.
    if (fault === 'limit' || fault === 'token') {
      return refusing(fault === 'limit' ? 'RequestLimitExceeded' : 'AuthFailure.TokenFailure');
    }
    return failWith(call, fault);
  }

  private settle(call: ReceivedCall): Response {
    const nextFault = (): NumberFault => {
      const fault = pick(NUMBER_FAULTS, this.random) ?? 'none';
      count(this.ofNumbers, fault);
      return fault;
    };
    const response = settle(call, nextFault, this.random() < 0.3);
    if (this.random() * 1000 >= CLOSED_AFTER) {
      return response;
    }
    return {
      ...response,
      answer: (socket, received) => {
        response.answer(socket, received);
        count(this.ofRequests, 'close after answer');
        this.markLosable(call);
        this.closeSoon(socket);
      },
    };
  }

  /** Meets an idle connection, the next request, or the answer itself. */
  private closeSoon(socket: Socket): void {
    this.closing.add(socket);
    const ways = ['end', 'destroy', 'resetAndDestroy'] as const;
    const way = ways[Math.floor(this.random() * ways.length)] ?? 'end';
    setTimeout(() => socket[way](), this.random() * 3);
  }

  private markLosable(call: ReceivedCall): void {
    for (const text of textsOf(call)) {
      this.losable.add(keyOf(text));
    }
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function pick<Name extends string>(
  weights: Partial<Record<Name, number>>,
  random: Random,
): Name | undefined {
  let dice = random() * 1000;
  for (const name in weights) {
    dice -= weights[name] ?? 0;
    if (dice < 0) {
      return name;
    }
  }
  return undefined;
}
