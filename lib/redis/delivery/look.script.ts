import { TAKEN_AGAIN_MS } from '../../delivery/store/memory-delivery.store.js';
import { RedisScript } from '../redis-client.js';
import { OUTBOX_SCRIPT, SHARED_SCRIPT, TEXT_SCRIPT } from './shared.script.js';

/** Takes numbers that are due for a look. */
export const CLAIM_LOOKS_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  OUTBOX_SCRIPT,
  TEXT_SCRIPT,
  `
local chosen, classes = {}, {}

local function choose(to, class)
  local g, p = key('g' .. to), key('p' .. to)
  if not g or not p then
    -- Counts as one all the same: it may be.
    chosen[#chosen + 1] = to
    return
  end
  local ends_at = string.match(redis.call('GET', g) or '', '^(%d+)')
  if ends_at and tonumber(ends_at) > now then
    return
  end
  chosen[#chosen + 1] = to
  classes[to] = class
  for _, call in ipairs(redis.call('ZRANGE', p, 0, -1)) do
    key('t' .. call .. ' ' .. to)
  end
end

if ask.only then
  choose(ask.only, due_of(ask.only))
else
  for _, class in ipairs({ 'z2', 'z1', 'z0' }) do
    for _, to in ipairs(redis.call('ZREVRANGEBYSCORE', given[class], whole(now), '-inf', 'LIMIT', 0, 2 * ask.limit)) do
      if #chosen < ask.limit then
        choose(to, class)
      end
    end
  end
end
if #missing > 1 then
  return missing
end

local looks = {}
for _, to in ipairs(chosen) do
  local p, found = given['p' .. to], {}
  local flat = redis.call('ZRANGE', p, 0, -1, 'WITHSCORES')
  for i = 1, #flat, 2 do
    local text = read_text('t' .. flat[i] .. ' ' .. to)
    if text then
      local fields = {}
      for field, value in pairs(text.fields) do
        fields[#fields + 1] = field
        fields[#fields + 1] = value
      end
      found[#found + 1] = { call = flat[i], due = flat[i + 1] ~= 'inf' and tonumber(flat[i + 1]) <= now, fields = fields }
    else
      redis.call('ZREM', p, flat[i])
    end
  end
  if #found > 0 or ask.only then
    local ends_at = now + ask.lease
    redis.call('SET', given['g' .. to], whole(ends_at) .. ' ' .. ask.token, 'PX', whole(math.max(1, ask.lease)))
    if classes[to] then
      -- Due again where nothing is heard of the look.
      redis.call('ZADD', given[classes[to]], whole(ends_at), to)
    end
    looks[#looks + 1] = cjson.encode({ to = to, texts = #found > 0 and found or nil })
  else
    set_due(to, 'z0')
  end
end
keep_on()
return { 'ok', unpack(looks) }
`,
);

/** Writes what a look found. */
export const END_LOOK_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  OUTBOX_SCRIPT,
  TEXT_SCRIPT,
  `
read_handlers()
local to = ask.to
local seen, unseen = {}, {}
for _, call in ipairs(ask.seen) do
  seen[call] = true
end
for _, call in ipairs(redis.call('ZRANGE', given['p' .. to], 0, -1)) do
  if not seen[call] then
    unseen[#unseen + 1] = 't' .. call .. ' ' .. to
    key(unseen[#unseen])
  end
end
if #missing > 1 then
  return missing
end
local token = string.match(redis.call('GET', given['g' .. to]) or '', '^%d+ (.*)$')
if token ~= ask.token then
  return { 'ok' }
end

-- The record may be that of an attempt which came meanwhile.
local is_stale = false
for _, name in ipairs(unseen) do
  local text = read_text(name)
  is_stale = is_stale or text and text.fact.state == 'unknown'
end

local function end_one(item)
  local text = read_text(item.t)
  if not text then
    return
  end
  local call = item.s and redis.call('GET', given[item.s])
  local is_free = not item.s or not is_stale and (not call or call == text.call)
  if item.f and is_free then
    local is_exact = text.fact.exact and text.fact.state ~= 'unknown'
    -- What is known of it for sure, a match takes no serial number for.
    local is_claimed = item.s and not is_exact
    if is_claimed then
      set_holder(text, item.s)
      set(text, 'M', item.claim)
      if item.N then
        set(text, 'N', item.N)
      end
    end
    apply(text, parse(item.f))
    if is_claimed then
      take_parked(text, string.sub(item.s, 2), false)
    end
  end
  plan_look(text, is_free and item.l or not is_free and ${TAKEN_AGAIN_MS} or nil)
end

notice_full_memory()
local class = due_of(to)
if class then
  redis.call('ZREM', given[class], to)
end
for _, item in ipairs(ask.findings) do
  end_one(item)
end
-- Who was waited for, and was not found, comes after others.
set_due(to, class and class ~= 'z0' and 'z1' or 'z0')
redis.call('DEL', given['g' .. to])
save()
return reported
`,
);

/** Which serial numbers, or what stands for them, belong to a text. */
export const CLAIMED_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  `
local answer = { 'ok' }
for _, index in ipairs(ask.indexes) do
  if redis.call('EXISTS', given[index]) == 1 then
    answer[#answer + 1] = index
  end
end
return answer
`,
);

/** Has a number looked for before others. */
export const PREFER_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  `
for _, class in ipairs({ 'z1', 'z0' }) do
  local at = redis.call('ZSCORE', given[class], ask.to)
  if at then
    redis.call('ZREM', given[class], ask.to)
    redis.call('ZADD', given.z2, at, ask.to)
    expire(given.z2, KEPT)
  end
end
return { 'ok' }
`,
);

/** Takes the next place in a row; by the time of Redis, since it is waited for. */
export const RESERVE_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  `
local time = redis.call('TIME')
local present = time[1] * 1000 + math.floor(time[2] / 1000)
local name = given['e' .. ask.name]
local at = math.max(present, tonumber(redis.call('GET', name) or 0))
redis.call('SET', name, whole(at + ask.every), 'PX', whole(at + ask.every - present + 1000))
return { 'ok', whole(at - present) }
`,
);
