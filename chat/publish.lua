-- Takes the next number in a room, appends to its history and tells all processes, in one step.
-- KEYS: 1 epoch, 2 seq, 3 history (list of frames), 4 the hubs' channel
-- ARGV: 1 a new epoch or "" , 2 the message as JSON without epoch and seq ("{...}"),
--       3 how many messages to keep, 4 seconds to keep them, 5 topic
-- Answers {epoch, seq}, or nothing where the room has no epoch and none was given.
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  if ARGV[1] == '' then return false end
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
  redis.call('DEL', KEYS[2], KEYS[3])
end
local seq = redis.call('INCR', KEYS[2])
local frame = '{"type":"chat.message","epoch":"' .. epoch .. '","seq":' .. seq .. ',' .. string.sub(ARGV[2], 2)
redis.call('RPUSH', KEYS[3], frame)
redis.call('LTRIM', KEYS[3], -tonumber(ARGV[3]), -1)
redis.call('EXPIRE', KEYS[3], ARGV[4])
redis.call('PUBLISH', KEYS[4], cjson.encode({type = 'hub.frame', topic = ARGV[5], text = frame}))
return {epoch, seq}
