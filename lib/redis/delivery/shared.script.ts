import { REFUSED_MS } from '../../delivery/store/memory-delivery.store.js';
import { RANKS, EXACT_WEIGHT } from '../../delivery/store/merge-facts.js';

/**
 * What all scripts share. ARGV[1] is the time, empty for that of Redis; ARGV[2] is what is asked, in
 * JSON. KEYS[1] is always `c`, which tells what all keys begin with: a script that comes upon one more
 * key that it needs names it before it writes anything, and is called again with it.
 *
 * The keys: c counters, h handlers, o changes, w how many handlers each change waits for, y how often a
 * change was told in vain, q and a handler's name its changes by when they are due, i and an id a change
 * that was announced, a the answer of a claim, k parked reports, K when they are due, u accepted texts by
 * when they count as unreported, n texts and dead changes by the hour, t a text, s its serial number, r its
 * ref, l a lease, p the texts to a number by when they are looked for, g who looks for a number just now,
 * z0 to z2 numbers by when they are due, those that matter most in z2, e the next place in a row.
 */
export const SHARED_SCRIPT = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local ask = cjson.decode(ARGV[2])
local HOUR = 3600000
local KEPT = 8 * 24 * HOUR

local base = string.sub(KEYS[1], 1, -2)
local given, missing = {}, { 'need' }
for _, key in ipairs(KEYS) do
  given[string.sub(key, #base + 1)] = key
end

local function key(name)
  if not given[name] then
    missing[#missing + 1] = name
  end
  return given[name]
end

local function whole(number)
  return string.format('%.0f', number)
end

-- Lengths of time, not moments: the clock of a test is not that of Redis.
local function expire(name, milliseconds)
  redis.call('PEXPIRE', name, whole(math.max(1, milliseconds)))
end

-- Redis refuses the first write of a script alone, and none that removes something.
local function notice_full_memory()
  redis.call('HSET', given.c, 'full', '')
end

local function count(kind, at, difference)
  redis.call('HINCRBY', given.n, whole(math.floor(at / HOUR)) .. kind, difference)
  expire(given.n, KEPT)
end
`;

/** The outbox: which handlers there are, and what they have to come. */
export const OUTBOX_SCRIPT = `
local SILENT = 24 * HOUR
-- By their kind, and those that are not seen any more.
local handlers, silent = {}, {}

local function read_handlers()
  local flat = redis.call('HGETALL', given.h)
  for i = 1, #flat, 2 do
    local kind, seen_at = string.match(flat[i + 1], '^(%S+) (%d+)$')
    if now - seen_at < SILENT then
      handlers[kind] = handlers[kind] or {}
      table.insert(handlers[kind], flat[i])
      key('q' .. flat[i])
    else
      silent[#silent + 1] = flat[i]
    end
  end
end

-- A text comes to each state by each kind of fact once; other changes are known by their id.
local function add_change(kind, id, value)
  if not handlers[kind] or redis.call('HEXISTS', given.o, id) == 1 then
    return
  end
  redis.call('HSET', given.o, id, value)
  redis.call('HSET', given.w, id, #handlers[kind])
  for _, name in ipairs(handlers[kind]) do
    redis.call('ZADD', given['q' .. name], whole(now), id)
    expire(given['q' .. name], KEPT)
  end
  expire(given.o, KEPT)
  expire(given.w, KEPT)
end

local function announce(kind, id, value)
  if redis.call('SET', given['i' .. id], '', 'NX', 'PX', whole(ask.known)) then
    add_change(kind, id, value)
  end
end

local function end_change(handler, id)
  redis.call('ZREM', given['q' .. handler], id)
  redis.call('HDEL', given.y, handler .. ' ' .. id)
  if redis.call('HINCRBY', given.w, id, -1) <= 0 then
    redis.call('HDEL', given.w, id)
    redis.call('HDEL', given.o, id)
  end
end
`;

const RANK_TABLE = Object.entries(RANKS)
  .map(([state, rank]) => `${state} = ${rank}`)
  .join(', ');

/**
 * Texts. A record is a hash: a account, r ref, p template, g signature, T tracked, d decidedAt,
 * n notAfter, s signedAt, N serial number, f its fact, c corrected, k when it was first put, q kind,
 * j sdkAppId, x print, b endsBy, O offset of the clock, M what it was matched with, v the last verdict that
 * is known outside, S how many were told.
 * A fact is `state exact at source =code`.
 */
export const TEXT_SCRIPT = `
local RANKS = { ${RANK_TABLE} }
local UNTRACKED = 30 * 60000
local REFUSED = ${REFUSED_MS}

local function parse(fact)
  local state, exact, at, source, code = string.match(fact, '^(%S+) ([01]) (%S+) (%S+) ?=?(.*)$')
  local weight = RANKS[state]
  if exact == '1' and state ~= 'unknown' then
    weight = weight + ${EXACT_WEIGHT}
  end
  return { text = fact, state = state, exact = exact == '1', weight = weight, at = tonumber(at) or math.huge, code = code, source = source }
end

-- By bytes: what is lower for Lua depends on the language of the machine.
local function is_lower(a, b)
  for i = 1, math.min(#a, #b) do
    local one, other = string.byte(a, i), string.byte(b, i)
    if one ~= other then
      return one < other
    end
  end
  return #a < #b
end

local function is_better(fact, held)
  if fact.weight ~= held.weight then
    return fact.weight > held.weight
  end
  if fact.at ~= held.at then
    return fact.at < held.at
  end
  if fact.code ~= held.code then
    return is_lower(fact.code, held.code)
  end
  return is_lower(fact.source, held.source)
end

local function is_final(state)
  return state ~= 'unknown' and state ~= 'accepted'
end

local function is_reported(state)
  return state == 'delivered' or state == 'failed'
end

-- How it counts: o open, r with a report, u accepted and without one.
local function class_of(text)
  local state = text.fact.state
  if state == 'unknown' then
    return 'o'
  end
  if text.fields.T ~= '1' then
    return nil
  end
  if is_reported(state) then
    return 'r'
  end
  return (state == 'accepted' or state == 'unreported') and 'u' or nil
end

local function keeps(text)
  return text.fields.T == '1' and ask.retain or UNTRACKED
end

local texts, changed, told = {}, {}, {}
-- Keys of all texts that are to be kept on, and by how much the counters of texts change.
local kept_on, counts = {}, {}
-- Changes for those who count, as the caller gets them.
local reported = { 'ok' }

-- Its name is t, its callRef, a space and its number, which has none.
local function read_text(name)
  if texts[name] ~= nil then
    return texts[name]
  end
  local flat = redis.call('HGETALL', given[name])
  local text = false
  if #flat > 0 then
    local fields = {}
    for i = 1, #flat, 2 do
      fields[flat[i]] = flat[i + 1]
    end
    text = { name = name, fields = fields, fact = parse(fields.f), kept_at = tonumber(fields.k), set = {} }
    text.call, text.to = string.match(name, '^t(.*) (%S+)$')
    text.class = class_of(text)
    text.was_accepted = text.fact.state == 'accepted'
    if text.kept_at + keeps(text) <= now then
      text = false
    end
  end
  texts[name] = text
  return text
end

local function set(text, field, value)
  if text.fields[field] ~= value then
    text.fields[field] = value
    text.set[field] = value
  end
  changed[text.name] = text
end

local function tell_subscribers(to)
  if not told[to] then
    told[to] = true
    told[#told + 1] = to
  end
end

local function tell_handlers(text)
  local fields, state = text.fields, text.fact.state
  if not is_reported(state) then
    return
  end
  local id = (fields.N or text.call) .. ' ' .. text.to .. ' ' .. state .. (text.fact.exact and '' or ' matched')
  add_change('report', id, cjson.encode({
    call = text.call, to = text.to, N = fields.N, a = fields.a, r = fields.r, p = fields.p,
    c = fields.c, f = text.fact.text, now = whole(now) }))
end

local VERDICTS = { unknown = 'open', absent = 'absent', rejected = 'rejected' }
local function verdict_of(state)
  return VERDICTS[state] or 'accepted'
end

local function is_concluded(text)
  return text.fields.s or now >= tonumber(text.fields.b or 0)
end

-- An outcome that was open, and is not or no more: handlers hear of it.
local function tell_verdict(text, given)
  local verdict, count = verdict_of(text.fact.state), tonumber(text.fields.S or 0)
  if verdict == text.fields.v then
    return
  end
  if given.source == 'response' and given.state ~= 'unknown' and count == 0 then
    set(text, 'v', verdict)
  elseif is_concluded(text) then
    set(text, 'v', verdict)
    set(text, 'S', whole(count + 1))
    local fields = text.fields
    reported[#reported + 1] = cjson.encode({ settled = count, f = text.fact.text, a = fields.a,
      s = fields.s, d = fields.d })
    add_change('settled', 'settled ' .. text.call .. ' ' .. text.to .. ' ' .. whole(count), cjson.encode({
      settled = count, call = text.call, to = text.to, N = fields.N, a = fields.a, r = fields.r,
      p = fields.p, f = text.fact.text }))
  end
end

-- The class that a number is in: who is waited for, codes, the others.
local function due_of(to)
  for _, class in ipairs({ 'z2', 'z1', 'z0' }) do
    local at = redis.call('ZSCORE', given[class], to)
    if at then
      return class, tonumber(at)
    end
  end
end

local function set_due(to, class)
  local first = redis.call('ZRANGE', given['p' .. to], 0, 0, 'WITHSCORES')
  local held = due_of(to)
  if held and held > class then
    class = held
  end
  if held and (held ~= class or not first[2] or first[2] == 'inf') then
    redis.call('ZREM', given[held], to)
  end
  if first[2] and first[2] ~= 'inf' then
    redis.call('ZADD', given[class], first[2], to)
    kept_on[class] = true
  end
end

-- Keeps a text among those of its number as long as a look may concern it.
local function plan_look(text, look_in)
  local p, state = given['p' .. text.to], text.fact.state
  if look_in and (not is_final(state) or state == 'absent') then
    redis.call('ZADD', p, whole(now + look_in), text.call)
  elseif state == 'unknown' or state == 'absent' or state == 'rejected' and text.fact.source == 'response' and now - text.kept_at < REFUSED then
    redis.call('ZADD', p, '+inf', text.call)
  elseif redis.call('ZREM', p, text.call) == 0 then
    return
  end
  expire(p, KEPT)
  set_due(text.to, text.fields.q == 'verification' and 'z1' or 'z0')
end

local function apply(text, fact)
  if not is_better(fact, text.fact) then
    return
  end
  local before = text.fact.state
  text.fact = fact
  set(text, 'f', fact.text)
  if fact.state == before then
    return
  end
  if is_final(before) then
    set(text, 'c', '1')
  end
  tell_handlers(text)
  tell_verdict(text, fact)
  if is_final(fact.state) then
    plan_look(text)
  end
  tell_subscribers(text.to)
  if is_reported(fact.state) then
    reported[#reported + 1] = cjson.encode({ f = fact.text, a = text.fields.a, c = text.fields.c,
      s = text.fields.s, d = text.fields.d })
  end
end

local OPEN = 'unknown 1 - response'

-- A report of a text that was only matched with its serial number is not sure.
local function matched(fact)
  return parse((string.gsub(fact.text, '^(%S+) 1', '%1 0')))
end

local function exact(fact)
  return parse((string.gsub(fact.text, '^(%S+) 0', '%1 1')))
end

local function take_parked(text, field, is_exact)
  local parked = redis.call('HGET', given.k, field)
  if parked then
    redis.call('HDEL', given.k, field)
    redis.call('ZREM', given.K, field)
    for _, report in ipairs(cjson.decode(parked)) do
      redis.call('HINCRBY', given.k, '', -1)
      local fact = parse(report.f)
      apply(text, is_exact and fact or matched(fact))
    end
  end
end

local function unset(text, field)
  if text.fields[field] then
    text.fields[field] = nil
    text.set[field] = nil
    redis.call('HDEL', given[text.name], field)
  end
end

local function set_holder(text, index)
  redis.call('SET', given[index], text.call, 'PX', whole(math.max(1, text.kept_at + keeps(text) - now)))
end

-- What was reported is of the text that has the serial number; the one that held it is open again.
local function reopen(holder, owner)
  unset(holder, 'M')
  unset(holder, 'N')
  local fact = holder.fact
  if fact.exact then
    return
  end
  holder.fact = parse(OPEN)
  set(holder, 'f', OPEN)
  tell_verdict(holder, holder.fact)
  plan_look(holder, 0)
  tell_subscribers(holder.to)
  if is_reported(fact.state) then
    apply(owner, exact(fact))
  end
end

-- A receipt always has its serial number, and the reports that came before it.
local function claim_serial(text, index)
  local call = redis.call('GET', given[index])
  set_holder(text, index)
  unset(text, 'M')
  if call and call ~= text.call then
    local holder = read_text('t' .. call .. ' ' .. text.to)
    local serial = string.match(index, '^s(.*) %S+$')
    if holder and holder.fields.M == serial then
      reopen(holder, text)
    end
  end
  take_parked(text, string.sub(index, 2), true)
end

local function sum(kind, at, difference)
  local field = whole(math.floor(at / HOUR)) .. kind
  counts[field] = (counts[field] or 0) + difference
end

-- Once for all texts, when nothing is removed any more: a key that is emptied forgets when it ends.
local function keep_on()
  for name in pairs(kept_on) do
    expire(given[name], KEPT)
  end
end

local function save()
  for name, text in pairs(changed) do
    local flat = {}
    for field, value in pairs(text.set) do
      flat[#flat + 1] = field
      flat[#flat + 1] = value
    end
    if #flat > 0 then
      redis.call('HSET', given[name], unpack(flat))
    end
    local ends_at = text.kept_at + keeps(text)
    expire(given[name], ends_at - now)
    local class = class_of(text)
    if class ~= text.class then
      if text.class then
        sum(text.class, text.kept_at, -1)
      end
      if class then
        sum(class, text.kept_at, 1)
      end
    end
    local unreported_at = text.kept_at + ask.unreported
    local is_awaited = text.fact.state == 'accepted' and unreported_at < ends_at
    if is_awaited then
      redis.call('ZADD', given.u, whole(unreported_at), string.sub(name, 2))
      kept_on.u = true
    elseif text.was_accepted then
      redis.call('ZREM', given.u, string.sub(name, 2))
    end
  end
  for field, difference in pairs(counts) do
    redis.call('HINCRBY', given.n, field, difference)
    kept_on.n = true
  end
  keep_on()
  -- May be refused by the rights of the user: waiters look now and then all the same.
  if #told > 0 then
    redis.pcall('PUBLISH', ask.channel, table.concat(told, ' '))
  end
end
`;
