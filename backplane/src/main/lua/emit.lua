-- Emit: a running job's own events, fenced and bounded.

local MAX_EVENTS = 10000
local MAX_EVENT_BYTES = 8 * 1024 * 1024

-- Appends the (type, data) pairs from this argument on; nothing where the token is not the job's any more.
local function emit(q, id, token, args, first, at)
    local job = q .. ':job:' .. id
    local known = redis.call('HMGET', job, 'token', 'state', 'seq', 'eventBytes', 'truncated', 'rid', 'watched')
    if known[1] ~= token or known[2] ~= 'running' then
        return 0
    end
    if known[5] or first > #args then
        return 1
    end
    local count, bytes = tonumber(known[3]), tonumber(known[4] or 0)
    for index = first, #args, 2 do
        count = count + 1
        bytes = bytes + #args[index] + #args[index + 1]
        if count > MAX_EVENTS or bytes > MAX_EVENT_BYTES then
            redis.call('HSET', job, 'truncated', 1)
            write_event(q, id, at, count, 'truncated',
                '{"maxEvents":' .. whole(MAX_EVENTS) .. ',"maxBytes":' .. whole(MAX_EVENT_BYTES) .. '}', known[6])
            break
        end
        write_event(q, id, at, count, args[index], args[index + 1], known[6])
    end
    redis.call('HSET', job, 'seq', count, 'eventBytes', bytes)
    if known[7] then
        announce(q, 'event', id)
    end
    return 1
end

-- ARGV: job, token, then (type, data) pairs. Answers 0 where the token is not the job's any more.
redis.register_function('sandmill_emit', function(keys, args)
    return emit(keys[1], args[1], args[2], args, 3, now())
end)

-- ARGV: job. From now on this job's events wake the processes that read them.
redis.register_function('sandmill_watch', function(keys, args)
    local job = keys[1] .. ':job:' .. args[1]
    if redis.call('EXISTS', job) == 1 then
        redis.call('HSET', job, 'watched', 1)
        return 1
    end
    return 0
end)

-- ARGV: tenant or '' for all of them, job. Answers the job's row as sandmill_find does; if it is not over yet, its end
-- will wake the processes that wait for it.
redis.register_function{
    function_name = 'sandmill_await',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local job = row(keys[1], args[2])
        if not job or (args[1] ~= '' and job[2] ~= args[1]) then
            return {}
        end
        if job[4] ~= 'done' and job[4] ~= 'dead' then
            redis.call('HSET', keys[1] .. ':job:' .. args[2], 'awaited', 1)
        end
        return job
    end,
}
