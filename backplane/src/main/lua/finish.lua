-- Finish: one attempt's end is committed by the holder of the token, and the freed slot gets the next job.

local FENCED, COMMITTED = 0, 1
local POSTPONED_MAX, LONGEST_PAUSE_MILLIS = 20, 30000

-- ENDING, and what else committing needs of a job.
local COMMITTING = { 'token', 'state', 'idem', 'awaited', 'watched', 'tenant', 'rid', 'seq', 'last', 'cancel', 'attempt' }

local function commit(q, lane, id, token, how, outcome, delayMillis, maxAttempts, data, at)
    local job = q .. ':job:' .. id
    local known = redis.call('HMGET', job, unpack(COMMITTING))
    local last, cancelled = known[9], known[10]
    if known[1] ~= token or known[2] ~= 'running' then
        return (known[1] == token or last == token) and COMMITTED or FENCED
    end
    if how == 'done' then
        finalize(q, lane, id, at, 'done', outcome, known)
        return COMMITTED
    end
    if cancelled then
        finalize(q, lane, id, at, 'done', cancelled, known)
        return COMMITTED
    end
    if how == 'postpone' then
        local postponed = redis.call('HINCRBY', job, 'postponed', 1)
        if postponed > POSTPONED_MAX then
            how = 'retry'
        else
            delayMillis = math.floor(math.min(LONGEST_PAUSE_MILLIS, delayMillis * 2 ^ (postponed - 1)))
            data = string.gsub(data, '"delayMillis":%d+}$', '"delayMillis":' .. whole(delayMillis) .. '}')
        end
    end
    if how == 'dead' or (how == 'retry' and tonumber(known[11]) >= maxAttempts) then
        finalize(q, lane, id, at, 'dead', outcome, known)
        return COMMITTED
    end
    redis.call('HSET', job, 'last', token)
    redis.call('HDEL', job, 'token', 'owner')
    redis.call('ZREM', q .. ':leases:' .. lane, id)
    append(q, id, at, 'retrying', data)
    if how ~= 'retry' then
        redis.call('HINCRBY', job, 'attempt', -1)
    end
    if how ~= 'back' then
        redis.call('HSET', job, 'state', 'retrying')
        redis.call('ZADD', q .. ':delayed:' .. lane, at + delayMillis, id)
    else
        requeue(q, lane, id, at)
    end
    return COMMITTED
end

-- ARGV: lane, job, token, how (done, retry, postpone, dead, back), outcome, delay in millis, attempts allowed,
-- data of the retrying event, worker, how many jobs to take next, lease in millis, and optionally 'events' with the
-- (type, data) pairs that the job said last. Answers whether it was committed, with 'events' the time, then what was taken.
redis.register_function{
    function_name = 'sandmill_finish',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local q, lane, at = keys[1], args[1], now()
        if #args > 12 then
            emit(q, args[2], args[3], args, 13, at)
        end
        local reply = { commit(q, lane, args[2], args[3], args[4], args[5], tonumber(args[6]), tonumber(args[7]), args[8], at) }
        if args[12] == 'events' then
            reply[2] = stamp(at)
        end
        local count = tonumber(args[10])
        add(reply, unpack(take(q, lane, args[9], count, tonumber(args[11]), at)))
        return reply
    end,
}
