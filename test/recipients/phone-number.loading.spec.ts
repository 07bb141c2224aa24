import { describe, expect, it, jest } from '@jest/globals';

const load = jest.fn(() => ({ parsePhoneNumberFromString: () => undefined }));
jest.unstable_mockModule('libphonenumber-js/min', load);

describe('the numbering plans', () => {
  it('are loaded with the first parser that is asked for, and not by an import or a mainland number', async () => {
    const { isMainland, loadPhoneNumberParser, parseMainlandNumber } =
      await import('../../lib/recipients/phone-number.js');
    expect(parseMainlandNumber('13711112222')?.e164).toBe('+8613711112222');
    expect(isMainland('+8613711112222')).toBe(true);
    expect(load).not.toHaveBeenCalled();

    await loadPhoneNumberParser();
    await loadPhoneNumberParser();
    expect(load).toHaveBeenCalledTimes(1);
  });
});
