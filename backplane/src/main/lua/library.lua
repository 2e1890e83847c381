#!lua name=sandmill
-- What every step shares: keys, server time, the job's event log, how a job waits and how it ends.
-- All keys of a queue start with the queue's key, whose hash tag keeps them on one cluster slot.

local VERSION = '@VERSION@'
local GROUP = 'workers'
local LANES = { 'execute', 'index', 'index-batch', 'index-exact' }
local IDEMPOTENCY_TTL_MILLIS = 24 * 3600 * 1000
local NEWS_LENGTH = 16384
-- Parts of a run that are done are of no interest once the run has seen them, and there may be many.
local DONE_BATCH_TTL_MILLIS = 10 * 60 * 1000

local function now()
    local time = redis.call('TIME')
    return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function whole(number)
    return string.format('%.0f', number)
end

local function settings(q)
    local stored = redis.call('HMGET', q .. ':config', 'capacity', 'resultTtlMillis', 'salt')
    return {
        capacity = tonumber(stored[1] or 100000),
        resultTtl = tonumber(stored[2] or 24 * 3600 * 1000),
        salt = stored[3] or '',
    }
end

-- Wakes whoever waits for this job, in any process. Readers look the job up, so losing old news is harmless.
local function announce(q, what, id)
    redis.call('XADD', q .. ':news', 'MAXLEN', '~', NEWS_LENGTH, '*', 'w', what, 'j', id)
end

local TOPIC_LENGTH, TOPIC_TTL_SECONDS = 2000, 3600

local function topic_key(q, tenant, name)
    return q .. ':topic:' .. #tenant .. ':' .. tenant .. ':' .. name
end

-- One event of a topic, if somebody followed it within the last hour. Sequence numbers go up by one and start at the
-- time of a topic's first event, so that they are higher than before also where a topic was forgotten meanwhile.
local function publish(q, tenant, name, at, type, data)
    local topic = topic_key(q, tenant, name)
    if redis.call('EXISTS', topic .. ':followed') == 0 then
        return
    end
    if redis.call('EXISTS', topic) == 0 then
        redis.call('XADD', topic, '0-' .. whole(at), 't', type, 'a', whole(at), 'd', data)
    else
        redis.call('XADD', topic, 'MAXLEN', '~', TOPIC_LENGTH, '0-*', 't', type, 'a', whole(at), 'd', data)
    end
    redis.call('EXPIRE', topic, TOPIC_TTL_SECONDS)
    announce(q, 'topic', topic)
end

local STATES = { accepted = 'queued', started = 'running', retrying = 'retrying' }

-- A job's steps, for those who follow all jobs of its tenant.
local function publish_step(q, tenant, kind, state, id, at, type)
    publish(q, tenant, 'jobs', at, type,
        '{"job":"' .. id .. '","kind":"' .. kind .. '","state":"' .. (STATES[type] or state) .. '"}')
end

-- Data is a JSON object; the request that the job came with is its first member.
local function write_event(q, id, at, sequence, type, data, rid)
    if rid then
        data = '{"requestId":' .. cjson.encode(rid) .. (data == '{}' and '' or ',') .. string.sub(data, 2)
    end
    redis.call('XADD', q .. ':ev:' .. id, whole(sequence) .. '-0', 't', type, 'a', whole(at), 'd', data)
end

local function append(q, id, at, type, data)
    local job = q .. ':job:' .. id
    local sequence = redis.call('HINCRBY', job, 'seq', 1)
    local known = redis.call('HMGET', job, 'rid', 'watched', 'tenant', 'kind', 'state')
    write_event(q, id, at, sequence, type, data, known[1])
    if type ~= 'finished' and known[2] then
        announce(q, 'event', id)
    end
    if known[3] and (type == 'finished' or STATES[type]) then
        publish_step(q, known[3], known[4], known[5], id, at, type)
    end
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

-- A ready entry is only transport: the job's hash says which entry is the valid one.
local function stage(q, lane, id, at)
    local entry = redis.call('XADD', q .. ':ready:' .. lane, '*', 'j', id)
    redis.call('HSET', q .. ':job:' .. id, 'entry', entry)
    redis.call('ZADD', q .. ':staged:' .. lane, at, id)
end

local function unstage(q, lane, id)
    local entry = redis.call('HGET', q .. ':job:' .. id, 'entry')
    if entry then
        redis.call('XACK', q .. ':ready:' .. lane, GROUP, entry)
        redis.call('XDEL', q .. ':ready:' .. lane, entry)
        redis.call('HDEL', q .. ':job:' .. id, 'entry')
    end
    redis.call('ZREM', q .. ':staged:' .. lane, id)
end

-- Deficit round robin: at its turn a tenant may move as many jobs as its weight says, then the next one has its turn.
-- The ready stream stays shallow, so that who comes later does not wait behind what a flood put there.
local function refill(q, lane, at)
    local depth = tonumber(redis.call('GET', q .. ':depth:' .. lane) or 4)
    local room = depth - redis.call('ZCARD', q .. ':staged:' .. lane)
    local ring = q .. ':ring:' .. lane
    local deficits = q .. ':deficit:' .. lane
    while room > 0 do
        local tenant = redis.call('LINDEX', ring, 0)
        if not tenant then
            break
        end
        local backlog = q .. ':backlog:' .. lane .. ':' .. tenant
        local deficit = tonumber(redis.call('HGET', deficits, tenant) or 0)
        if deficit < 1 then
            deficit = deficit + math.max(1, tonumber(redis.call('HGET', q .. ':weights', tenant) or 1))
        end
        local id = redis.call('LPOP', backlog)
        if id then
            stage(q, lane, id, at)
            deficit = deficit - 1
            room = room - 1
        end
        if redis.call('EXISTS', backlog) == 0 then
            redis.call('LPOP', ring)
            redis.call('HDEL', deficits, tenant)
        elseif deficit < 1 then
            redis.call('LMOVE', ring, ring, 'LEFT', 'RIGHT')
            redis.call('HSET', deficits, tenant, deficit)
        else
            redis.call('HSET', deficits, tenant, deficit)
        end
    end
end

-- Nobody waits for a worker: then a job does not pass anyone by being started at once, and there is nothing to take.
local function nobody_waits(q, lane, at)
    return redis.call('EXISTS', q .. ':ring:' .. lane) == 0
        and redis.call('ZCARD', q .. ':staged:' .. lane) == 0
        and redis.call('ZCOUNT', q .. ':delayed:' .. lane, '-inf', at) == 0
end

-- Into the tenant's backlog: new jobs at its end, jobs that already waited their turn once at its front.
local function wait(q, lane, tenant, id, first)
    local backlog = q .. ':backlog:' .. lane .. ':' .. tenant
    if redis.call('EXISTS', backlog) == 0 then
        redis.call('RPUSH', q .. ':ring:' .. lane, tenant)
    end
    redis.call(first and 'LPUSH' or 'RPUSH', backlog, id)
    redis.call('INCR', q .. ':queued:' .. lane)
end

-- Out of the tenant's backlog, and out of the ring where that was its last job.
local function withdraw(q, lane, tenant, id)
    local backlog = q .. ':backlog:' .. lane .. ':' .. tenant
    if redis.call('LREM', backlog, 1, id) == 1 and redis.call('EXISTS', backlog) == 0 then
        redis.call('LREM', q .. ':ring:' .. lane, 0, tenant)
        redis.call('HDEL', q .. ':deficit:' .. lane, tenant)
    end
end

local function requeue(q, lane, id, at)
    local job = q .. ':job:' .. id
    redis.call('HSET', job, 'state', 'queued')
    wait(q, lane, redis.call('HGET', job, 'tenant'), id, true)
    refill(q, lane, at)
end

-- Jobs that ended per second, over the last window of five seconds.
local function drained(q, at)
    local drain = q .. ':drain'
    local count = redis.call('HINCRBY', drain, 'count', 1)
    local since = tonumber(redis.call('HGET', drain, 'since') or 0)
    if since == 0 then
        redis.call('HSET', drain, 'since', at)
    elseif at - since >= 5000 then
        redis.call('HSET', drain, 'rate', count * 1000 / (at - since), 'since', at, 'count', 0)
    end
end

local function finished_event(state, outcome)
    return '{"state":"' .. state .. '","outcome":' .. (outcome ~= '' and outcome or 'null') .. '}'
end

-- How long the end of a job, and the key that it was submitted with, are remembered.
local function keep_end(q, id, at, state, idem, ttl)
    if idem then
        redis.call('HSET', idem, 'state', state, 'finished', whole(at))
        redis.call('PEXPIRE', idem, whole(IDEMPOTENCY_TTL_MILLIS))
    end
    redis.call('PEXPIRE', q .. ':job:' .. id, whole(ttl))
    redis.call('PEXPIRE', q .. ':ev:' .. id, whole(ttl))
end

-- The one place where a job ends that was not over when it came. The last token is kept, so that a commit whose reply
-- was lost can be repeated. Other processes are told if one of them asked: whoever waits in this one knows already.
local function finalize(q, lane, id, at, state, outcome)
    local job = q .. ':job:' .. id
    local ttl = settings(q).resultTtl
    if lane == 'index-batch' and state == 'done' then
        ttl = math.min(ttl, DONE_BATCH_TTL_MILLIS)
    end
    local known = redis.call('HMGET', job, 'token', 'idem', 'awaited', 'watched')
    redis.call('HSET', job, 'state', state, 'finished', whole(at), 'outcome', outcome)
    if known[1] then
        redis.call('HSET', job, 'last', known[1])
    end
    redis.call('HDEL', job, 'token', 'owner', 'cancel')
    redis.call('ZREM', q .. ':leases:' .. lane, id)
    append(q, id, at, 'finished', finished_event(state, outcome))
    keep_end(q, id, at, state, known[2], ttl)
    if state == 'dead' then
        redis.call('ZADD', q .. ':dead', at + ttl, id)
    end
    drained(q, at)
    if known[3] or known[4] then
        announce(q, 'finished', id)
    end
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
    return 'OK'
end)

redis.register_function{
    function_name = 'sandmill_tune',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        redis.call('HSET', keys[1] .. ':config', 'capacity', args[1])
        return {}
    end,
}
