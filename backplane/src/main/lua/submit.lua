-- Submit: a job enters, once per idempotency key, while there is room. It waits its turn; where nobody waits, the worker
-- that brings it may start it in the same step, and who knows its outcome already brings that along.

local MAX_REQUEST_BYTES = 16 * 1024 * 1024
local MAX_NAME_BYTES = 256
-- https://www.w3.org/TR/trace-context/#traceparent-header
local TRACEPARENT = '^%x%x%-%x+%-%x+%-%x%x$'
-- No tenant has this name, so that the index of all jobs has the place of one.
local EVERY_TENANT = ''
local ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

local pairs_of_digits = {}

-- Two digits for each 10 bits.
local function base32(number, pairs)
    local text = ''
    for _ = 1, pairs do
        local low = number % 1024
        local two = pairs_of_digits[low]
        if not two then
            local high = math.floor(low / 32)
            two = string.sub(ALPHABET, high + 1, high + 1) .. string.sub(ALPHABET, low % 32 + 1, low % 32 + 1)
            pairs_of_digits[low] = two
        end
        text = two .. text
        number = (number - low) / 1024
    end
    return text
end

local prefix_at, prefix = -1, ''

-- 10 digits of milliseconds, 3 that count within them, 8 that nobody guesses: sorts by creation.
local function new_id(at, serial, salt)
    if at ~= prefix_at then
        prefix_at, prefix = at, base32(at, 5)
    end
    local hash = redis.sha1hex(salt .. ':' .. serial .. ':' .. stamp(at))
    return prefix .. string.sub(base32(serial % 32768, 2), 2) .. base32(tonumber(string.sub(hash, 1, 5), 16), 2)
        .. base32(tonumber(string.sub(hash, 6, 10), 16), 2)
end

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

-- Nil where there is room for one more, else why there is none. A serial number that is not the next one says that the last
-- look was at another queue or database.
local function refusal(q, serial, at)
    local age = at - look.at
    if look.q ~= q or serial ~= look.serial + 1 or age < 0 or age >= LOOK_AGAIN_MILLIS or look.room < 1 then
        looked(q, at)
    end
    look.serial = serial
    if look.room < 1 then
        return 'the queue holds ' .. whole(look.waiting) .. ' waiting jobs, its capacity is ' .. whole(look.capacity)
    end
    if look.short then
        return 'Redis uses more than 85 % of its maxmemory'
    end
    look.room = look.room - 1
    return nil
end

local FORGET_EVERY, FORGET_MOST = 32, 64

-- Index entries of jobs that expired: twice as many at a time as were added since, oldest first.
local function forget_expired(q, tenant, serial)
    if serial % FORGET_EVERY ~= 0 then
        return
    end
    local mine = q .. ':mine:' .. tenant
    local ids = redis.call('ZRANGE', mine, 0, FORGET_MOST - 1)
    local jobs = {}
    for index, id in ipairs(ids) do
        jobs[index] = q .. ':job:' .. id
    end
    if #ids == 0 or redis.call('EXISTS', unpack(jobs)) == #ids then
        return
    end
    local expired = {}
    for index, id in ipairs(ids) do
        if redis.call('EXISTS', jobs[index]) == 0 then
            expired[#expired + 1] = id
        end
    end
    redis.call('ZREM', mine, unpack(expired))
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

local STARTED_AT_ONCE = '{"attempt":1}'

-- The events of a job that did not wait, those of its steps included.
local function first_events(q, id, at, submission)
    local tenant, kind, rid = submission.tenant, submission.kind, submission.rid
    write_event(q, id, at, 1, 'accepted', accepted_event(kind), rid)
    publish_step(q, tenant, kind, 'queued', id, at, 'accepted')
    write_event(q, id, at, 2, 'started', STARTED_AT_ONCE, rid)
    publish_step(q, tenant, kind, 'running', id, at, 'started')
end

-- Fields of a job in the hands of the worker that brought it, under the same lease and token as a job that it took.
local function started_fields(fields, at, submission)
    add(fields, 'state', 'running', 'attempt', 1, 'started', stamp(at), 'seq', 2,
        'owner', submission.worker, 'token', token_of(2))
end

-- Fields of a job whose outcome was known when it came: it needs no worker and is over in this step.
local function ended_fields(fields, at, submission)
    add(fields, 'state', 'done', 'attempt', 1, 'started', stamp(at), 'finished', stamp(at), 'outcome', submission.outcome, 'seq', 3)
end

-- Returns what happened and its details: accepted (id, created, token where it was started), known (row),
-- conflict (id), full (reason, millis), invalid (reason).
-- submission: tenant, kind, request, key or '', rid or nil, worker or nil and its lease in millis, outcome or nil, trace or
-- nil, the time or nil.
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
    local at, serial = submission.at or now(), next_serial(q)
    local reason = refusal(q, serial, at)
    if reason then
        return { 'full', reason, retry_after(q, look.capacity) }
    end
    local id = new_id(at, serial, look.salt)
    local direct = submission.worker and not submission.outcome and nobody_waits(q, kind, at)
    local fields = { 'tenant', tenant, 'kind', kind, 'created', stamp(at), 'request', request }
    if submission.rid then
        add(fields, 'rid', submission.rid)
    end
    if submission.trace then
        add(fields, 'trace', submission.trace)
    end
    if idem then
        redis.call('HSET', idem, 'id', id, 'digest', digest, 'kind', kind, 'created', stamp(at))
        add(fields, 'idem', idem)
    end
    if submission.outcome then
        ended_fields(fields, at, submission)
    elseif direct then
        started_fields(fields, at, submission)
    else
        add(fields, 'state', 'queued', 'attempt', 0, 'seq', 1)
    end
    redis.call('HSET', q .. ':job:' .. id, unpack(fields))
    redis.call('ZADD', q .. ':mine:' .. tenant, 0, id)
    redis.call('ZADD', q .. ':mine:' .. EVERY_TENANT, 0, id)
    forget_expired(q, tenant, serial)
    forget_expired(q, EVERY_TENANT, serial)
    if submission.outcome then
        first_events(q, id, at, submission)
        write_event(q, id, at, 3, 'finished', finished_event('done', submission.outcome), submission.rid)
        publish_step(q, tenant, kind, 'done', id, at, 'finished')
        keep_end(q, id, at, 'done', idem, look.resultTtl)
    elseif direct then
        redis.call('ZADD', q .. ':leases:' .. kind, at + submission.lease, id)
        first_events(q, id, at, submission)
        return { 'accepted', id, stamp(at), token_of(2) }
    else
        write_event(q, id, at, 1, 'accepted', accepted_event(kind), submission.rid)
        publish_step(q, tenant, kind, 'queued', id, at, 'accepted')
        wait(q, kind, tenant, id, false)
        refill(q, kind, at, look.depths[kind] or DEFAULT_DEPTH)
    end
    return { 'accepted', id, stamp(at) }
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

-- ARGV: tenant, kind, request, idempotency key or '', request id or '', traceparent or '' for each of several jobs. Answers
-- for each what sandmill_enqueue answers; broken (reason) where one failed, which stops none of the others.
redis.register_function('sandmill_enqueue_all', function(keys, args)
    local answers, at = {}, now()
    for index = 1, #args, 6 do
        local done, answer = pcall(submit, keys[1], {
            tenant = args[index], kind = args[index + 1], request = args[index + 2], key = args[index + 3],
            rid = given(args[index + 4]), trace = given(args[index + 5]), at = at,
        })
        answers[#answers + 1] = done and answer or { 'broken', type(answer) == 'table' and answer.err or tostring(answer) }
    end
    return answers
end)
