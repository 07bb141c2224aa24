import { expect, it } from '@jest/globals';
import { addressOf } from '../src/address-of.js';

it.each([
  [{}, { port: '3000', host: '127.0.0.1' }],
  [
    { PORT: '4000', HOST: '0.0.0.0' },
    { port: '4000', host: '0.0.0.0' },
  ],
  [
    { PORT: '', HOST: '' },
    { port: '3000', host: '127.0.0.1' },
  ],
])('makes of the environment %j the address %j', (env, address) => {
  expect(addressOf(env)).toEqual(address);
});
