import { RedisScript } from '../redis-client.js';
import { SHARED_SCRIPT } from './shared.script.js';

/** Counts a guess, then compares it. */
export const ATTEMPT_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  `
local mark = mark_of(ask.trusted)

local function find()
  for _, target in ipairs(ask.targets) do
    local record = read_record(target.key)
    if record and (not target.nonce or target.nonce == record.n) and agrees(record, ask.sessions) then
      return record, target
    end
  end
end

-- An answer is kept in few bytes: w and what is left, or r and both moments and the serial number.
local function to_answer(kept)
  local left = string.match(kept, '^w(%d+)$')
  if left then
    return cjson.encode({ status = 'wrong', attemptsLeft = tonumber(left) })
  end
  local sent_at, approved_at, serial = string.match(kept, '^r(%d+) (%d+) ?(.*)$')
  local answer = { status = 'approved', sentAt = tonumber(sent_at), now = tonumber(approved_at) }
  if serial ~= '' then
    answer.serialNo = serial
  end
  return cjson.encode(answer)
end

-- Guesses at nothing are not limited, so that only those are kept that a limit can ask for.
local function note_guess()
  local most = 0
  for _, limit in ipairs(ask.limits.guesses) do
    most = math.max(most, limit[1])
  end
  if most > 0 and ask.guesses[1] then
    note(ask.guesses, '-', ask.operation, longest(ask.limits.guesses))
    redis.call('ZREMRANGEBYRANK', KEYS[ask.guesses[1]], 0, -(most + 1))
  end
end

local record, target = find()
local kept = record and record['=' .. ask.operation]
if kept then
  return to_answer(kept)
end
if not record or record.A then
  note_guess()
  return cjson.encode({ status = 'gone' })
end
local locked_until = fits_at(moments(ask.failures, mark, longest(ask.limits.failures)), ask.limits.failures)
if record.a > 0 and #ask.guesses > 0 then
  locked_until = math.max(locked_until, fits_at(moments(ask.guesses, '', longest(ask.limits.guesses)), ask.limits.guesses))
end
if locked_until > 0 then
  return cjson.encode({ status = 'locked', retryAt = locked_until })
end
if record.a >= ask.maxAttempts then
  return cjson.encode({ status = 'exhausted' })
end

local key = KEYS[record.key]
local attempts = redis.call('HINCRBY', key, 'a', 1)
local answer = 'w' .. whole(ask.maxAttempts - attempts)
if target.verifiers[record.k] == record.v then
  answer = 'r' .. whole(record.l) .. ' ' .. whole(now) .. ' ' .. (record.N or '')
  redis.call('HSET', key, 'A', '1')
  redis.call('HDEL', key, 'v')
  -- Failures of other verifications stay, or each login would give a stranger fresh guesses.
  for field in pairs(record) do
    local operation = string.match(field, '^=(.*)$')
    if operation then
      forget(ask.failures, operation)
    end
  end
  for _, pauses in ipairs(ask.pauses) do
    for _, member in ipairs(redis.call('ZRANGE', KEYS[pauses], 0, -1)) do
      if string.sub(member, 1, 1) == record.t then
        redis.call('ZREM', KEYS[pauses], member)
      end
    end
  end
  local pauses = KEYS[ask.pauses[1]]
  redis.call('ZADD', pauses, whole(record.l), '!' .. record.t)
  expire(pauses, HOUR)
else
  note(ask.failures, mark, ask.operation, longest(ask.limits.failures))
  note_guess()
end
redis.call('HSET', key, '=' .. ask.operation, answer)
return to_answer(answer)
`,
);
