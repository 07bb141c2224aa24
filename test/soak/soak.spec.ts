import { describe, expect, it } from '@jest/globals';
import { SmsTransportError, UndiciTransport } from 'nestjs-tencentcloud-sms';
import type { SmsHttpRequest, SmsHttpResponse, SmsTransport } from 'nestjs-tencentcloud-sms';
import { textsOf } from '../support/fake-tencent.js';
import type { Fate, Respond } from '../support/fake-tencent.js';
import { soak } from './soak.js';
import type { SoakOptions, Wrongs } from './soak.js';

/** Printed, so that `npm run soak -- --sends 3000 --seed …` repeats it. */
const SEED = 20_260_401;
const NONE: Wrongs = { doubled: 0, misreported: 0, vague: 0, 'without outcome': 0 };
const LONG = 60_000;

type Send = (request: SmsHttpRequest, inner: SmsTransport) => Promise<SmsHttpResponse>;

/** Accounts over undici whose requests go through something that is wrong. */
function over(send: Send): Pick<SoakOptions, 'ways'> {
  const inner = new UndiciTransport();
  const transport: SmsTransport = {
    send: async (request) => send(request, inner),
    close: async () => inner.close(),
  };
  return { ways: { wrong: { transport } } };
}

/** A server that does something else to each text that it sends. */
function sending(change: (fate: Fate) => Fate[]): Pick<SoakOptions, 'seen'> {
  const seen =
    (respond: Respond): Respond =>
    (call, count) => {
      const response = respond(call, count);
      const fates =
        response.fates ?? textsOf(call).map((text) => ({ text, isSent: response.executes }));
      return { ...response, fates: fates.flatMap((fate) => (fate.isSent ? change(fate) : [fate])) };
    };
  return { seen };
}

/** A part of the product or of the server that is wrong, and what the soak says of it. */
const MUTANTS: [name: string, mutant: () => Partial<SoakOptions>, found: keyof Wrongs][] = [
  ['a server that sends each text twice', () => sending((fate) => [fate, fate]), 'doubled'],
  [
    'a server that sends texts to strangers',
    () => sending((fate) => [fate, { text: { to: '+86', callRef: '' }, isSent: true }]),
    'without outcome',
  ],
  [
    'a client that repeats a request whose answer was lost',
    () => over(async (request, inner) => inner.send(request).catch(() => inner.send(request))),
    'doubled',
  ],
  [
    'a client that takes a lost answer for a refusal',
    () =>
      over(async (request, inner) =>
        inner.send(request).catch(() => {
          throw new SmsTransportError('lost', 'connect', { retryable: false });
        }),
      ),
    'misreported',
  ],
  [
    'a client that loses answers',
    () =>
      over(async (request, inner) => {
        const response = await inner.send(request);
        return request.body.length % 5 === 0 ? { ...response, body: '' } : response;
      }),
    'vague',
  ],
];

describe('a short soak', () => {
  it(
    'texts no phone twice and has only true outcomes in 6000 sends with faults of every kind',
    async () => {
      process.stderr.write(`Soak with the seed ${SEED}\n`);
      const report = await soak({ sends: 6000, seed: SEED });
      expect({ wrongs: report.wrongs, examples: report.examples }).toEqual({
        wrongs: NONE,
        examples: [],
      });
      // Otherwise it proves nothing.
      expect(report.outcomes.accepted).toBeGreaterThan(500);
      expect(report.outcomes.rejected).toBeGreaterThan(500);
      expect(report.outcomes.unknown).toBeGreaterThan(100);
      expect(report.requestFaults.size).toBeGreaterThan(10);
      expect(report.numberFaults.size).toBeGreaterThan(10);
    },
    LONG,
  );

  it.each(MUTANTS)(
    'finds %s',
    async (_, mutant, found) => {
      const { wrongs } = await soak({ sends: 1500, seed: SEED, ...mutant() });
      expect(wrongs[found]).toBeGreaterThan(0);
    },
    LONG,
  );
});
