import { RedisScript } from '../redis-client.js';
import { SHARED_SCRIPT, WIDE_SCRIPT } from './shared.script.js';

/** Looks at every limit, then books in all or in none. */
export const RESERVE_SCRIPT = new RedisScript(
  SHARED_SCRIPT,
  WIDE_SCRIPT,
  `
local mark = mark_of(ask.trusted)
local fresh = ask.fresh

local function throttled(scope, at)
  return cjson.encode({ status = 'throttled', scope = scope, retryAt = at })
end

local function load()
  return { all = wide_load(ask.all), country = wide_load(ask.country) }
end

local function free()
  return cjson.encode({ status = 'free', load = load() })
end

local function describe(record, slot, resend_at)
  return {
    slot = slot, nonce = record.n, seed = record.s, keyId = record.k, delivery = record.d,
    bookedAt = record.l, expiresAt = record.e, resendAt = resend_at,
    sendsLeft = math.max(0, ask.maxSends - record.c), attemptsLeft = math.max(0, ask.maxAttempts - record.a),
  }
end

local function paused_until()
  local texts = moments(ask.pauses, mark, HOUR)
  if #texts > 0 then
    return texts[1] + (ask.cooldowns[math.min(#texts, #ask.cooldowns)] or 0)
  end
  local approved = 0
  for _, key in ipairs(ask.pauses) do
    approved = math.max(approved, tonumber(redis.call('ZSCORE', KEYS[key], '!' .. mark) or 0))
  end
  return approved > now - HOUR and approved + ask.approvedCooldown or 0
end

local function to_send(record, slot)
  local resend_at = ask.unlimited and record.l or paused_until()
  return cjson.encode({ status = 'send', verification = describe(record, slot, resend_at), load = load() })
end

local function note_places()
  note(ask.texts, mark, ask.operation, math.max(HOUR, longest(ask.limits.phone)))
  note(ask.pauses, mark, ask.operation, HOUR)
  wide_add(ask.country, now, 1)
  wide_add(ask.all, now, 1)
end

local function write(key, ...)
  redis.call('HSET', KEYS[key], ...)
end

local function renew(record)
  record.B = whole(record.l) .. ' ' .. whole(record.e) .. ' ' .. record.d .. ' ' .. record.o
  record.l, record.e = now, math.min(now + ask.ttl, record.b + ask.life)
  record.c, record.o, record.d = record.c + 1, ask.operation, 'pending'
  write(record.key, 'B', record.B, 'l', whole(record.l), 'e', whole(record.e), 'c', whole(record.c), 'o', record.o, 'd', record.d)
  expire(KEYS[record.key], record.e - now)
end

local function create(replaced)
  local key = fresh.key
  local record = {
    key = key, n = fresh.nonce, s = fresh.seed, v = fresh.verifier, k = fresh.keyId,
    b = now, l = now, e = now + math.min(ask.ttl, ask.life), c = 1, a = 0, o = ask.operation, d = 'pending',
  }
  -- A full memory is noticed at the first write alone, and not by DEL.
  write(key, 'n', record.n)
  redis.call('DEL', KEYS[key])
  write(key, 'n', record.n, 's', record.s, 'v', record.v, 'k', record.k, 't', mark,
    'b', whole(now), 'l', whole(now), 'e', whole(record.e), 'c', '1', 'a', '0', 'o', record.o, 'd', record.d)
  if ask.sessions[1] then
    write(key, 'S', ask.sessions[1])
  end
  if replaced and replaced.key == key then
    write(key, 'p', replaced.n)
  elseif replaced then
    redis.call('DEL', KEYS[replaced.key])
  end
  expire(KEYS[key], record.e - now)
  return record
end

local function find_repeated()
  for _, target in ipairs(ask.targets) do
    local record = read_record(target.key)
    if record and record.o == ask.operation and record.d == 'pending' then
      return record, target.slot
    end
  end
  local record = read_record(fresh.key)
  if record and record.o == ask.operation and record.d == 'pending' then
    return record, fresh.slot
  end
end

local function find_own()
  for _, target in ipairs(ask.targets) do
    local record = read_record(target.key)
    if record and not record.A and agrees(record, ask.sessions)
      and (not target.nonce or target.nonce == record.n or target.nonce == record.p) then
      return record, target.slot
    end
  end
end

local function blocked_until()
  local at = 0
  for _, key in ipairs(ask.blocks) do
    at = math.max(at, read_until(key))
  end
  return at
end

local function find_refusal(overdue)
  local at = blocked_until()
  if at > now then
    return throttled('phone', at)
  end
  at = overdue and 0 or paused_until()
  if at > now then
    return throttled('phone', at)
  end
  at = fits_at(moments(ask.texts, '', longest(ask.limits.phone)), ask.limits.phone)
  if not ask.trusted then
    at = math.max(at, fits_at(moments(ask.texts, '-', longest(ask.limits.phone)), ask.limits.untrusted))
  end
  if at > 0 then
    return throttled('phone', at)
  end
  at = #ask.starts > 0 and fits_at(moments(ask.starts, '', longest(ask.limits.caller)), ask.limits.caller) or 0
  if at > 0 then
    return throttled('caller', at)
  end
  at = wide_fits_at(ask.country)
  if at > 0 then
    return throttled('country', at)
  end
  at = wide_fits_at(ask.all)
  if at > 0 then
    return throttled('all', at)
  end
end

if read_until(ask.tombstone) > 0 then
  return cjson.encode({ status = 'closed' })
end
local repeated, repeated_slot = find_repeated()
if repeated then
  return to_send(repeated, repeated_slot)
end
local locked_until = fits_at(moments(ask.failures, mark, longest(ask.limits.failures)), ask.limits.failures)
if locked_until > 0 then
  return throttled('failures', locked_until)
end

local own, slot = find_own()
local exhausted = own and own.a >= ask.maxAttempts
local renewable = own and not exhausted and now + ask.ttl <= own.b + ask.life
local overdue = false
if own and not ask.unlimited then
  local leaves_until = own.l + ask.sendWithin
  if own.d == 'pending' and now < leaves_until then
    return cjson.encode({ status = 'waiting', verification = describe(own, slot, leaves_until) })
  end
  -- Its text left by now, or never will: the opener need not wait for it any longer.
  overdue = renewable and own.d == 'pending'
  if not exhausted and not overdue then
    local paused = paused_until()
    if paused > now then
      return cjson.encode({ status = 'waiting', verification = describe(own, slot, paused) })
    end
  end
  if renewable and own.c >= ask.maxSends then
    return throttled('verification', own.e)
  end
end

if not ask.unlimited then
  local refusal = find_refusal(overdue)
  if refusal then
    return refusal
  end
end
if ask.look then
  return free()
end
local booked, place = own, slot
if renewable then
  renew(own)
else
  booked, place = create(own), fresh.slot
end
if not ask.unlimited then
  note_places()
  note(ask.starts, '-', ask.operation, longest(ask.limits.caller))
end
return to_send(booked, place)
`,
);
