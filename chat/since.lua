-- What came after a number, in one step with where the line stands now.
-- KEYS: 1 epoch, 2 seq, 3 history. ARGV: 1 epoch, 2 number, 3 how many at most.
-- Answers {epoch or false, seq, 1 where all that came after is still kept, frames...}.
local epoch = redis.call('GET', KEYS[1])
local seq = tonumber(redis.call('GET', KEYS[2]) or 0)
local missing = seq - tonumber(ARGV[2])
local kept = epoch == ARGV[1] and missing >= 0 and missing <= redis.call('LLEN', KEYS[3])
local answer = {epoch, seq, kept and 1 or 0}
if kept and missing > 0 then
  local last = math.min(-missing + tonumber(ARGV[3]) - 1, -1)
  for _, frame in ipairs(redis.call('LRANGE', KEYS[3], -missing, last)) do answer[#answer + 1] = frame end
end
return answer
