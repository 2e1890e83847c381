-- Take: a worker gets jobs under a lease, each with a token that fences everything it does with the job.

local function create_group(q, lane)
    local made = redis.pcall('XGROUP', 'CREATE', q .. ':ready:' .. lane, GROUP, '0', 'MKSTREAM')
    if type(made) == 'table' and made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then
        error(made.err)
    end
end

local CLAIMING = {
    'entry', 'seq', 'watched', 'tenant', 'kind', 'state', 'attempt', 'created', 'finished', 'request', 'outcome', 'rid',
    'trace',
}

local function under_lease(q, lane, id, leaseMillis, at)
    redis.call('ZADD', q .. ':leases:' .. lane, at + leaseMillis, id)
end

-- Into this worker's hands: the token, then the job's row; nil where it does not wait any more.
--
-- entry: what was delivered of the ready stream, nil for a job that comes right from its backlog
local function claim(q, lane, id, entry, worker, leaseMillis, at)
    local job = q .. ':job:' .. id
    local known = redis.call('HMGET', job, unpack(CLAIMING))
    if known[6] ~= 'queued' or entry and known[1] ~= entry then
        return nil
    end
    if known[1] then
        redis.call('HDEL', job, 'entry')
        redis.call('ZREM', q .. ':staged:' .. lane, id)
    end
    redis.call('DECR', q .. ':queued:' .. lane)
    local sequence, attempt = tonumber(known[2]) + 1, tonumber(known[7]) + 1
    local token = token_of(sequence)
    redis.call('HSET', job, 'state', 'running', 'owner', worker, 'token', token, 'attempt', attempt, 'started', stamp(at),
        'seq', sequence)
    under_lease(q, lane, id, leaseMillis, at)
    write_event(q, id, at, sequence, 'started', '{"attempt":' .. attempt .. '}', known[12])
    if known[3] then
        announce(q, 'event', id)
    end
    publish_step(q, known[4], lane, 'running', id, at, 'started')
    return { token, id, known[4], known[5], 'running', tostring(attempt), known[8], stamp(at), known[9], known[10], known[11],
        known[12], known[13] }
end

local function claim_delivered(q, lane, id, entry, worker, leaseMillis, at)
    redis.call('XACK', q .. ':ready:' .. lane, GROUP, entry)
    redis.call('XDEL', q .. ':ready:' .. lane, entry)
    return claim(q, lane, id, entry, worker, leaseMillis, at)
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
    local command = { 'XREADGROUP', 'GROUP', GROUP, worker, 'COUNT', count, 'STREAMS', q .. ':ready:' .. lane, '>' }
    local reply = redis.pcall(unpack(command))
    if type(reply) == 'table' and reply.err then
        if not string.find(reply.err, 'NOGROUP', 1, true) then
            error(reply.err)
        end
        create_group(q, lane)
        reply = redis.call(unpack(command))
    end
    return reply and reply[1] and reply[1][2] or {}
end

-- First what is ready, since it came first, then out of the backlogs, then retries whose time has come. Nothing is made
-- ready in place of it: no worker waits while there are jobs for it, and who tends the queue sees to what remains.
local function take(q, lane, worker, count, leaseMillis, at)
    local taken = {}
    if count > 0 and redis.call('ZCARD', q .. ':staged:' .. lane) > 0 then
        for _, entry in ipairs(read(q, lane, worker, count)) do
            add(taken, claim_delivered(q, lane, entry[2][2], entry[1], worker, leaseMillis, at))
        end
    end
    local promoted = false
    while #taken < count do
        local id = next_waiting(q, lane)
        if id then
            add(taken, claim(q, lane, id, nil, worker, leaseMillis, at))
        elseif promoted then
            break
        else
            promote(q, lane, at)
            promoted = true
        end
    end
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
                add(taken, claim_delivered(q, lane, args[index + 1], args[index], worker, leaseMillis, at))
            end
        end
        for _, claimed in ipairs(take(q, lane, worker, count - #taken, leaseMillis, at)) do
            taken[#taken + 1] = claimed
        end
        return taken
    end,
}
