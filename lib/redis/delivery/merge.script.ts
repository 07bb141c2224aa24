import { RedisScript } from '../redis-client.js';
import { OUTBOX_SCRIPT, SHARED_SCRIPT, TEXT_SCRIPT } from './shared.script.js';

/** Merges facts into texts, gives the changes that reports made, and parks reports of texts that are not known. */
export const MERGE_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  OUTBOX_SCRIPT,
  TEXT_SCRIPT,
  `
-- The name of the text that an index tells; false when it is none.
local names = {}
local function name_of(index)
  if names[index] == nil then
    names[index] = false
    local kind, value = string.sub(index, 1, 1), redis.call('GET', given[index])
    if value then
      if kind == 'r' then
        value = string.match(value, '^%S+ (.*)$')
      end
      -- A serial number and a callRef have no space; a ref may have some.
      local to = kind == 'r' and string.match(index, '^r(%S+)') or string.match(index, '(%S+)$')
      names[index] = 't' .. value .. ' ' .. to
    end
  end
  return names[index]
end

read_handlers()
for _, item in ipairs(ask.facts) do
  local name = item.t or name_of(item.index)
  if name then
    key(name)
  end
end
if #missing > 1 then
  return missing
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

for _, item in ipairs(ask.facts) do
  local name = item.t or name_of(item.index)
  local text = name and read_text(name)
  if text then
    apply(text, parse(item.f))
  elseif ask.parks then
    park(item)
  end
end
if ask.parks then
  redis.call('HSET', given.c, 'newest', whole(now))
  expire(given.c, KEPT)
end
save()
return reported
`,
);
