import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskSerialNo } from '../../lib/privacy/mask-serial-no.js';

describe('maskSerialNo', () => {
  it.each([
    ['3369:123456789016835400000011222', '3369:1234567890168354000000****'],
    ['5000:1045710669157053657849499619', '5000:10457106691570536578494****'],
    ['2019:-1234567890123456789', '2019:-12345678901234****'],
    ['7b0b4a2e-6a5d-4b39-9a6f-2f4f4c1d5e6f', '7b0b4a2e-6a5d-4b39-9a6f-2f4f4c1****'],
    ['5000:1', '****'],
    ['', '****'],
  ])('turns %p into %p', (serialNo, masked) => {
    expect(maskSerialNo(serialNo)).toBe(masked);
  });

  it('shows none of the digits of a phone at the end, be they four or five', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{8,10}1[67]\d{11}$/),
        fc.stringMatching(/^\d{4,5}$/),
        (front, digits) => {
          const masked = maskSerialNo(`2640:${front}${digits}`);
          expect(masked.startsWith(`2640:${front}`.slice(0, -1))).toBe(true);
          expect(masked.replace('****', '').length).toBeLessThanOrEqual(`2640:${front}`.length);
        },
      ),
    );
  });
});
