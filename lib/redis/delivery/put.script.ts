import { RedisScript } from '../redis-client.js';
import { OUTBOX_SCRIPT, SHARED_SCRIPT, TEXT_SCRIPT } from './shared.script.js';

/** Keeps texts, and gives them the reports that came before. */
export const PUT_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  OUTBOX_SCRIPT,
  TEXT_SCRIPT,
  `
read_handlers()
for _, item in ipairs(ask.texts) do
  key('p' .. item.to)
  local call = item.s and redis.call('GET', given[item.s])
  if call and call ~= item.call then
    key('t' .. call .. ' ' .. item.to)
  end
end
if #missing > 1 then
  return missing
end

local function create(item)
  local text = { name = item.t, call = item.call, to = item.to, fields = {}, set = {}, kept_at = now, fact = parse(item.f) }
  texts[item.t] = text
  redis.call('DEL', given[item.t])
  set(text, 'k', whole(now))
  set(text, 'f', item.f)
  -- Its sender knows the outcome that it comes with.
  set(text, 'v', verdict_of(text.fact.state))
  return text
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

notice_full_memory()
for _, item in ipairs(ask.texts) do
  local text = read_text(item.t)
  local is_new = not text
  text = text or create(item)
  local fact = parse(item.f)
  -- What is written late of an open attempt is older than its outcome.
  local is_late = not is_new and fact.state == 'unknown' and not item.fields.s
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
    claim_serial(text, item.s)
  end
  tell_verdict(text, fact)
  if not is_late then
    plan_look(text, item.l)
  end
  tell_subscribers(text.to)
end
save()
return reported
`,
);
