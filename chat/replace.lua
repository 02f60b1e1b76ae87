-- Puts another frame in the place of one that is kept, if it is.
-- KEYS: 1 epoch, 2 seq, 3 history. ARGV: 1 epoch, 2 number, 3 the frame, whose ts is the old one's. Answers 1 where it was there.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local index = redis.call('LLEN', KEYS[3]) - 1 - (tonumber(redis.call('GET', KEYS[2]) or 0) - tonumber(ARGV[2]))
local old = index >= 0 and redis.call('LINDEX', KEYS[3], index)
if not old then return 0 end
local ts = string.match(old, '"ts":%d+')
redis.call('LSET', KEYS[3], index, (string.gsub(ARGV[3], '"ts":0', ts, 1)))
return 1
