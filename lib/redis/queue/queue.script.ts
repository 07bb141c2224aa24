import { RedisScript } from '../redis-client.js';

/**
 * What all scripts on keys share. ARGV[1] is the time, empty for that of Redis; ARGV[2] is what is asked,
 * in JSON. KEYS: l lanes that are paused, a and b the keys that are being sent and looked for by when they
 * are dropped, then m and the digest of a key under each secret.
 *
 * A marker is a hash: s state, e epoch, f fingerprint, k token, l lane, b begunAt, n notAfter, r result,
 * c corrected, d doubled, A the epoch that was accepted, h when it changed last.
 */
const SHARED_SCRIPT = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local ask = cjson.decode(ARGV[2])
local lanes, sending, settling = KEYS[1], KEYS[2], KEYS[3]
local FIRST = 4

local function whole(number)
  return string.format('%.0f', number)
end

local function load()
  for i = FIRST, #KEYS do
    local flat = redis.call('HGETALL', KEYS[i])
    if #flat > 0 then
      local marker = { key = KEYS[i], id = ask.ids[i - FIRST + 1], index = i - FIRST + 1 }
      for field = 1, #flat, 2 do
        marker[flat[field]] = flat[field + 1]
      end
      if now - tonumber(marker.h) < ask.retain then
        return marker
      end
    end
  end
  return nil
end

local function create(fingerprint)
  return { key = KEYS[FIRST], id = ask.ids[1], index = 1, isNew = true, s = 'ready', e = '1', f = fingerprint, l = '', b = '0', n = '0', c = '', d = '' }
end

local FIELDS = { 's', 'e', 'f', 'k', 'l', 'b', 'n', 'r', 'c', 'd', 'A', 'h' }

local function save(marker)
  marker.h = whole(now)
  local flat, gone = {}, {}
  for _, field in ipairs(FIELDS) do
    if marker[field] then
      flat[#flat + 1] = field
      flat[#flat + 1] = marker[field]
    else
      gone[#gone + 1] = field
    end
  end
  -- First, since Redis refuses the first write of a script alone when its memory is full.
  redis.call('HSET', marker.key, unpack(flat))
  if marker.isNew and #gone > 0 then
    redis.call('HDEL', marker.key, unpack(gone))
  end
  redis.call('PEXPIRE', marker.key, whole(ask.retain))
  for state, set in pairs({ sending = sending, settling = settling }) do
    if marker.s == state then
      redis.call('ZADD', set, whole(now + ask.retain), marker.id)
      redis.call('PEXPIRE', set, whole(ask.retain))
    else
      redis.call('ZREM', set, marker.id)
    end
  end
end

local function tell(word, marker)
  local answer = { word, marker.id }
  for _, field in ipairs(FIELDS) do
    if marker[field] then
      answer[#answer + 1] = field
      answer[#answer + 1] = marker[field]
    end
  end
  return answer
end
`;

export const BEGIN_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local marker = load()
local given = ask.fingerprints[marker and marker.index or 1]
if marker then
  if marker.f ~= given and given ~= '' and marker.f ~= '' then
    return { 'reused' }
  end
  local isOwn = marker.k == ask.token
  if marker.s == 'sending' and isOwn then
    marker.b, marker.n = ask.begun, ask.notAfter
    save(marker)
    local pause = redis.call('HGET', lanes, 'o' .. marker.l)
    local isProbe = pause and cjson.decode(pause).t == ask.token
    return { 'go', marker.id, marker.e, isProbe and '1' or '' }
  end
  -- A call that is late: the attempt was given back meanwhile.
  if marker.s == 'ready' and isOwn then
    return tell('sending', marker)
  end
  if marker.s ~= 'ready' then
    return tell(marker.s, marker)
  end
end
local manual = redis.call('HGET', lanes, 'm' .. ask.lane)
if manual then
  return { 'paused', cjson.decode(manual).r, '' }
end
local isProbe = ''
local own = redis.call('HGET', lanes, 'o' .. ask.lane)
if own then
  local pause = cjson.decode(own)
  local left = pause.p + pause.e - now
  if left > 0 then
    return { 'paused', pause.r, whole(left) }
  end
  pause.p, pause.t = now, ask.token
  redis.call('HSET', lanes, 'o' .. ask.lane, cjson.encode(pause))
  isProbe = '1'
end
marker = marker or create(given)
if marker.f == '' then
  marker.f = given
end
marker.s, marker.k, marker.l, marker.b, marker.n = 'sending', ask.token, ask.lane, ask.begun, ask.notAfter
save(marker)
return { 'go', marker.id, marker.e, isProbe }
`);

export const END_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local marker = load()
if not marker then
  return { 'none' }
end
local isCurrent = marker.e == ask.epoch
local isOpen = isCurrent and (marker.s == 'sending' or marker.s == 'settling')
if ask.state == 'settling' then
  if isOpen then
    marker.s = 'settling'
    save(marker)
  end
elseif ask.status == 'accepted' then
  if not marker.A then
    marker.c = marker.r and '1' or ''
    marker.A, marker.s, marker.r = ask.epoch, 'done', ask.result
    save(marker)
  elseif marker.A ~= ask.epoch and marker.d == '' then
    marker.d = '1'
    save(marker)
  end
elseif isOpen then
  marker.s, marker.r = 'done', ask.result
  save(marker)
elseif isCurrent and marker.r and ask.status == 'rejected' and cjson.decode(marker.r).status == 'unknown' then
  marker.r, marker.c = ask.result, '1'
  save(marker)
end
return tell('marker', marker)
`);

export const RELEASE_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local marker = load() or create('')
if marker.s == 'ready' then
  marker.k = ask.token
  save(marker)
elseif marker.s == 'sending' and marker.k == ask.token then
  marker.s, marker.e = 'ready', whole(marker.e + 1)
  save(marker)
end
return { 'ok' }
`);

export const CONCLUDE_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local marker = load() or create(ask.fingerprints[1])
if marker.s == 'ready' then
  marker.s, marker.r = ask.state, ask.result
  save(marker)
end
return tell('marker', marker)
`);

export const FIND_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local marker = load()
return marker and tell('marker', marker) or { 'none' }
`);

export const STATS_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local answer = { 'ok' }
for _, set in ipairs({ sending, settling }) do
  redis.call('ZREMRANGEBYSCORE', set, '-inf', whole(now))
  answer[#answer + 1] = whole(redis.call('ZCARD', set))
end
return answer
`);

export const PAUSE_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local pause = { r = ask.reason, s = now }
if ask.probe then
  pause.e, pause.p = ask.probe, now
end
redis.call('HSETNX', lanes, (ask.probe and 'o' or 'm') .. ask.lane, cjson.encode(pause))
return { 'ok' }
`);

export const RESUME_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
for _, kind in ipairs({ 'm', 'o' }) do
  local pause = redis.call('HGET', lanes, kind .. ask.lane)
  if pause and (not ask.reason or cjson.decode(pause).r == ask.reason) then
    redis.call('HDEL', lanes, kind .. ask.lane)
  end
end
return { 'ok' }
`);

export const PAUSED_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local answer = { 'ok' }
local flat = redis.call('HGETALL', lanes)
for i = 1, #flat, 2 do
  local pause = cjson.decode(flat[i + 1])
  answer[#answer + 1] = string.sub(flat[i], 2)
  answer[#answer + 1] = pause.r
  answer[#answer + 1] = whole(pause.s)
end
return answer
`);

/** The next place in a row: KEYS[1]. Real time, whatever the clock of a test says. */
export const RESERVE_SCRIPT = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local ask = cjson.decode(ARGV[2])
local at = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
if at - now <= ask.within then
  redis.call('SET', KEYS[1], string.format('%.3f', at + ask.every), 'PX', string.format('%.0f', at - now + ask.every + 60000))
end
return { 'ok', string.format('%.3f', at - now) }
`);
