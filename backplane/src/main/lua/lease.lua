-- Leases: renewed by their holders; what nobody renews goes to another worker or, after too many deaths, to its end.

local OK, CANCELLED, LOST = 1, 2, 0

-- ARGV: lane, lease in millis, then (job, token) pairs. Answers one number for each.
redis.register_function{
    function_name = 'sandmill_renew',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local q, at = keys[1], now()
        local answers = {}
        for index = 3, #args, 2 do
            local known = redis.call('HMGET', q .. ':job:' .. args[index], 'token', 'cancel', 'state')
            if known[1] ~= args[index + 1] or known[3] ~= 'running' then
                answers[#answers + 1] = LOST
            else
                redis.call('ZADD', q .. ':leases:' .. args[1], at + tonumber(args[2]), args[index])
                answers[#answers + 1] = known[2] and CANCELLED or OK
            end
        end
        return answers
    end,
}

-- Twice the slots of all live workers: enough that none waits, little enough to stay fair.
local function set_depth(q, lane, worker, slots, at)
    local members = q .. ':slots:' .. lane
    redis.call('HSET', members, worker, slots .. ' ' .. stamp(at))
    local total = 0
    local all = redis.call('HGETALL', members)
    for index = 1, #all, 2 do
        local count, seen = string.match(all[index + 1], '(%d+) (%d+)')
        if at - tonumber(seen) > 60000 then
            redis.call('HDEL', members, all[index])
        else
            total = total + tonumber(count)
        end
    end
    redis.call('SET', q .. ':depth:' .. lane, 2 * total)
end

-- Entries that a worker was given and never claimed, and entries that vanished with their stream.
local function restage(q, lane, at)
    local ready = q .. ':ready:' .. lane
    create_group(q, lane)
    for _, pending in ipairs(redis.call('XPENDING', ready, GROUP, 'IDLE', 2000, '-', '+', 100)) do
        local entry = redis.call('XRANGE', ready, pending[1], pending[1])
        redis.call('XACK', ready, GROUP, pending[1])
        redis.call('XDEL', ready, pending[1])
        if entry[1] then
            local id = entry[1][2][2]
            if redis.call('HGET', q .. ':job:' .. id, 'entry') == pending[1] then
                stage(q, lane, id, at)
            end
        end
    end
    for _, id in ipairs(redis.call('ZRANGE', q .. ':staged:' .. lane, 0, 99)) do
        local entry = redis.call('HGET', q .. ':job:' .. id, 'entry')
        if not entry then
            redis.call('ZREM', q .. ':staged:' .. lane, id)
        elseif #redis.call('XRANGE', ready, entry, entry) == 0 then
            stage(q, lane, id, at)
        end
    end
end

-- A consumer is dropped only when it holds nothing, since dropping it drops what it holds.
local function drop_consumer(q, lane, worker)
    local ready = q .. ':ready:' .. lane
    local pending = redis.call('XPENDING', ready, GROUP, '-', '+', 1, worker)
    if #pending == 0 then
        redis.call('XGROUP', 'DELCONSUMER', ready, GROUP, worker)
    end
end

local function drop_silent_consumers(q, lane)
    for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', q .. ':ready:' .. lane, GROUP)) do
        local known = {}
        for index = 1, #consumer, 2 do
            known[consumer[index]] = consumer[index + 1]
        end
        if known.pending == 0 and known.idle > 3600000 then
            drop_consumer(q, lane, known.name)
        end
    end
end

-- Answers the jobs, leased to this worker, that died too often: it has to write their outcome. And how many leases had run
-- out, those included.
local function reclaim(q, lane, worker, leaseMillis, maxAttempts, at)
    local dying, over = {}, 0
    local leases = q .. ':leases:' .. lane
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', at, 'LIMIT', 0, 100)) do
        local job = q .. ':job:' .. id
        local known = redis.call('HMGET', job, 'state', 'cancel', 'attempt')
        over = over + (known[1] == 'running' and 1 or 0)
        if known[1] ~= 'running' then
            redis.call('ZREM', leases, id)
        elseif known[2] then
            redis.call('HDEL', job, 'token')
            finalize(q, lane, id, at, 'done', known[2], redis.call('HMGET', job, unpack(ENDING)))
        elseif tonumber(known[3]) >= maxAttempts then
            local token = 'd' .. next_serial(q)
            redis.call('HSET', job, 'owner', worker, 'token', token)
            under_lease(q, lane, id, leaseMillis, at)
            dying[#dying + 1] = { token, unpack(row(q, id)) }
        else
            redis.call('HDEL', job, 'token', 'owner')
            redis.call('ZREM', leases, id)
            append(q, id, at, 'retrying', '{"attempt":' .. known[3] .. ',"reason":"the worker stopped answering","delayMillis":0}')
            requeue(q, lane, id, at)
        end
    end
    return dying, over
end

-- What is due later than anything can be was written before this server's clock was turned back: a dead worker's jobs would
-- wait for as long as it was turned, a retry too. A live worker's lease is renewed in time.
local LONGEST_LEASE_MILLIS, LONGEST_DELAY_MILLIS = 60000, 60000

local function mind_the_clock(q, lane, leaseMillis, at)
    local leases, delayed = q .. ':leases:' .. lane, q .. ':delayed:' .. lane
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', leases, '(' .. whole(at + LONGEST_LEASE_MILLIS), '+inf', 'LIMIT', 0, 100)) do
        under_lease(q, lane, id, leaseMillis, at)
    end
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', delayed, '(' .. whole(at + LONGEST_DELAY_MILLIS), '+inf', 'LIMIT', 0, 100)) do
        redis.call('ZADD', delayed, at, id)
    end
end

-- ARGV: lane, worker, lease in millis, attempts allowed, slots, and optionally 'counted', for which the answer begins with
-- the number of leases that had run out. What time brings about, done by whichever worker comes by.
redis.register_function{
    function_name = 'sandmill_tend',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local q, lane, worker, at = keys[1], args[1], args[2], now()
        set_depth(q, lane, worker, args[5], at)
        restage(q, lane, at)
        drop_silent_consumers(q, lane)
        mind_the_clock(q, lane, tonumber(args[3]), at)
        promote(q, lane, at)
        redis.call('ZREMRANGEBYSCORE', q .. ':dead', '-inf', at)
        local dying, over = reclaim(q, lane, worker, tonumber(args[3]), tonumber(args[4]), at)
        refill(q, lane, at, depth_of(q, lane))
        if args[6] == 'counted' then
            table.insert(dying, 1, over)
        end
        return dying
    end,
}

-- ARGV: lane, worker. A worker goes: what it was given and did not claim goes to the others.
redis.register_function{
    function_name = 'sandmill_leave',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local q, lane, worker, at = keys[1], args[1], args[2], now()
        local ready = q .. ':ready:' .. lane
        create_group(q, lane)
        for _, pending in ipairs(redis.call('XPENDING', ready, GROUP, '-', '+', 1000, worker)) do
            local entry = redis.call('XRANGE', ready, pending[1], pending[1])
            redis.call('XACK', ready, GROUP, pending[1])
            redis.call('XDEL', ready, pending[1])
            if entry[1] and redis.call('HGET', q .. ':job:' .. entry[1][2][2], 'entry') == pending[1] then
                stage(q, lane, entry[1][2][2], at)
            end
        end
        drop_consumer(q, lane, worker)
        redis.call('HDEL', q .. ':slots:' .. lane, worker)
        return 'OK'
    end,
}

-- ARGV: lane, worker, then the jobs that it knows of. What else it is said to hold was lost on the way to it, and waits again.
redis.register_function{
    function_name = 'sandmill_disown',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local q, lane, worker, at = keys[1], args[1], args[2], now()
        local known = {}
        for index = 3, #args do
            known[args[index]] = true
        end
        local returned = 0
        for _, id in ipairs(redis.call('ZRANGE', q .. ':leases:' .. lane, 0, -1)) do
            local job = q .. ':job:' .. id
            if not known[id] and redis.call('HGET', job, 'owner') == worker then
                redis.call('HDEL', job, 'token', 'owner')
                redis.call('HINCRBY', job, 'attempt', -1)
                redis.call('ZREM', q .. ':leases:' .. lane, id)
                append(q, id, at, 'retrying', '{"reason":"the worker never received it","delayMillis":0}')
                requeue(q, lane, id, at)
                returned = returned + 1
            end
        end
        return returned
    end,
}
