"""The two Lua scripts of the limiter. Each runs as one step in Redis, so no two processes can take the same request.

Times inside are microseconds. Keys, in order: `all` and `background` (sorted sets, one member a request of the last two
windows; its score is when HighLevel has counted it at the latest), `day` (hash: requests by ten-minute bucket, and
their total), `hold` (nothing before this instant), `told` (hash: what HighLevel's headers said, kept for an hour),
`others` (requests of today that were not ours, kept for an hour: HighLevel does not say when its day begins, so its
word is asked for again), `pace` (when the background would send next if it had always kept its pace), `people` (sorted
set: who of the people's lane waits, until when that is believed).
"""

PARTS = ("all", "background", "day", "hold", "told", "others", "pace", "people")  # the keys, in the scripts' order

PRELUDE = """
local all, background, day, hold = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local told, others, pace, people = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local now = tonumber(ARGV[1])
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000000 + clock[2]
end
local interval = math.max(tonumber(ARGV[2]), tonumber(redis.call('HGET', told, 'interval') or 0))
local margin = tonumber(ARGV[3]) * 1000
-- Five milliseconds, because no two clocks run exactly alike.
local window = interval * 1000 + 5000
local lifetime = math.ceil((2 * window + margin) / 1000) + 1000
-- Lua's own way to write a number keeps 14 digits; an instant in microseconds has 16.
local function exact(instant) return string.format('%.0f', instant) end
local function after(instant) return '(' .. exact(instant) end
local function trim(set)
  redis.call('ZREMRANGEBYSCORE', set, '-inf', exact(now - 2 * window))
  -- A server clock that was set back must not leave requests in the future.
  redis.call('ZREMRANGEBYSCORE', set, after(now + window), '+inf')
  return redis.call('ZCOUNT', set, after(now - window), '+inf')
end
local used = trim(all)
local bucket = math.floor(now / 600000000)
if tonumber(redis.call('HGET', day, 'bucket') or -1) ~= bucket then
  local total = 0
  local counts = redis.call('HGETALL', day)
  for at = 1, #counts, 2 do
    local number = tonumber(counts[at])
    if number and number >= bucket - 144 and number <= bucket then
      total = total + tonumber(counts[at + 1])
    elseif number then
      redis.call('HDEL', day, counts[at])
    end
  end
  redis.call('HSET', day, 'bucket', bucket, 'total', total)
  redis.call('EXPIRE', day, 90000)
end
local today = tonumber(redis.call('HGET', day, 'total') or 0)
"""

# ARGV after the common three: limit, daily limit, 1 for the background, its shares of both, its burst in ms, who waits
# ('': nobody who waits on), 1 to take. Returns {microseconds to wait (0: free), 1 if the day is what is spent, the mark
# of the request that was taken}.
ACQUIRE = (
    PRELUDE
    + """
local limit = math.min(tonumber(ARGV[4]), tonumber(redis.call('HGET', told, 'limit') or ARGV[4]))
local daily = math.min(tonumber(ARGV[5]), tonumber(redis.call('HGET', told, 'daily') or ARGV[5]))
local waiting = math.max(0, tonumber(redis.call('GET', hold) or 0) - now)

local function until_free(set, taken, allowed)
  if taken < allowed then return 0 end
  local nth = redis.call(
    'ZRANGEBYSCORE', set, after(now - window), '+inf', 'WITHSCORES', 'LIMIT', taken - allowed, 1)
  return math.max(1000, tonumber(nth[2]) + window - now)
end
local next_due, step = 0, 0
if ARGV[6] == '1' then
  -- Each person who waits has the next place. The pace keeps places from becoming free all at once, ten seconds apart.
  redis.call('ZREMRANGEBYSCORE', people, '-inf', exact(now))
  waiting = math.max(waiting, until_free(all, used, math.max(1, limit - redis.call('ZCARD', people))))
  local share = math.max(1, math.floor(limit * ARGV[7] + 1e-6))
  waiting = math.max(waiting, until_free(background, trim(background), share))
  step = window / share
  next_due = math.min(tonumber(redis.call('GET', pace) or 0), now + window)
  waiting = math.max(waiting, next_due - tonumber(ARGV[9]) * 1000 - now)
else
  waiting = math.max(waiting, until_free(all, used, math.max(1, limit)))
end

local foreign = tonumber(redis.call('GET', others) or 0)
if today + foreign >= math.floor(daily * ARGV[8] + 1e-6) then
  local first = bucket
  for _, name in ipairs(redis.call('HKEYS', day)) do
    first = math.min(first, tonumber(name) or bucket)
  end
  local pause = (first + 145) * 600000000 - now
  if foreign > 0 then pause = math.min(pause, math.max(1, redis.call('PTTL', others)) * 1000) end
  return {math.max(waiting, pause), 1, ''}
end
if waiting > 0 then
  if ARGV[10] ~= '' then
    redis.call('ZADD', people, exact(now + math.min(waiting, 1000000) + 500000), ARGV[10])
    redis.call('PEXPIRE', people, 3000)
  end
  return {math.ceil(waiting), 0, ''}
end
if ARGV[11] ~= '1' then return {0, 0, ''} end

local mark = exact(now) .. ':' .. used
redis.call('ZADD', all, exact(now + margin), mark)
redis.call('PEXPIRE', all, lifetime)
if ARGV[6] == '1' then
  redis.call('ZADD', background, exact(now + margin), mark)
  redis.call('PEXPIRE', background, lifetime)
  redis.call('SET', pace, exact(math.max(next_due, now) + step), 'PX', lifetime)
elseif ARGV[10] ~= '' then
  redis.call('ZREM', people, ARGV[10])
end
redis.call('HINCRBY', day, bucket, 1)
redis.call('HINCRBY', day, 'total', 1)
return {0, 0, mark}
"""
)

# ARGV after the common three: hold in ms, the five headers (-1: not sent), the mark of the request that was answered.
OBSERVE = (
    PRELUDE
    + """
local pause = tonumber(ARGV[4]) * 1000
if pause > 0 and now + pause > tonumber(redis.call('GET', hold) or 0) then
  redis.call('SET', hold, exact(now + pause), 'PX', math.ceil(pause / 1000) + 1000)
end
local limit, remaining, told_interval = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local daily, daily_remaining = tonumber(ARGV[8]), tonumber(ARGV[9])
if limit > 0 then redis.call('HSET', told, 'limit', limit) end
if told_interval > 0 and told_interval <= 3600000 then redis.call('HSET', told, 'interval', told_interval) end
if daily > 0 then redis.call('HSET', told, 'daily', daily) end
redis.call('EXPIRE', told, 3600)

local mark, counted = ARGV[10], used
local left = tonumber(string.match(mark, '^%d+'))
if left then
  redis.call('ZADD', all, 'XX', exact(now), mark)
  redis.call('ZADD', background, 'XX', exact(now), mark)
  -- HighLevel counted before it answered: held against it is what we had sent in the window that ended back then.
  counted = redis.call('ZCOUNT', all, after(left - window), '+inf')
end
if limit > 0 and remaining >= 0 then
  -- Bounded: a nonsensical header must not keep Redis busy.
  for extra = counted, math.min(limit, limit - remaining, counted + 5000) - 1 do
    redis.call('ZADD', all, exact(now), exact(now) .. ':seen:' .. extra)
  end
  redis.call('PEXPIRE', all, lifetime)
end
if daily > 0 and daily_remaining >= 0 then
  local foreign = daily - daily_remaining - today
  if foreign > 0 then
    redis.call('SET', others, foreign, 'EX', 3600)
  else
    redis.call('DEL', others)
  end
end
return 0
"""
)
