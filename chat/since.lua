-- What came after a number, in one step with where the line stands now.
-- KEYS: 1 epoch, 2 seq, 3 history. ARGV: 1 epoch, 2 number, 3 how many at most, 4 how many seconds back it may be.
-- Answers {seq, 1 where all that came after is still kept and not too old, frames...}.
local epoch = redis.call('GET', KEYS[1])
local seq = tonumber(redis.call('GET', KEYS[2]) or 0)
local missing = seq - tonumber(ARGV[2])
if epoch ~= ARGV[1] or missing < 0 or missing > redis.call('LLEN', KEYS[3]) then return {seq, 0} end
if missing == 0 then return {seq, 1} end
local last = math.min(-missing + tonumber(ARGV[3]) - 1, -1)
local frames = redis.call('LRANGE', KEYS[3], -missing, last)
local taken = tonumber(string.match(frames[1], '"ts":(%d+)')) / 1000
if taken < redis.call('TIME')[1] - ARGV[4] then return {seq, 0} end
return {seq, 1, unpack(frames)}
