/**
 * What all scripts share. ARGV[1] is the time, empty for that of Redis; ARGV[2] is what is asked, in
 * JSON, where a key is told by its place in KEYS.
 *
 * A record is a hash: n nonce, p nonce of the one before, s seed, v verifier, k key id, S session,
 * t trust mark, b born, l last text, e expiry, c texts, a guesses, o operation of the last text,
 * d delivery, N serial number, A approved, B what the last text replaced, =operation what its guess
 * was answered.
 * A log is a sorted set: trust mark and operation by moment; `!` and trust mark in a log of pauses is
 * the last approved text.
 */
export const SHARED_SCRIPT = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local ask = cjson.decode(ARGV[2])
local HOUR = 3600000
local DAY = 24 * HOUR
local TOMBSTONE = 900000
local PARTS = 60

local function whole(number)
  return string.format('%.0f', number)
end

-- Lengths of time, not moments: the clock of a test is not that of Redis.
local function expire(key, milliseconds)
  redis.call('PEXPIRE', key, whole(math.max(1, math.ceil(milliseconds))))
end

local function mark_of(trusted)
  return trusted and '+' or '-'
end

local function read_until(key)
  local at = tonumber(redis.call('GET', KEYS[key]) or 0)
  return at > now and at or 0
end

local function write_until(key, milliseconds)
  redis.call('SET', KEYS[key], whole(now + milliseconds), 'PX', whole(math.max(1, milliseconds)))
end

local records = {}
local function read_record(key)
  if records[key] == nil then
    local record = false
    local flat = redis.call('HGETALL', KEYS[key])
    if #flat > 0 then
      record = { key = key }
      for i = 1, #flat, 2 do
        record[flat[i]] = flat[i + 1]
      end
      for _, field in ipairs({ 'b', 'l', 'e', 'c', 'a' }) do
        record[field] = tonumber(record[field])
      end
      if record.e <= now then
        record = false
      end
    end
    records[key] = record
  end
  return records[key]
end

local function agrees(record, sessions)
  if not record.S or #sessions == 0 then
    return true
  end
  for _, session in ipairs(sessions) do
    if session == record.S then
      return true
    end
  end
  return false
end

-- Moments of a mark in all logs together, newest first.
local function moments(keys, mark, window)
  local found = {}
  for _, key in ipairs(keys) do
    local flat = redis.call('ZRANGEBYSCORE', KEYS[key], '(' .. whole(now - window), '+inf', 'WITHSCORES')
    for i = 1, #flat, 2 do
      if mark == '' or string.sub(flat[i], 1, 1) == mark then
        found[#found + 1] = tonumber(flat[i + 1])
      end
    end
  end
  table.sort(found, function(a, b) return a > b end)
  return found
end

local function longest(limits)
  local window = 0
  for _, limit in ipairs(limits) do
    window = math.max(window, limit[2])
  end
  return window
end

-- When one more fits into each { count, window }; 0 when it does now.
local function fits_at(found, limits)
  local at = 0
  for _, limit in ipairs(limits) do
    local count, window = limit[1], limit[2]
    if count == 0 then
      at = math.max(at, now + window)
    elseif found[count] and found[count] + window > now then
      at = math.max(at, found[count] + window)
    end
  end
  return at
end

local function note(keys, mark, operation, keep)
  local key = keys[1] and KEYS[keys[1]]
  if key and keep > 0 then
    redis.call('ZADD', key, 'NX', whole(now), mark .. operation)
    redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now - keep))
    expire(key, keep)
  end
end

-- Forgets an operation under every key and mark; its moment, or nil.
local function forget(keys, operation)
  local at
  for _, key in ipairs(keys) do
    for _, mark in ipairs({ '-', '+' }) do
      local score = redis.call('ZSCORE', KEYS[key], mark .. operation)
      if score then
        at = tonumber(score)
        redis.call('ZREM', KEYS[key], mark .. operation)
      end
    end
  end
  return at
end
`;

/** Wide limits: { key, count, window }, counted in parts of the window, the oldest of them whole. */
export const WIDE_SCRIPT = `
local function wide_part(limit, at)
  return math.floor(at / (limit.window / PARTS))
end

-- A hash: f the oldest part that it may have, s the sum of all, and parts by their number.
local function wide_read(limit)
  if limit.sum then
    return
  end
  local key, first = KEYS[limit.key], wide_part(limit, now) - PARTS
  local held = redis.call('HMGET', key, 'f', 's')
  local from, sum, gone = tonumber(held[1]) or first, tonumber(held[2]) or 0, {}
  for part = from, math.min(first - 1, from + PARTS) do
    local count = redis.call('HGET', key, whole(part))
    if count then
      gone[#gone + 1] = whole(part)
      sum = sum - count
    end
  end
  limit.first, limit.sum, limit.gone = math.max(first, from), sum, gone
end

local function wide_fits_at(limits)
  local at = 0
  for _, limit in ipairs(limits) do
    wide_read(limit)
    if limit.sum >= limit.count then
      local part, latest = limit.first, wide_part(limit, now)
      while part < latest and tonumber(redis.call('HGET', KEYS[limit.key], whole(part)) or 0) <= 0 do
        part = part + 1
      end
      if limit.sum <= 0 then
        part = latest
      end
      at = math.max(at, math.ceil((part + PARTS + 1) * (limit.window / PARTS)))
    end
  end
  return at
end

-- With all digits, which numbers in JSON would not have.
local function wide_load(limits)
  local load = 0
  for _, limit in ipairs(limits) do
    wide_read(limit)
    load = math.max(load, limit.count == 0 and 1 or limit.sum / limit.count)
  end
  return string.format('%.17g', load)
end

local function wide_add(limits, at, difference)
  for _, limit in ipairs(limits) do
    wide_read(limit)
    local key, part = KEYS[limit.key], wide_part(limit, at)
    local count = tonumber(redis.call('HGET', key, whole(part)) or 0)
    if part >= limit.first and count + difference >= 0 then
      limit.sum = limit.sum + difference
      redis.call('HSET', key, 'f', whole(limit.first), 's', whole(limit.sum), whole(part), whole(count + difference))
      if #limit.gone > 0 then
        redis.call('HDEL', key, unpack(limit.gone))
        limit.gone = {}
      end
      expire(key, limit.window + limit.window / PARTS)
    end
  end
end

local function give_back(operation)
  local at = forget(ask.texts, operation)
  forget(ask.pauses, operation)
  if at then
    wide_add(ask.country, at, -1)
    wide_add(ask.all, at, -1)
  end
  local record = read_record(ask.slot)
  if not record or record.o ~= operation then
    return
  end
  local key = KEYS[ask.slot]
  if not record.B then
    redis.call('DEL', key)
    return
  end
  local last, expires, delivery, before = string.match(record.B, '^(%S+) (%S+) (%S+) (.*)$')
  redis.call('HSET', key, 'c', whole(record.c - 1), 'l', last, 'e', expires, 'd', delivery, 'o', before)
  redis.call('HDEL', key, 'B')
  expire(key, expires - now)
end
`;
