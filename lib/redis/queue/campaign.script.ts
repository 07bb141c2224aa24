import { RedisScript } from '../redis-client.js';

/**
 * What all scripts on campaigns share. ARGV[1] is the time, empty for that of Redis; ARGV[2] is what is
 * asked, in JSON. KEYS: m the campaign, l the letters of its rows, c its chunks, q its open requests, n the
 * serial numbers of its rows.
 *
 * The campaign is a hash: d definition, v loaded, h hash, L loaded to the end, t and u token and end of the
 * lease, p paused, x cancelled, w why loading was stopped, e the last epoch, f fee, k until when it is kept,
 * n and a letter how many rows are at it, o and a code how many were rejected for it.
 */
const SHARED_SCRIPT = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local ask = cjson.decode(ARGV[2])
local meta, letters, chunks, requests, serials = unpack(KEYS)

local function whole(number)
  return string.format('%.0f', number)
end

local function get(field)
  return redis.call('HGET', meta, field) or ''
end

-- By how much numbers change in this call: written once, and not for each row.
local changes = {}

local function count(field)
  return tonumber(redis.call('HGET', meta, field) or '0') + (changes[field] or 0)
end

local function add(field, by)
  changes[field] = (changes[field] or 0) + by
end

local function save()
  for field, by in pairs(changes) do
    if by ~= 0 then
      redis.call('HINCRBY', meta, field, whole(by))
    end
  end
  changes = {}
end

local function exists()
  return redis.call('EXISTS', meta) == 1
end

local function letGo()
  redis.call('HDEL', meta, 't', 'u')
end

local function isStopped()
  return get('x') ~= ''
end

-- Redis drops it as well, by its own clock.
local keptUntil = tonumber(get('k'))
if keptUntil and keptUntil <= now then
  redis.call('DEL', unpack(KEYS))
end

local function isOver()
  return (get('L') ~= '' or isStopped()) and count('n.') == 0 and count('ns') == 0
end

local function keepUntilOver()
  if isOver() then
    redis.call('HSET', meta, 'k', whole(now + ask.retain))
    for _, key in ipairs(KEYS) do
      redis.call('PEXPIRE', key, whole(ask.retain))
    end
  end
end

local function mayMove(from, to)
  if from == to or from == '' or from == 'd' then
    return false
  end
  if to == 'a' or from == 's' or from == '.' then
    return true
  end
  return from == 'u' and to == 'r'
end

local function move(row, to)
  local from = redis.call('GETRANGE', letters, row, row)
  if not mayMove(from, to) then
    return false
  end
  redis.call('SETRANGE', letters, row, to)
  add('n' .. from, -1)
  add('n' .. to, 1)
  return true
end

local function tell()
  if not exists() then
    return { 'none' }
  end
  local answer = redis.call('HGETALL', meta)
  table.insert(answer, 1, count('u') > now and '1' or '')
  table.insert(answer, 1, 'ok')
  return answer
end
`;

export const CREATE_CAMPAIGN_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
redis.call('HSETNX', meta, 'd', ask.definition)
return tell()
`);

export const FIND_CAMPAIGN_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
return tell()
`);

export const LEASE_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
if not exists() or get('L') ~= '' or isStopped() then
  return { '' }
end
local token = get('t')
if ask.milliseconds == 0 then
  if token ~= ask.token then
    return { '' }
  end
  letGo()
  return { '1' }
end
if token ~= ask.token and count('u') > now then
  return { '' }
end
redis.call('HDEL', meta, 'w')
redis.call('HSET', meta, 't', ask.token, 'u', whole(now + ask.milliseconds))
return { '1' }
`);

export const APPEND_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
if not exists() or get('t') ~= ask.token or isStopped() then
  return { 'lost' }
end
-- Again, its rows are there already.
if count('v') == ask.from then
  redis.call('HSET', chunks, ask.index, ask.sealed)
  redis.call('SETRANGE', letters, ask.from, ask.letters)
  for letter in string.gmatch(ask.letters, '.') do
    add('n' .. letter, 1)
  end
  for code, times in pairs(ask.codes) do
    add('o' .. code, times)
  end
  redis.call('HSET', meta, 'v', whole(ask.from + #ask.letters), 'h', ask.hash)
  save()
end
return { 'ok', whole(count('n.')) }
`);

export const END_LOADING_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
if get('t') == ask.token then
  redis.call('HSET', meta, 'L', '1')
  letGo()
  keepUntilOver()
end
return { 'ok' }
`);

export const STOP_LOADING_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
if get('t') == ask.token then
  redis.call('HSET', meta, 'w', ask.reason)
  letGo()
end
return { 'ok' }
`);

export const FLAG_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
if exists() then
  redis.call('HSET', meta, 'p', ask.paused)
end
return { 'ok' }
`);

export const CANCEL_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
-- What is over has no row to be cancelled, and stays as it ended.
if not exists() or isOver() then
  return { 'ok' }
end
redis.call('HSET', meta, 'x', '1')
letGo()
local text = redis.call('GET', letters) or ''
local changed, times = string.gsub(text, '%.', 'c')
if times > 0 then
  redis.call('SET', letters, changed)
  add('n.', -times)
  add('nc', times)
  save()
end
keepUntilOver()
return { 'ok' }
`);

export const READ_CHUNK_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local sealed = redis.call('HGET', chunks, ask.chunk)
if not sealed then
  return { 'none' }
end
local answer = { 'ok', sealed, redis.call('GETRANGE', letters, ask.from, ask.from + ask.size - 1) }
answer[4] = '0'
for _, request in ipairs(redis.call('HVALS', requests)) do
  if cjson.decode(request).chunk == ask.chunk then
    answer[#answer + 1] = request
  end
end
answer[4] = whole(#answer - 4)
if redis.call('EXISTS', serials) == 1 then
  for row = ask.from, ask.from + #answer[3] - 1 do
    answer[#answer + 1] = redis.call('HGET', serials, whole(row)) or ''
  end
end
return answer
`);

export const LETTERS_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local found = {}
for _, row in ipairs(ask.rows) do
  found[#found + 1] = redis.call('GETRANGE', letters, row, row)
end
return { table.concat(found) }
`);

export const BEGIN_REQUEST_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
local known = redis.call('HGET', requests, ask.token)
if known then
  return { 'go', whole(cjson.decode(known).epoch) }
end
if get('p') ~= '' and get('x') == '' then
  return { 'paused', whole(count('n.')) }
end
for _, row in ipairs(ask.rows) do
  if redis.call('GETRANGE', letters, row, row) ~= '.' then
    return { 'taken' }
  end
end
local epoch = redis.call('HINCRBY', meta, 'e', 1)
redis.call('HSET', requests, ask.token, cjson.encode({ token = ask.token, epoch = epoch, chunk = ask.chunk, rows = ask.rows, begunAt = ask.begunAt, notAfter = ask.notAfter }))
for _, row in ipairs(ask.rows) do
  move(row, 's')
end
save()
return { 'go', whole(epoch) }
`);

export const END_ROWS_SCRIPT = new RedisScript(`${SHARED_SCRIPT}
if not exists() then
  return { 'ok' }
end
-- Given back once: later the rows may be in another request.
local isOpen = not ask.token or redis.call('HDEL', requests, ask.token) == 1
local isCancelled = get('x') ~= ''
for _, row in ipairs(ask.rows) do
  local letter = row.letter
  if letter == '.' and isCancelled then
    letter = 'c'
  end
  local isEvidence = row.letter == 'a' or row.letter == 'r'
  if (isOpen or isEvidence) and move(row.row, letter) then
    add('f', row.fee or 0)
    if letter == 'r' and row.code then
      add('o' .. row.code, 1)
    end
    if row.serialNo then
      redis.call('HSET', serials, whole(row.row), row.serialNo)
    end
  end
end
save()
keepUntilOver()
return { 'ok' }
`);
