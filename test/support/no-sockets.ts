import { Server, Socket } from 'node:net';
import { afterAll, beforeAll } from '@jest/globals';

const OPENING = [
  [Server.prototype, 'listen'],
  [Socket.prototype, 'connect'],
] as const;
const ORIGINALS = OPENING.map(([prototype, name]) =>
  Object.getOwnPropertyDescriptor(prototype, name),
);

/**
 * Fails as a port does that is taken, with an event: Nest waits for one for ever where `listen`
 * throws.
 */
function refuse(this: Server | Socket): Server | Socket {
  const error = new Error(
    'A spec of the project "unit" opens a socket: see test/support/projects.mjs.',
  );
  process.nextTick(() =>
    this instanceof Socket ? this.destroy(error) : this.emit('error', error),
  );
  return this;
}

beforeAll(() => {
  for (const [prototype, name] of OPENING) {
    Object.defineProperty(prototype, name, { value: refuse, configurable: true });
  }
});

// Specs of other projects may run in this process afterwards.
afterAll(() => {
  for (const [index, [prototype, name]] of OPENING.entries()) {
    Object.defineProperty(prototype, name, ORIGINALS[index] ?? {});
  }
});
