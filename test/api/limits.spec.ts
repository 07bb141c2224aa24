import { describe, expect, it } from '@jest/globals';
import { API_VERSION, ITEM_OK } from '../../lib/api/envelope.js';
import * as limits from '../../lib/api/limits.js';

describe('the constants of the API', () => {
  it('are the documented ones', () => {
    expect({ ...limits, API_VERSION, ITEM_OK }).toStrictEqual({
      API_VERSION: '2021-01-11',
      ITEM_OK: 'Ok',
      MAX_RECIPIENTS_PER_CALL: 200,
      MAX_QUERY_BYTES: 32_768,
      MAX_TC3_BODY_BYTES: 10_485_760,
      MAX_V1_BODY_BYTES: 1_048_576,
      MAX_CLOCK_SKEW_SECONDS: 300,
      MAX_TEXT_CHARACTERS: { mainland: 500, international: 2000 },
      MAX_SESSION_CONTEXT_BYTES: 511,
      MIN_SIGN_CHARACTERS: 2,
      MAX_SIGN_CHARACTERS: { mainland: 12, international: 15 },
      MAX_LISTED_REVIEWS: 100,
      MAX_PULLED_ITEMS: 100,
      MAX_LISTED_PACKAGES: 500,
    });
  });
});
