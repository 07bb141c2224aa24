import { RedisScript } from '../redis-client.js';
import { SHARED_SCRIPT } from './shared.script.js';

/** A text, by its own name or by what leads to it. */
export const FIND_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  `
local name = ask.t
if ask.index then
  local call = redis.call('GET', given[ask.index])
  if not call then
    return { 'ok' }
  end
  if string.sub(ask.index, 1, 1) == 'r' then
    call = string.match(call, '^%S+ (.*)$')
  end
  name = 't' .. call .. ' ' .. ask.to
end
if not key(name) then
  return missing
end
local flat = redis.call('HGETALL', given[name])
for i = 1, #flat, 2 do
  if flat[i] == 'T' and flat[i + 1] ~= '1' and not ask.untracked or flat[i] == 'k' and flat[i + 1] + ask.retain <= now then
    return { 'ok' }
  end
end
local answer = { 'ok', string.sub(name, 2, -(#ask.to + 2)) }
for _, item in ipairs(flat) do
  answer[#answer + 1] = item
end
return answer
`,
);

/** What the store has, by the hours that texts are still kept of. */
export const STATS_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  `
local sums, gone = { r = 0, u = 0, d = 0, o = 0 }, {}
local flat = redis.call('HGETALL', given.n)
for i = 1, #flat, 2 do
  local hour, kind = string.match(flat[i], '^(%d+)(%a)$')
  if (hour + 1) * HOUR + ask.retain > now then
    sums[kind] = sums[kind] + flat[i + 1]
  else
    gone[#gone + 1] = flat[i]
  end
end
for _, field in ipairs(gone) do
  redis.call('HDEL', given.n, field)
end
local looks = 0
for _, class in ipairs({ 'z0', 'z1', 'z2' }) do
  looks = looks + redis.call('ZCOUNT', given[class], '-inf', whole(now))
end
local function number(hash, field)
  return redis.call('HGET', hash, field) or ''
end
return { 'ok', whole(sums.r), whole(sums.u), whole(sums.d), whole(redis.call('HLEN', given.w)),
  number(given.k, ''), number(given.c, 'dropped'), number(given.c, 'newest'), whole(sums.o), whole(looks) }
`,
);

/** Gives a lease to one owner at a time. */
export const LEASE_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  `
local name = given['l' .. ask.name]
local ends_at, owner = string.match(redis.call('GET', name) or '', '^(%d+) (.*)$')
if ends_at and owner ~= ask.owner and tonumber(ends_at) > now then
  return { 'ok', 'held' }
end
redis.call('SET', name, whole(now + ask.milliseconds) .. ' ' .. ask.owner, 'PX', whole(math.max(1, ask.milliseconds)))
return { 'ok' }
`,
);
