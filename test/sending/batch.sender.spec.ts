import { describe, expect, it } from '@jest/globals';
import { CallTiming } from '../../lib/client/call-timing.js';
import type { SmsClient } from '../../lib/client/sms.client.js';
import { InFlight } from '../../lib/client/in-flight.js';
import { ServerClock } from '../../lib/http/server-clock.js';
import { OutcomeReporter } from '../../lib/sending/outcome-reporter.js';
import type { PreparedText } from '../../lib/sending/prepare-text.js';
import { BatchSender } from '../../lib/sending/batch.sender.js';

const TEXT = { templateId: '1', values: [] } as unknown as PreparedText;
const ROWS = [
  { index: 0, to: '+8613711110001', text: TEXT },
  { index: 1, to: '+8613711110002', text: TEXT },
];

const LIMITS = {
  signal: undefined,
  timeoutMs: undefined,
  deadline: undefined,
  outlastsRateRefusals: false,
};

const startTiming = () => new CallTiming(new ServerClock(), undefined);

/** Sends over a client that does this, and tells listeners that always fail. */
async function send(call: () => Promise<unknown>): Promise<unknown[]> {
  const context = {
    account: undefined,
    inFlight: new InFlight(),
    observers: [new OutcomeReporter({ onUnknown: fail, onNewCode: fail }), { afterSend: fail }],
  };
  const client = { call, startTiming } as unknown as SmsClient;
  const outcomes = await new BatchSender(client, context).send(
    { action: 'SendSms', rows: ROWS },
    LIMITS,
  );
  return outcomes.map(({ status, to }) => [status, to]);
}

describe('a batch that was handed over', () => {
  const unknown = ROWS.map(({ to }) => ['unknown', to]);

  it('keeps its outcomes when a listener throws', async () => {
    await expect(send(async () => Promise.resolve({ SendStatusSet: [] }))).resolves.toEqual(
      unknown,
    );
    await expect(
      send(async () => Promise.resolve({ SendStatusSet: ROWS.map(({ to }) => refused(to)) })),
    ).resolves.toEqual(ROWS.map(({ to }) => ['rejected', to]));
  });

  it('is unknown when its statuses can not be read', async () => {
    const hostile = Object.defineProperty({ PhoneNumber: ROWS[0]?.to }, 'Code', {
      get: () => {
        throw new RangeError('too long');
      },
    });
    await expect(send(async () => Promise.resolve({ SendStatusSet: [hostile] }))).resolves.toEqual(
      unknown,
    );
  });

  it('is unknown when what failed says nothing of how far it came', async () => {
    await expect(send(async () => Promise.reject(new RangeError('too long')))).resolves.toEqual(
      unknown,
    );
  });
});

function fail(): never {
  throw new TypeError('the listener failed');
}

function refused(PhoneNumber: string): object {
  return { PhoneNumber, Code: 'LimitExceeded.New', SerialNo: '', Fee: 0 };
}
