-- Submit: a job enters, once per idempotency key, while there is room. It waits its turn; where nobody waits, the worker
-- that brings it may start it in the same step, and who knows its outcome already brings that along.

local MAX_REQUEST_BYTES = 16 * 1024 * 1024
local MAX_NAME_BYTES = 256
-- https://www.w3.org/TR/trace-context/#traceparent-header
local TRACEPARENT = '^%x%x%-%x+%-%x+%-%x%x$'
-- No tenant has this name, so that the index of all jobs has the place of one.
local EVERY_TENANT = ''
local ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

local function base32(number, digits)
    local text = ''
    for _ = 1, digits do
        local digit = number % 32
        text = string.sub(ALPHABET, digit + 1, digit + 1) .. text
        number = math.floor(number / 32)
    end
    return text
end

-- 10 digits of milliseconds, 3 that count within them, 8 that nobody guesses: sorts by creation.
local function new_id(q, at, salt)
    local serial = redis.call('INCR', q .. ':serial')
    local hash = redis.sha1hex(salt .. ':' .. whole(serial) .. ':' .. whole(at))
    local tail = base32(tonumber(string.sub(hash, 1, 5), 16), 4) .. base32(tonumber(string.sub(hash, 6, 10), 16), 4)
    return base32(at, 10) .. base32(serial % 32768, 3) .. tail, serial
end

local MEMORY_KNOWN_MILLIS = 10
local memory_known_at, memory_was_short = 0, false

-- Asking takes longer than everything else here, so that one answer is good for some submissions.
local function memory_is_short(at)
    if at - memory_known_at >= 0 and at - memory_known_at < MEMORY_KNOWN_MILLIS then
        return memory_was_short
    end
    local info = redis.call('INFO', 'memory')
    local used = tonumber(string.match(info, 'used_memory:(%d+)'))
    local limit = tonumber(string.match(info, 'maxmemory:(%d+)'))
    memory_known_at, memory_was_short = at, limit ~= nil and limit > 0 and used > limit * 0.85
    return memory_was_short
end

-- How long it takes, at the measured rate, until a hundredth of the capacity is free again.
local function retry_after(q, capacity)
    local rate = tonumber(redis.call('HGET', q .. ':drain', 'rate') or 0)
    if rate <= 0 then
        return 5000
    end
    return math.min(60000, math.max(1000, math.ceil(1000 * math.max(1, capacity / 100) / rate)))
end

local function refusal(q, limits, at)
    local waiting = 0
    for _, lane in ipairs(LANES) do
        waiting = waiting + tonumber(redis.call('GET', q .. ':queued:' .. lane) or 0)
            + redis.call('ZCARD', q .. ':delayed:' .. lane)
    end
    if waiting >= limits.capacity then
        return 'the queue holds ' .. whole(waiting) .. ' waiting jobs, its capacity is ' .. whole(limits.capacity)
    end
    if memory_is_short(at) then
        return 'Redis uses more than 85 % of its maxmemory'
    end
    return nil
end

-- Index entries of jobs that expired, a few for every few submissions, oldest first.
local function forget_expired(q, tenant, serial)
    if serial % 16 ~= 0 then
        return
    end
    local mine = q .. ':mine:' .. tenant
    for _, id in ipairs(redis.call('ZRANGE', mine, 0, 63)) do
        if redis.call('EXISTS', q .. ':job:' .. id) == 0 then
            redis.call('ZREM', mine, id)
        end
    end
end

local function unacceptable(tenant, request, key, rid, trace)
    if #tenant == 0 or #tenant > MAX_NAME_BYTES then
        return 'tenant has to have 1 to ' .. MAX_NAME_BYTES .. ' bytes, not ' .. #tenant
    end
    if #key > MAX_NAME_BYTES then
        return 'idempotency key has to have at most ' .. MAX_NAME_BYTES .. ' bytes, not ' .. #key
    end
    if #rid > MAX_NAME_BYTES then
        return 'request id has to have at most ' .. MAX_NAME_BYTES .. ' bytes, not ' .. #rid
    end
    if #trace > 0 and not (#trace == 55 and string.match(trace, TRACEPARENT)) then
        return 'traceparent has to be like 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    end
    if #request > MAX_REQUEST_BYTES then
        return 'job has to have at most ' .. whole(MAX_REQUEST_BYTES) .. ' bytes, not ' .. whole(#request)
    end
    return nil
end

local function first_events(q, id, at, submission)
    write_event(q, id, at, 1, 'accepted', '{"kind":"' .. submission.kind .. '"}', submission.rid)
    publish_step(q, submission.tenant, submission.kind, 'queued', id, at, 'accepted')
    write_event(q, id, at, 2, 'started', '{"attempt":1}', submission.rid)
    publish_step(q, submission.tenant, submission.kind, 'running', id, at, 'started')
end

-- Into the hands of the worker that brought it, under the same lease and token as a job that it took.
local function start(q, id, at, submission)
    local token = whole(redis.call('INCR', q .. ':serial'))
    redis.call('HSET', q .. ':job:' .. id, 'state', 'running', 'attempt', 1, 'started', whole(at), 'seq', 2,
        'owner', submission.worker, 'token', token)
    redis.call('ZADD', q .. ':leases:' .. submission.kind, at + submission.lease, id)
    first_events(q, id, at, submission)
    return token
end

-- A job whose outcome was known when it came: it needs no worker and is over in this step.
local function store_ended(q, id, at, submission, idem, ttl)
    redis.call('HSET', q .. ':job:' .. id, 'state', 'done', 'attempt', 1, 'started', whole(at), 'finished', whole(at),
        'outcome', submission.outcome, 'seq', 3)
    first_events(q, id, at, submission)
    write_event(q, id, at, 3, 'finished', finished_event('done', submission.outcome), submission.rid)
    publish_step(q, submission.tenant, submission.kind, 'done', id, at, 'finished')
    keep_end(q, id, at, 'done', idem, ttl)
end

-- Returns what happened and its details: accepted (id, created, token where it was started), known (row),
-- conflict (id), full (reason, millis), invalid (reason).
-- submission: tenant, kind, request, key or '', rid or nil, worker or nil and its lease in millis, outcome or nil,
-- trace or nil.
local function submit(q, submission)
    local tenant, kind, request = submission.tenant, submission.kind, submission.request
    local problem = unacceptable(tenant, request, submission.key, submission.rid or '', submission.trace or '')
    if problem then
        return { 'invalid', problem }
    end
    local idem
    local digest
    if submission.key ~= '' then
        idem = q .. ':idem:' .. #tenant .. ':' .. tenant .. ':' .. submission.key
        digest = redis.sha1hex(kind .. ':' .. request)
        local known = redis.call('HMGET', idem, 'id', 'digest', 'kind', 'created', 'state', 'finished')
        if known[1] then
            if known[2] ~= digest then
                return { 'conflict', known[1] }
            end
            local stored = row(q, known[1])
            if stored then
                return { 'known', unpack(stored) }
            end
            -- The result has expired, the key has not: it is still that job.
            return { 'known', known[1], tenant, known[3], known[5] or 'dead', '0', known[4], false, known[6], request, false, false, false }
        end
    end
    local limits, at = settings(q), now()
    local reason = refusal(q, limits, at)
    if reason then
        return { 'full', reason, retry_after(q, limits.capacity) }
    end
    local id, serial = new_id(q, at, limits.salt)
    local job = q .. ':job:' .. id
    redis.call('HSET', job, 'tenant', tenant, 'kind', kind, 'state', 'queued', 'attempt', 0, 'created', whole(at),
        'request', request, 'seq', 0)
    if submission.rid then
        redis.call('HSET', job, 'rid', submission.rid)
    end
    if submission.trace then
        redis.call('HSET', job, 'trace', submission.trace)
    end
    if idem then
        redis.call('HSET', idem, 'id', id, 'digest', digest, 'kind', kind, 'created', whole(at))
        redis.call('HSET', job, 'idem', idem)
    end
    redis.call('ZADD', q .. ':mine:' .. tenant, 0, id)
    redis.call('ZADD', q .. ':mine:' .. EVERY_TENANT, 0, id)
    forget_expired(q, tenant, serial)
    forget_expired(q, EVERY_TENANT, serial)
    if submission.outcome then
        store_ended(q, id, at, submission, idem, limits.resultTtl)
        return { 'accepted', id, whole(at) }
    end
    if submission.worker and nobody_waits(q, kind, at) then
        return { 'accepted', id, whole(at), start(q, id, at, submission) }
    end
    append(q, id, at, 'accepted', '{"kind":"' .. kind .. '"}')
    wait(q, kind, tenant, id, false)
    refill(q, kind, at)
    return { 'accepted', id, whole(at) }
end

local function given(text)
    return text and text ~= '' and text or nil
end

-- ARGV: tenant, kind, request, idempotency key or '', request id or '', and optionally the worker with a free slot or '',
-- its lease in millis, the outcome where it is known or '', the traceparent that the job belongs to or ''.
redis.register_function('sandmill_enqueue', function(keys, args)
    return submit(keys[1], {
        tenant = args[1], kind = args[2], request = args[3], key = args[4], rid = given(args[5]),
        worker = given(args[6]), lease = tonumber(args[7]), outcome = given(args[8]), trace = given(args[9]),
    })
end)
