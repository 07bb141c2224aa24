import { RedisScript } from '../redis-client.js';
import { OUTBOX_SCRIPT, SHARED_SCRIPT, TEXT_SCRIPT } from './shared.script.js';

/** Keeps texts, and gives them the reports that came before. */
export const PUT_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  OUTBOX_SCRIPT,
  TEXT_SCRIPT,
  `
read_handlers()
if #missing > 1 then
  return missing
end

local function create(item)
  local text = { name = item.t, call = item.call, to = item.to, fields = {}, set = {}, kept_at = now, fact = parse(item.f) }
  texts[item.t] = text
  -- A full memory is noticed at the first write alone, and not by DEL.
  redis.call('HSET', given[item.t], 'k', whole(now))
  redis.call('DEL', given[item.t])
  set(text, 'k', whole(now))
  set(text, 'f', item.f)
  return text
end

local function claim_serial(text, item)
  redis.call('SET', given[item.s], text.call, 'PX', whole(math.max(1, text.kept_at + keeps(text) - now)))
  local field = string.sub(item.s, 2)
  local parked = redis.call('HGET', given.k, field)
  if parked then
    redis.call('HDEL', given.k, field)
    redis.call('ZREM', given.K, field)
    for _, report in ipairs(cjson.decode(parked)) do
      redis.call('HINCRBY', given.k, '', -1)
      apply(text, parse(report.f))
    end
  end
end

-- The latest send has the ref, in whatever order its outcome and those of others come.
local function claim_ref(text, item)
  local decided_at, call = string.match(redis.call('GET', given[item.r]) or '', '^(%S+) (.*)$')
  local own = tonumber(text.fields.d)
  if not decided_at or call == text.call or own >= tonumber(decided_at) then
    redis.call('SET', given[item.r], text.fields.d .. ' ' .. text.call,
      'PX', whole(math.max(1, text.kept_at + keeps(text) - now)))
  end
end

for _, item in ipairs(ask.texts) do
  local text = read_text(item.t)
  local is_new = not text
  text = text or create(item)
  local fact = parse(item.f)
  -- What is written late of an open attempt is older than its outcome.
  local is_late = not is_new and fact.state == 'unknown'
  for field, value in pairs(item.fields) do
    if not is_late or not text.fields[field] then
      set(text, field, value)
    end
  end
  changed[text.name] = text
  if not is_new then
    apply(text, fact)
  end
  if item.r then
    claim_ref(text, item)
  end
  if item.s then
    claim_serial(text, item)
  end
  tell_subscribers(text.to)
end
save()
return reported
`,
);
