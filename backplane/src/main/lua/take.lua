-- Take: a worker gets jobs under a lease, each with a token that fences everything it does with the job.

local function create_group(q, lane)
    local made = redis.pcall('XGROUP', 'CREATE', q .. ':ready:' .. lane, GROUP, '0', 'MKSTREAM')
    if type(made) == 'table' and made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then
        error(made.err)
    end
end

local function lease(q, lane, id, worker, leaseMillis, at)
    local token = whole(redis.call('INCR', q .. ':serial'))
    redis.call('HSET', q .. ':job:' .. id, 'state', 'running', 'owner', worker, 'token', token)
    redis.call('ZADD', q .. ':leases:' .. lane, at + leaseMillis, id)
    return token
end

local function claim(q, lane, id, entry, worker, leaseMillis, at)
    local job = q .. ':job:' .. id
    redis.call('XACK', q .. ':ready:' .. lane, GROUP, entry)
    redis.call('XDEL', q .. ':ready:' .. lane, entry)
    local known = redis.call('HMGET', job, 'state', 'entry')
    if known[1] ~= 'queued' or known[2] ~= entry then
        return nil
    end
    redis.call('HDEL', job, 'entry')
    redis.call('ZREM', q .. ':staged:' .. lane, id)
    redis.call('DECR', q .. ':queued:' .. lane)
    local token = lease(q, lane, id, worker, leaseMillis, at)
    local attempt = redis.call('HINCRBY', job, 'attempt', 1)
    redis.call('HSET', job, 'started', whole(at))
    append(q, id, at, 'started', '{"attempt":' .. whole(attempt) .. '}')
    return { token, unpack(row(q, id)) }
end

local function promote(q, lane, at)
    local delayed = q .. ':delayed:' .. lane
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', at, 'LIMIT', 0, 100)) do
        redis.call('ZREM', delayed, id)
        if redis.call('EXISTS', q .. ':job:' .. id) == 1 then
            requeue(q, lane, id, at)
        end
    end
end

local function read(q, lane, worker, count)
    local reply = redis.pcall('XREADGROUP', 'GROUP', GROUP, worker, 'COUNT', count, 'STREAMS', q .. ':ready:' .. lane, '>')
    if type(reply) == 'table' and reply.err then
        if not string.find(reply.err, 'NOGROUP', 1, true) then
            error(reply.err)
        end
        create_group(q, lane)
        return {}
    end
    return reply and reply[1] and reply[1][2] or {}
end

local function take(q, lane, worker, count, leaseMillis, at)
    local taken = {}
    local dry = 0
    promote(q, lane, at)
    while #taken < count and dry < 2 do
        refill(q, lane, at)
        local entries = read(q, lane, worker, count - #taken)
        if #entries == 0 then
            dry = dry + 1
        end
        for _, entry in ipairs(entries) do
            local claimed = claim(q, lane, entry[2][2], entry[1], worker, leaseMillis, at)
            if claimed then
                taken[#taken + 1] = claimed
            end
        end
    end
    refill(q, lane, at)
    return taken
end

-- What was delivered to a worker that has no slot for it goes to whoever has one.
local function pass_on(q, lane, id, entry, at)
    redis.call('XACK', q .. ':ready:' .. lane, GROUP, entry)
    redis.call('XDEL', q .. ':ready:' .. lane, entry)
    if redis.call('HGET', q .. ':job:' .. id, 'entry') == entry then
        stage(q, lane, id, at)
    end
end

-- ARGV: lane, worker, how many, lease in millis, then (entry, job) pairs that a blocking read already delivered. Those
-- beyond the number are passed on.
redis.register_function{
    function_name = 'sandmill_take',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local q, lane, worker, count, leaseMillis = keys[1], args[1], args[2], tonumber(args[3]), tonumber(args[4])
        local at = now()
        local taken = {}
        for index = 5, #args, 2 do
            if #taken >= count then
                pass_on(q, lane, args[index + 1], args[index], at)
            else
                taken[#taken + 1] = claim(q, lane, args[index + 1], args[index], worker, leaseMillis, at)
            end
        end
        for _, claimed in ipairs(take(q, lane, worker, count - #taken, leaseMillis, at)) do
            taken[#taken + 1] = claimed
        end
        return taken
    end,
}
