-- Decides for all processes, in one step, which of some messages a room takes: at most LIMIT in any trailing second,
-- each priority only down to its floor. Numbers those, keeps them, and publishes them as one frame.
-- KEYS: 1 epoch, 2 seq, 3 history (list of frames), 4 window (when the last ones were taken, us), 5 counts,
--       6 the start of the names of nonces, 7 who has HIGH ones waiting: how many, and until when (us) they will come
-- ARGV: 1 a new epoch or "", 2 the hubs' channel, 3 topic, 4 how many messages to keep, 5 seconds to keep them, 6 LIMIT,
--       7 who asks, and brings whatever waits there; then three each: priority, nonce or "", the message as JSON
--       ("{...}"); highest priority first
-- Answers {epoch, us until the next place is free, and two each: code, number}; codes: a taken, d dropped, w must wait,
--       r repeated (it was taken before, under that number). Nothing where the room has no epoch and none was given.
local FLOORS = {HIGH = 0, NORMAL = 4, LOW = 10, LOWEST = 20}
local SECOND = 1001000 -- us, and a millisecond: what is stamped in ms may not seem to be too near
local COMES = 500000 -- us that whoever waits may take to come back when there is a place
local DAYS = 7 * 86400
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  if ARGV[1] == '' then return false end
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
  redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[7])
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local stamp = string.format('%.0f', math.floor(now / 1000))
local oldest = redis.call('LINDEX', KEYS[4], 0)
-- Later than now: somebody set the clock back.
while oldest and (tonumber(oldest) <= now - SECOND or tonumber(oldest) > now) do
  redis.call('LPOP', KEYS[4])
  oldest = redis.call('LINDEX', KEYS[4], 0)
end
local free = tonumber(ARGV[6]) - redis.call('LLEN', KEYS[4])
local answer, frames = {epoch, 0}, {}
local reserved, waits = 0, 0 -- places for what others have waiting, and how many must wait now
local others = redis.call('HGETALL', KEYS[7])
for i = 1, #others, 2 do
  local count, till = string.match(others[i + 1], '(%d+) (%d+)')
  if others[i] ~= ARGV[7] and tonumber(till) > now then reserved = reserved + count end
end

local function decide(priority, nonce, message)
  local first = nonce ~= '' and redis.call('GET', KEYS[6] .. nonce)
  if first then return 'r', tonumber(first) end
  if free - (priority == 'HIGH' and 0 or reserved) <= FLOORS[priority] then
    if priority == 'HIGH' then
      waits = waits + 1
      return 'w', 0
    end
    redis.call('HINCRBY', KEYS[5], priority .. ':before', 1)
    redis.call('HINCRBY', KEYS[5], priority .. ':dropped', 1)
    return 'd', 0
  end
  free = free - 1
  local seq = redis.call('INCR', KEYS[2])
  redis.call('RPUSH', KEYS[4], string.format('%.0f', now))
  redis.call('HINCRBY', KEYS[5], priority .. ':before', 1)
  redis.call('HINCRBY', KEYS[5], priority .. ':after', 1)
  if nonce ~= '' then redis.call('SET', KEYS[6] .. nonce, seq, 'EX', ARGV[5]) end
  frames[#frames + 1] = '{"type":"chat.message","epoch":"' .. epoch .. '","seq":' .. string.format('%.0f', seq)
    .. ',"ts":' .. stamp .. ',' .. string.sub(message, 2)
  return 'a', seq
end

for i = 8, #ARGV, 3 do
  local code, seq = decide(ARGV[i], ARGV[i + 1], ARGV[i + 2])
  answer[#answer + 1] = code
  answer[#answer + 1] = seq
end
if free <= 0 and redis.call('LLEN', KEYS[4]) > 0 then
  answer[2] = tonumber(redis.call('LINDEX', KEYS[4], 0)) + SECOND - now
end
if waits > 0 then
  redis.call('HSET', KEYS[7], ARGV[7], string.format('%d %.0f', waits, now + answer[2] + COMES))
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
