import { RedisScript } from '../redis-client.js';
import { OUTBOX_SCRIPT, SHARED_SCRIPT, TEXT_SCRIPT } from './shared.script.js';

/** Merges reports into texts, gives the changes that they made, and parks those of texts that are not known. */
export const MERGE_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  OUTBOX_SCRIPT,
  TEXT_SCRIPT,
  `
-- The name of the text that a serial number tells; false when it is none.
local names = {}
local function name_of(index)
  if names[index] == nil then
    local call = redis.call('GET', given[index])
    names[index] = call and 't' .. call .. ' ' .. string.match(index, '(%S+)$') or false
  end
  return names[index]
end

-- The text that was sent with the context which a report gives back, where it needs that.
local function read_by_context(item)
  local text = item.x and key(item.x) and read_text(item.x)
  if text and (not text.fields.N or text.fields.M) then
    return text
  end
end

read_handlers()
for _, item in ipairs(ask.facts) do
  local p = key('p' .. item.to)
  local name = name_of(item.index)
  if name then
    key(name)
  elseif p then
    for _, call in ipairs(redis.call('ZRANGE', p, 0, -1)) do
      key('t' .. call .. ' ' .. item.to)
    end
  end
  local text = read_by_context(item)
  if text and text.fields.M then
    key('s' .. text.fields.M .. ' ' .. item.to)
  end
end
if #missing > 1 then
  return missing
end

local function claim_by_context(item)
  local text = read_by_context(item)
  if not text then
    return nil
  end
  if text.fields.M then
    -- It was matched with another text's serial number.
    redis.call('DEL', given['s' .. text.fields.M .. ' ' .. item.to])
    text.fact = parse(OPEN)
    set(text, 'f', OPEN)
  end
  set(text, 'N', string.match(item.index, '^s(.*) %S+$'))
  claim_serial(text, item.index)
  names[item.index] = text.name
  return text
end

-- It may be of a text to the number whose outcome is open, or that was not found.
local function hurry(to)
  local flat = redis.call('ZRANGEBYSCORE', given['p' .. to], '(' .. whole(now), '+inf', 'WITHSCORES')
  for i = 1, #flat, 2 do
    local text = read_text('t' .. flat[i] .. ' ' .. to)
    local state = text and text.fact.state
    if state == 'absent' or state == 'unknown' and flat[i + 1] ~= 'inf' then
      plan_look(text, 0)
    end
  end
end

local function park(item)
  local field = string.sub(item.index, 2)
  local parked = redis.call('HGET', given.k, field)
  local list = parked and cjson.decode(parked) or {}
  local fact, same = parse(item.f), nil
  for _, report in ipairs(list) do
    local held = parse(report.f)
    -- Merged after what is parked already, it would change nothing.
    if not is_better(fact, held) then
      return
    end
    if held.state == fact.state and held.weight == fact.weight then
      same = report
    end
  end
  if same then
    same.f = item.f
  elseif tonumber(redis.call('HGET', given.k, '') or 0) >= ask.mostParked then
    redis.call('HINCRBY', given.c, 'dropped', 1)
    return
  else
    list[#list + 1] = { f = item.f, at = now }
    redis.call('HINCRBY', given.k, '', 1)
    local due_at = redis.call('ZSCORE', given.K, field)
    if not due_at or now + ask.foreign < tonumber(due_at) then
      redis.call('ZADD', given.K, whole(now + ask.foreign), field)
    end
  end
  redis.call('HSET', given.k, field, cjson.encode(list))
  expire(given.k, KEPT)
  expire(given.K, KEPT)
end

-- First: a full memory is noticed at the first write alone, and not where something is removed.
redis.call('HSET', given.c, 'newest', whole(now))
expire(given.c, KEPT)
for _, item in ipairs(ask.facts) do
  local fact = parse(item.f)
  local text = claim_by_context(item)
  if not text then
    local name = name_of(item.index)
    text = name and read_text(name)
  end
  if text then
    apply(text, text.fields.M and matched(fact) or fact)
  else
    park(item)
    hurry(item.to)
  end
end
save()
return reported
`,
);
