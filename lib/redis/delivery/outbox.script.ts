import { AGAIN_MS } from '../../delivery/store/memory-outbox.js';
import { RedisScript } from '../redis-client.js';
import { OUTBOX_SCRIPT, SHARED_SCRIPT } from './shared.script.js';

/** Puts changes into the outbox, once for each id. */
export const ANNOUNCE_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  OUTBOX_SCRIPT,
  `
read_handlers()
if #missing > 1 then
  return missing
end
for _, change in ipairs(ask.changes) do
  announce(change.kind, change.id, change.value)
end
return { 'ok' }
`,
);

/** Names handlers. */
export const REGISTER_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  `
for _, handler in ipairs(ask.handlers) do
  redis.call('HSET', given.h, handler.name, handler.kind .. ' ' .. whole(now))
end
expire(given.h, KEPT)
return { 'ok' }
`,
);

/** Leases changes that are due; a repeated call gets the same ones. */
export const CLAIM_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  `
local REPEATED = 10000
local answer = given['a' .. ask.token]
local before = redis.call('GET', answer)
if before then
  return { 'ok', before }
end

local due, by_id = {}, {}
for _, name in ipairs(ask.handlers) do
  local flat = redis.call('ZRANGEBYSCORE', given['q' .. name], '-inf', whole(now), 'WITHSCORES', 'LIMIT', 0, ask.limit)
  for i = 1, #flat, 2 do
    local id, at = flat[i], tonumber(flat[i + 1])
    if not by_id[id] then
      by_id[id] = { id = id, at = at, handlers = {} }
      due[#due + 1] = by_id[id]
    end
    by_id[id].at = math.min(by_id[id].at, at)
    table.insert(by_id[id].handlers, name)
  end
end
table.sort(due, function(a, b)
  return a.at < b.at or (a.at == b.at and a.id < b.id)
end)

local claimed = {}
for i = 1, math.min(#due, ask.limit) do
  local change = due[i]
  local value = redis.call('HGET', given.o, change.id)
  for _, name in ipairs(change.handlers) do
    if value then
      redis.call('ZADD', given['q' .. name], whole(now + ask.lease), change.id)
    else
      redis.call('ZREM', given['q' .. name], change.id)
    end
  end
  if value then
    claimed[#claimed + 1] = { id = change.id, value = value, handlers = change.handlers }
  end
end
if #claimed == 0 then
  return { 'ok' }
end
local encoded = cjson.encode(claimed)
redis.call('SET', answer, encoded, 'PX', REPEATED)
return { 'ok', encoded }
`,
);

/** Ends a change for a handler, or has it told again later; a repeated call counts once. */
export const ACKNOWLEDGE_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  OUTBOX_SCRIPT,
  `
local AGAIN = { ${AGAIN_MS.join(', ')} }
local queue, tried = given['q' .. ask.handler], ask.handler .. ' ' .. ask.id
if not redis.call('ZSCORE', queue, ask.id) then
  return { 'ok' }
end
local tries, token = string.match(redis.call('HGET', given.y, tried) or '0 ', '^(%d+) (.*)$')
if token == ask.token then
  return { 'ok' }
end
local again = AGAIN[tries + 1]
if not ask.done and again then
  redis.call('HSET', given.y, tried, whole(tries + 1) .. ' ' .. ask.token)
  expire(given.y, KEPT)
  redis.call('ZADD', queue, whole(now + again), ask.id)
  return { 'ok' }
end
if not ask.done then
  count('d', now, 1)
end
end_change(ask.handler, ask.id)
return { 'ok' }
`,
);
