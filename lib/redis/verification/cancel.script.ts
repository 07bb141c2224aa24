import { RedisScript } from '../redis-client.js';
import { SHARED_SCRIPT, WIDE_SCRIPT } from './shared.script.js';

/** Ends an operation that may not have happened. */
export const CANCEL_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  WIDE_SCRIPT,
  `
if read_until(ask.tombstone) > 0 then
  return 'OK'
end
write_until(ask.tombstone, TOMBSTONE)
give_back(ask.operation)
forget(ask.starts, ask.operation)
return 'OK'
`,
);

/** Ends a verification. */
export const END_SCRIPT = new RedisScript(`
local ask = cjson.decode(ARGV[2])
if redis.call('HGET', KEYS[1], 'n') == ask.nonce then
  redis.call('DEL', KEYS[1])
end
return 'OK'
`);

/** Forgets failures and blocks. */
export const UNLOCK_SCRIPT = new RedisScript(`
for _, key in ipairs(KEYS) do
  redis.call('DEL', key)
end
return 'OK'
`);
