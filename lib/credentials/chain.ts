import { SmsCredentialsError } from '../errors/credentials.error.js';
import { SmsOptionsError } from '../errors/options.error.js';
import type { SmsCredentials } from '../signing/signer.js';
import { obtainCredentials } from './credentials-provider.js';
import type { SmsCredentialsAsk, SmsCredentialsProvider } from './credentials-provider.js';

/**
 * Asks several providers in turn; the first that has credentials wins, and is asked alone from then
 * on, until it fails.
 *
 * Only "not set up here" (`SMS_CREDENTIALS_NOT_FOUND`) passes on to the next one. A source that is
 * set up and fails ends the search: stepping over it would send with the keys of another account.
 *
 * @throws SmsOptionsError when there is nothing to ask.
 */
export function chainCredentials(
  ...providers: readonly SmsCredentialsProvider[]
): SmsCredentialsProvider {
  if (providers.length === 0 || !providers.every((provider) => typeof provider === 'function')) {
    const message = 'chainCredentials: expected one provider or more, each a function.';
    throw new SmsOptionsError([{ field: 'chainCredentials', message }]);
  }
  let winner: SmsCredentialsProvider | undefined;

  async function search(ask: SmsCredentialsAsk | undefined): Promise<SmsCredentials> {
    const misses: SmsCredentialsError[] = [];
    for (const provider of providers) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- the next one is asked only when this has none
        const credentials = await obtainCredentials(provider, ask);
        winner = provider;
        return credentials;
      } catch (error) {
        misses.push(toMiss(error));
      }
    }
    throw new SmsCredentialsError(
      [
        `No credentials found in ${misses.length} places. Set up one of them:`,
        ...misses.map(({ message }) => `- ${message}`),
      ],
      new AggregateError(misses, 'Every source of credentials was empty.'),
      { code: 'SMS_CREDENTIALS_NOT_FOUND' },
    );
  }

  return async (ask) => {
    const asked = winner;
    if (asked === undefined) {
      return search(ask);
    }
    try {
      return await obtainCredentials(asked, ask);
    } catch (error) {
      if (winner === asked) {
        winner = undefined;
      }
      toMiss(error);
      return search(ask);
    }
  };
}

/** @throws the error, unless it only says that this source is not set up. */
function toMiss(error: unknown): SmsCredentialsError {
  if (error instanceof SmsCredentialsError && error.code === 'SMS_CREDENTIALS_NOT_FOUND') {
    return error;
  }
  throw error;
}
