import { RedisScript } from '../redis-client.js';
import { SHARED_SCRIPT, WIDE_SCRIPT } from './shared.script.js';

/** Notes what became of an operation, and gives its places back when it was rejected. */
export const CONCLUDE_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  WIDE_SCRIPT,
  `
if read_until(ask.tombstone) > 0 then
  return 'OK'
end
write_until(ask.tombstone, TOMBSTONE)
local record = read_record(ask.slot)
local last = record and record.o == ask.operation
if ask.outcome == 'rejected' then
  give_back(ask.operation)
elseif last then
  redis.call('HSET', KEYS[ask.slot], 'd', ask.outcome)
  if ask.serialNo then
    redis.call('HSET', KEYS[ask.slot], 'N', ask.serialNo)
  end
end
if last and ask.ends then
  redis.call('DEL', KEYS[ask.slot])
end
local milliseconds = ask.blockMs
if ask.untilMidnight then
  -- Midnight at UTC+8.
  milliseconds = DAY - (now + 8 * HOUR) % DAY
end
if milliseconds > 0 and now + milliseconds > read_until(ask.block) then
  write_until(ask.block, milliseconds)
end
return 'OK'
`,
);
