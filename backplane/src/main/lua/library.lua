#!lua name=sandmill
-- What every step shares: keys, settings, server time and the job's row.
-- All keys of a queue start with the queue's key, whose hash tag keeps them on one cluster slot.

local VERSION = '@VERSION@'
local GROUP = 'workers'
local LANES = { 'execute', 'index', 'index-batch', 'index-exact' }
local IDEMPOTENCY_TTL_MILLIS = 24 * 3600 * 1000
local DEFAULT_RESULT_TTL_MILLIS = 24 * 3600 * 1000
local NEWS_LENGTH = 16384
-- Parts of a run that are done are of no interest once the run has seen them, and there may be many.
local DONE_BATCH_TTL_MILLIS = 10 * 60 * 1000

local function now()
    local time = redis.call('TIME')
    return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Numbers with many digits go to Redis as text: as numbers, newer servers may write them with an exponent.
local function whole(number)
    return string.format('%.0f', number)
end

local stamped, stamp_text = -1, ''

-- A time as text, which every step writes several times.
local function stamp(at)
    if at ~= stamped then
        stamped, stamp_text = at, whole(at)
    end
    return stamp_text
end

local function settings(q)
    local stored = redis.call('HMGET', q .. ':config', 'capacity', 'resultTtlMillis', 'salt')
    return {
        capacity = tonumber(stored[1] or 100000),
        resultTtl = tonumber(stored[2] or DEFAULT_RESULT_TTL_MILLIS),
        salt = stored[3] or '',
    }
end

-- Which hold of a job it is: each begins with an event of its own, so that no two of a job have the same number.
local function token_of(sequence)
    return 's' .. sequence
end

local function add(list, ...)
    for _, value in ipairs({ ... }) do
        list[#list + 1] = value
    end
end

-- Counts what happens in a queue: no number is given twice. One that somebody else took makes the next submission look
-- at everything anew. Answers the last of as many as are asked for.
local function next_serial(q, count)
    return redis.call('INCRBY', q .. ':serial', count or 1)
end

local JOB_FIELDS = { 'tenant', 'kind', 'state', 'attempt', 'created', 'started', 'finished', 'request', 'outcome', 'rid', 'trace' }

-- The job as a flat row: id, then JOB_FIELDS; nil where there is no such job.
local function row(q, id)
    local fields = redis.call('HMGET', q .. ':job:' .. id, unpack(JOB_FIELDS))
    if not fields[1] then
        return nil
    end
    table.insert(fields, 1, id)
    return fields
end

redis.register_function{
    function_name = 'sandmill_version',
    callback = function() return VERSION end,
    flags = { 'no-writes' },
}

redis.register_function('sandmill_configure', function(keys, args)
    local config = keys[1] .. ':config'
    -- What was tuned since stays, until a process comes that is configured otherwise.
    if redis.call('HGET', config, 'configuredCapacity') ~= args[1] then
        redis.call('HSET', config, 'capacity', args[1], 'configuredCapacity', args[1])
    end
    redis.call('HSET', config, 'resultTtlMillis', args[2])
    redis.call('HSETNX', config, 'salt', args[3])
    next_serial(keys[1])
    return 'OK'
end)

redis.register_function{
    function_name = 'sandmill_tune',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        redis.call('HSET', keys[1] .. ':config', 'capacity', args[1])
        next_serial(keys[1])
        return {}
    end,
}
