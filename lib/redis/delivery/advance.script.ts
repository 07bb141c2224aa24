import { RedisScript } from '../redis-client.js';
import { OUTBOX_SCRIPT, SHARED_SCRIPT, TEXT_SCRIPT } from './shared.script.js';

/** Does what is due by the clock, as far as its keys are given; the others it asks for. */
export const ADVANCE_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  OUTBOX_SCRIPT,
  TEXT_SCRIPT,
  `
local MOST = 200

local function due(set)
  return redis.call('ZRANGEBYSCORE', set, '-inf', whole(now), 'LIMIT', 0, MOST)
end

-- A report of no text of ours: told once, and kept for a late text all the same.
local function advance_parked(field)
  local list, left, next_at = cjson.decode(redis.call('HGET', given.k, field) or '[]'), {}, nil
  for _, report in ipairs(list) do
    local id = 'foreign ' .. field .. ' ' .. parse(report.f).state
    if not report.x and now - report.at >= ask.foreign and not key('i' .. id) then
      return
    end
  end
  for _, report in ipairs(list) do
    local state = parse(report.f).state
    if not report.x and now - report.at >= ask.foreign then
      report.x = true
      local serial, to = string.match(field, '^(.*) (%S+)$')
      announce('report', 'foreign ' .. field .. ' ' .. state, cjson.encode({ foreign = true, N = serial, to = to, f = report.f }))
    end
    if now - report.at < ask.parked then
      left[#left + 1] = report
      local at = report.at + (report.x and ask.parked or ask.foreign)
      next_at = math.min(next_at or at, at)
    end
  end
  if #left == 0 then
    redis.call('HDEL', given.k, field)
    redis.call('ZREM', given.K, field)
  else
    redis.call('HSET', given.k, field, cjson.encode(left))
    redis.call('ZADD', given.K, whole(next_at), field)
  end
  redis.call('HINCRBY', given.k, '', #left - #list)
end

local function advance_awaited(name)
  local p = key('p' .. string.match(name, '(%S+)$'))
  if not key('t' .. name) or not p then
    return
  end
  local text = read_text('t' .. name)
  if text and text.fact.state == 'accepted' then
    apply(text, parse('unreported 1 ' .. whole(now) .. ' clock'))
  end
  redis.call('ZREM', given.u, name)
end

local function end_silent(name)
  if not key('q' .. name) then
    return
  end
  local ids = redis.call('ZRANGE', given['q' .. name], 0, MOST - 1)
  for _, id in ipairs(ids) do
    count('d', now, 1)
    end_change(name, id)
  end
  if #ids < MOST then
    redis.call('HDEL', given.h, name)
  end
end

read_handlers()
if #missing > 1 then
  return missing
end
for _, field in ipairs(due(given.K)) do
  advance_parked(field)
end
for _, name in ipairs(due(given.u)) do
  advance_awaited(name)
end
for _, name in ipairs(silent) do
  end_silent(name)
end
save()
return #missing > 1 and missing or { 'ok' }
`,
);
