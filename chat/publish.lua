-- Decides for all processes, in one step, which of some messages a room takes: at most LIMIT in any trailing second,
-- each priority only down to its floor, and places kept for the HIGH ones that wait or are to be expected. Numbers
-- those, keeps them, and publishes them as one frame.
-- KEYS: 1 epoch, 2 seq, 3 history (list of frames), 4 window (when the last ones were taken, us, and an h for HIGH),
--       5 counts, 6 the start of the names of nonces, 7 who has HIGH ones waiting: how many, until when (us) they will
--       come, and since when the first of them waits, 8 the most HIGH in one second lately, and when (us)
-- ARGV: 1 a new epoch or "", 2 the hubs' channel, 3 topic, 4 how many messages to keep, 5 seconds to keep them, 6 LIMIT,
--       7 who asks, and brings whatever waits there; then four each: priority, nonce or "", us that it has waited,
--       the message as JSON ("{...}"), or "": it is to be dropped; highest priority first
-- Answers {epoch, us until the next place is free, us until one may be free for NORMAL, for LOW, for LOWEST, and two
--       each: code, number}; codes: a taken, d dropped, w must wait, r repeated (it was taken before, under that
--       number). Nothing where the room has no epoch and none was given.
local FLOORS = {HIGH = 0, NORMAL = 4, LOW = 10, LOWEST = 20}
local SECOND = 1001000 -- us, and a millisecond: what is stamped in ms may not seem to be too near
local GRACE = 25000 -- us for which a free place may be left to who waits longer, elsewhere: a 20th of how much longer
local LATELY = 1000000 -- us for which as many HIGH are expected again
local SOON = 100000 -- us until it is worth to look again
local LATE = 100000 -- us: so late who waited for a place may come and still have it from when it came free
local COMES = 500000 -- us that whoever waits may take to come back when there is a place
local DAYS = 7 * 86400
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  if ARGV[1] == '' then return false end
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[7], KEYS[8])
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local limit = tonumber(ARGV[6])

-- What was taken in the last second, and so long before it as somebody may come late.
local taken, is_high, high, fresh, gone = {}, {}, 0, 0, 0
for _, entry in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
  local at, mark = string.match(entry, '(%d+)(h?)')
  at = tonumber(at)
  if at <= now - SECOND - LATE or at > now then -- later than now: somebody set the clock back
    gone = gone + 1
  else
    taken[#taken + 1] = at
    is_high[#taken] = mark == 'h'
    if at > now - SECOND then
      fresh = fresh + 1
      if is_high[#taken] then high = high + 1 end
    end
  end
end
if gone > 0 then redis.call('LTRIM', KEYS[4], gone, -1) end

-- What waits elsewhere.
local waiting, longest, waits, since = 0, now, 0, now -- how many, since when; and the same of those who ask
local others = redis.call('HGETALL', KEYS[7])
for i = 1, #others, 2 do
  local count, till, first = string.match(others[i + 1], '(%d+) (%d+) (%d+)')
  if others[i] ~= ARGV[7] and tonumber(till) > now then
    waiting = waiting + count
    longest = math.min(longest, tonumber(first))
  end
end
local peak, when = string.match(redis.call('GET', KEYS[8]) or '0 0', '(%d+) (%d+)')
peak, when = tonumber(peak), tonumber(when)
if when <= now - LATELY or when > now then peak = 0 end

local function kept() -- places that only HIGH may have
  return math.max(waiting + waits, peak - high)
end

local function grace(waited) -- us
  return math.max(0, math.min(math.floor((now - waited - longest) / 20), GRACE))
end

local function busy(longer) -- places
  local count = fresh
  for i = #taken - fresh, 1, -1 do
    if taken[i] > now - SECOND - longer then count = count + 1 end
  end
  return count
end

local function free_in(longer) -- us
  local last = taken[#taken - limit + 1]
  return last and math.max(last + SECOND + longer - now, 0) or 0
end

local function opens_in(floor) -- us until one that is not HIGH may be taken, should no other be taken before
  local left, left_high, expected, comes = fresh, high, peak, 0
  for i = #taken - fresh + 1, #taken + 1 do
    if comes >= when + LATELY - now then expected = 0 end
    if limit - left - math.max(waiting + waits, expected - left_high) > floor then return comes end
    if i > #taken then break end
    left, comes = left - 1, taken[i] + SECOND - now
    if is_high[i] then left_high = left_high - 1 end
  end
  return expected > 0 and when + LATELY - now or SOON
end

local function taken_at(waited) -- us: one that waited has its place from the moment at which that came free
  local last = taken[#taken - limit + 1]
  if not last then return now end
  return math.min(now, math.max(last + SECOND, now - math.min(waited, LATE), taken[#taken]))
end

local function has_place(priority, waited)
  if priority ~= 'HIGH' then return limit - fresh - kept() > FLOORS[priority] end
  return limit - busy(grace(waited)) > 0
end

local answer, frames = {epoch, 0, 0, 0, 0}, {}
local function decide(priority, nonce, waited, message)
  local first = nonce ~= '' and redis.call('GET', KEYS[6] .. nonce)
  if first then return 'r', tonumber(first) end
  if message == '' or not has_place(priority, waited) then
    if priority == 'HIGH' then
      if waits == 0 then
        since = now - waited
        answer[2] = free_in(grace(waited))
      end
      waits = waits + 1
      return 'w', 0
    end
    redis.call('HINCRBY', KEYS[5], priority .. ':before', 1)
    redis.call('HINCRBY', KEYS[5], priority .. ':dropped', 1)
    return 'd', 0
  end
  local mark = ''
  local at = priority == 'HIGH' and taken_at(waited) or now
  if priority == 'HIGH' then high, mark = high + 1, 'h' end
  fresh, taken[#taken + 1] = fresh + 1, at
  is_high[#taken] = mark == 'h'
  local seq = redis.call('INCR', KEYS[2])
  redis.call('RPUSH', KEYS[4], string.format('%.0f', at) .. mark)
  redis.call('HINCRBY', KEYS[5], priority .. ':before', 1)
  redis.call('HINCRBY', KEYS[5], priority .. ':after', 1)
  if nonce ~= '' then redis.call('SET', KEYS[6] .. nonce, seq, 'EX', ARGV[5]) end
  frames[#frames + 1] = '{"type":"chat.message","epoch":"' .. epoch .. '","seq":' .. string.format('%.0f', seq)
    .. ',"ts":' .. string.format('%.0f', math.floor(at / 1000)) .. ',' .. string.sub(message, 2)
  return 'a', seq
end

for i = 8, #ARGV, 4 do
  local code, seq = decide(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3])
  answer[#answer + 1] = code
  answer[#answer + 1] = seq
end
local demand = math.min(high + waiting + waits, limit)
if demand > 0 and demand >= peak then
  peak, when = demand, now
  redis.call('SET', KEYS[8], string.format('%d %.0f', peak, when), 'EX', 3)
end
if waits == 0 and fresh >= limit then answer[2] = free_in(0) end
for i, priority in ipairs({'NORMAL', 'LOW', 'LOWEST'}) do answer[2 + i] = opens_in(FLOORS[priority]) end
if waits > 0 then
  redis.call('HSET', KEYS[7], ARGV[7], string.format('%d %.0f %.0f', waits, now + answer[2] + COMES, since))
  redis.call('EXPIRE', KEYS[7], 3)
elseif #others > 0 then
  redis.call('HDEL', KEYS[7], ARGV[7])
end
if #frames > 0 then
  redis.call('RPUSH', KEYS[3], unpack(frames))
  redis.call('LTRIM', KEYS[3], -tonumber(ARGV[4]), -1)
  redis.call('EXPIRE', KEYS[3], ARGV[5])
  redis.call('EXPIRE', KEYS[4], 2)
  local text = '[' .. table.concat(frames, ',') .. ']'
  redis.call('PUBLISH', ARGV[2], cjson.encode({type = 'hub.frame', topic = ARGV[3], text = text}))
end
for _, key in ipairs({KEYS[1], KEYS[2], KEYS[5]}) do redis.call('EXPIRE', key, DAYS) end
return answer
