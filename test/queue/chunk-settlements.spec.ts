import { expect, it } from '@jest/globals';
import {
  chunkOwner,
  packRows,
  sealText,
  toRequestRef,
} from '../../lib/queue/campaigns/campaign-data.js';
import { ChunkRunner } from '../../lib/queue/campaigns/chunk.runner.js';
import { JobCipher } from '../../lib/queue/job-cipher.js';
import type { QueueContext } from '../../lib/queue/queue-context.js';
import { CampaignCaller, chunkOf, ends } from '../../lib/testing/campaign-store/campaign-caller.js';
import { MemoryCampaignStore } from '../support/memory-campaign-store.js';

const ID = 'a'.repeat(43);
const TO = '+8613811112222';

const SECRET = 'canary-chunk-secret-000000000000000001';

/** A campaign of one row that a request has begun to send. */
async function begin(sealedWith?: JobCipher) {
  const store = new MemoryCampaignStore(Date.now);
  const caller = new CampaignCaller(store, undefined);
  const rows = packRows({ texts: [], rows: [{ to: TO, text: 0 }] });
  await store.create(ID, JSON.stringify({ serialNos: false }));
  await store.lease(ID, 'loader', 60_000);
  const sealed = sealText(rows, chunkOwner(ID, 0), sealedWith);
  await store.append(ID, 'loader', { ...chunkOf('.'), sealed });
  await store.endLoading(ID, 'loader');
  const runner = new ChunkRunner(store, { cipher: undefined } as unknown as QueueContext);
  const { token, epoch } = await caller.go(ID, [0]);
  const settle = async (code: string): Promise<void> =>
    runner.settle({
      id: 'settled 1',
      verdict: 'rejected',
      certainty: 'exact',
      to: TO,
      callRef: toRequestRef(ID, 0, epoch),
      code,
    });
  return { store, token, settle };
}

it.each(['SMS_TOO_LATE', 'RequestLimitExceeded', 'AuthFailure.SignatureFailure'])(
  'a row that %s kept back waits on, also when that is settled late',
  async (code) => {
    const { store, token, settle } = await begin();
    await settle(code);
    expect(await store.letters(ID, [0])).toBe('s');
    await store.end(ID, ends([0], '.'), token);
    await settle(code);
    expect(await store.letters(ID, [0])).toBe('.');
  },
);

it('a row that may have been sent is rejected once it is proven that it was not', async () => {
  const { store, token, settle } = await begin();
  await store.end(ID, ends([0], 'u'), token);
  await settle('SMS_TOO_LATE');
  expect(await store.letters(ID, [0])).toBe('r');
});

it('a row in flight is rejected when it is settled that its number refuses texts', async () => {
  const { store, settle } = await begin();
  await settle('FailedOperation.PhoneNumberInBlacklist');
  expect(await store.letters(ID, [0])).toBe('r');
});

it('a row whose secret is not known here leaves its settlement to other processes', async () => {
  const { store, settle } = await begin(new JobCipher([SECRET]));
  await expect(settle('FailedOperation.PhoneNumberInBlacklist')).rejects.toThrow('not known here');
  expect(await store.letters(ID, [0])).toBe('s');
});
