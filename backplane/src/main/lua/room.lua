-- Room: how many more jobs may wait, looked up once in a few milliseconds.

-- How long it takes, at the measured rate, until a hundredth of the capacity is free again.
local function retry_after(q, capacity)
    local rate = tonumber(redis.call('HGET', q .. ':drain', 'rate') or 0)
    if rate <= 0 then
        return 5000
    end
    return math.min(60000, math.max(1000, math.ceil(1000 * math.max(1, capacity / 100) / rate)))
end

local LOOK_AGAIN_MILLIS = 10
-- What the latest look at the whole queue found, for the submissions of the next milliseconds. `room` is how many of them
-- there is surely room for, since it is counted down here; only jobs that were already accepted can come back meanwhile.
local look = { q = '', at = 0, serial = 0, room = 0, short = false }

local function looked(q, at)
    look = settings(q)
    local counts, depths = {}, {}
    for index, lane in ipairs(LANES) do
        counts[index] = q .. ':queued:' .. lane
        depths[index] = q .. ':depth:' .. lane
    end
    local waiting = 0
    counts, depths = redis.call('MGET', unpack(counts)), redis.call('MGET', unpack(depths))
    look.depths = {}
    for index, lane in ipairs(LANES) do
        waiting = waiting + tonumber(counts[index] or 0) + redis.call('ZCARD', q .. ':delayed:' .. lane)
        look.depths[lane] = tonumber(depths[index] or DEFAULT_DEPTH)
    end
    local info = redis.call('INFO', 'memory')
    local used = tonumber(string.match(info, 'used_memory:(%d+)'))
    local limit = tonumber(string.match(info, 'maxmemory:(%d+)'))
    look.q, look.at, look.waiting, look.room = q, at, waiting, look.capacity - waiting
    look.short = limit ~= nil and limit > 0 and used > limit * 0.85
end

-- Looks where the last look does not tell whether there is room for so many more jobs. A serial number before theirs that is
-- not the last one of then says that it was at another queue or database.
local function look_for_room(q, at, last, count)
    local age = at - look.at
    if look.q ~= q or last - count ~= look.serial or age < 0 or age >= LOOK_AGAIN_MILLIS or look.room < count then
        looked(q, at)
    end
    look.serial = last
end

-- Nil where there is room for one more, which has it then, else why there is none.
local function refusal()
    if look.room < 1 then
        return 'the queue holds ' .. whole(look.waiting) .. ' waiting jobs, its capacity is ' .. whole(look.capacity)
    end
    if look.short then
        return 'Redis uses more than 85 % of its maxmemory'
    end
    look.room = look.room - 1
    return nil
end
