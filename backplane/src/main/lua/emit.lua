-- Emit: a running job's own events, fenced and bounded.

local MAX_EVENTS = 10000
local MAX_EVENT_BYTES = 8 * 1024 * 1024

-- ARGV: job, token, then (type, data) pairs. Answers 0 where the token is not the job's any more.
redis.register_function('sandmill_emit', function(keys, args)
    local q, id = keys[1], args[1]
    local job = q .. ':job:' .. id
    local known = redis.call('HMGET', job, 'token', 'seq', 'eventBytes', 'truncated')
    if known[1] ~= args[2] then
        return 0
    end
    if known[4] then
        return 1
    end
    local at, count, bytes = now(), tonumber(known[2]), tonumber(known[3] or 0)
    for index = 3, #args, 2 do
        count = count + 1
        bytes = bytes + #args[index] + #args[index + 1]
        if count > MAX_EVENTS or bytes > MAX_EVENT_BYTES then
            redis.call('HSET', job, 'truncated', 1)
            append(q, id, at, 'truncated', '{"maxEvents":' .. whole(MAX_EVENTS) .. ',"maxBytes":' .. whole(MAX_EVENT_BYTES) .. '}')
            break
        end
        append(q, id, at, args[index], args[index + 1])
    end
    redis.call('HSET', job, 'eventBytes', bytes)
    return 1
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
