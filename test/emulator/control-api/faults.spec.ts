import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SMS_ACTIONS } from '../../../lib/api/actions.js';
import { SmsEmulator } from '../../../lib/testing/index.js';

const MEMBERS =
  'action, app, template, numberSuffix, times, code, message, at, latencyMs, effect, status, execute, executeAfterMs, callback, contentType';
const EFFECTS = 'reset, drop, http-status, html, truncated, stalled';

let emulator: SmsEmulator;
beforeEach(async () => {
  emulator = await SmsEmulator.start();
});
afterEach(async () => {
  await emulator.stop();
});

interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly field: string };
}

const put = async (body: string): Promise<{ status: number; body: Refusal }> => {
  const answer = await fetch(`${emulator.url}/_emulator/faults`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  return { status: answer.status, body: (await answer.json()) as Refusal };
};

describe('PUT /_emulator/faults', () => {
  it.each<
    readonly [name: string, body: unknown, field: string, index: number | undefined, known: string]
  >([
    ['an unknown member', { faults: [{ kode: 'InternalError' }] }, 'kode', 0, MEMBERS],
    ['a fault that is a text', { faults: ['drop'] }, 'fault', 0, MEMBERS],
    ['a fault without anything to do', { faults: [{ times: 2 }] }, 'fault', 0, MEMBERS],
    ['a fault in place of the list', { code: 'InternalError' }, 'code', undefined, 'faults'],
    [
      'a list in place of the body',
      [{ code: 'InternalError' }],
      'body',
      undefined,
      '{ "faults": [',
    ],
    ['no list', { faults: { effect: 'drop' } }, 'faults', undefined, '{ "faults": ['],
    ['an unknown effect', { faults: [{ effect: 'lose' }] }, 'effect', 0, EFFECTS],
    [
      'an unknown action',
      { faults: [{ effect: 'drop' }, { effect: 'drop', action: 'Send' }] },
      'action',
      1,
      SMS_ACTIONS.join(', '),
    ],
    [
      'an unknown place',
      { faults: [{ code: 'InternalError', at: 'top' }] },
      'at',
      0,
      '"request" or "recipients"',
    ],
    [
      'a message that is too long',
      { faults: [{ code: 'InternalError', message: 'x'.repeat(1001) }] },
      'message',
      0,
      'at most 1000 characters',
    ],
  ])('says for %s which fault it is and what is known', async (_, given, field, index, known) => {
    const { status, body } = await put(JSON.stringify(given));
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'invalid_body', field });
    const where = index === undefined ? '' : `faults[${index}]: `;
    expect(body.error.message.startsWith(`${where}${field} `)).toBe(true);
    expect(body.error.message).toContain(known);
  });
});

describe('a fault from a test', () => {
  it('is refused with the members that are known', () => {
    expect(() => {
      emulator.fail('SendSms', 'InternalError', { tiems: 2 } as object);
    }).toThrow(
      expect.objectContaining({ field: 'tiems', message: expect.stringContaining(MEMBERS) }),
    );
  });
});
