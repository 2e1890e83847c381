-- Submit: a job enters, once per idempotency key, while there is room.

local MAX_REQUEST_BYTES = 16 * 1024 * 1024
local MAX_NAME_BYTES = 256
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

local function memory_is_short()
    local info = redis.call('INFO', 'memory')
    local used = tonumber(string.match(info, 'used_memory:(%d+)'))
    local limit = tonumber(string.match(info, 'maxmemory:(%d+)'))
    return limit ~= nil and limit > 0 and used > limit * 0.85
end

-- How long it takes, at the measured rate, until a hundredth of the capacity is free again.
local function retry_after(q, capacity)
    local rate = tonumber(redis.call('HGET', q .. ':drain', 'rate') or 0)
    if rate <= 0 then
        return 5000
    end
    return math.min(60000, math.max(1000, math.ceil(1000 * math.max(1, capacity / 100) / rate)))
end

local function refusal(q, limits)
    local waiting = 0
    for _, lane in ipairs(LANES) do
        waiting = waiting + tonumber(redis.call('GET', q .. ':queued:' .. lane) or 0)
            + redis.call('ZCARD', q .. ':delayed:' .. lane)
    end
    if waiting >= limits.capacity then
        return 'the queue holds ' .. whole(waiting) .. ' waiting jobs, its capacity is ' .. whole(limits.capacity)
    end
    if memory_is_short() then
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

local function unacceptable(tenant, request, key, rid)
    if #tenant == 0 or #tenant > MAX_NAME_BYTES then
        return 'tenant has to have 1 to ' .. MAX_NAME_BYTES .. ' bytes, not ' .. #tenant
    end
    if #key > MAX_NAME_BYTES then
        return 'idempotency key has to have at most ' .. MAX_NAME_BYTES .. ' bytes, not ' .. #key
    end
    if #rid > MAX_NAME_BYTES then
        return 'request id has to have at most ' .. MAX_NAME_BYTES .. ' bytes, not ' .. #rid
    end
    if #request > MAX_REQUEST_BYTES then
        return 'job has to have at most ' .. whole(MAX_REQUEST_BYTES) .. ' bytes, not ' .. whole(#request)
    end
    return nil
end

-- Returns what happened and its details: accepted (id, created), known (row), conflict (id), full (reason, millis),
-- invalid (reason).
local function submit(q, tenant, kind, request, key, rid)
    local problem = unacceptable(tenant, request, key, rid)
    if problem then
        return { 'invalid', problem }
    end
    local idem
    local digest
    if key ~= '' then
        idem = q .. ':idem:' .. #tenant .. ':' .. tenant .. ':' .. key
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
            return { 'known', known[1], tenant, known[3], known[5] or 'dead', '0', known[4], false, known[6], request, false, false }
        end
    end
    local limits = settings(q)
    local reason = refusal(q, limits)
    if reason then
        return { 'full', reason, retry_after(q, limits.capacity) }
    end
    local at = now()
    local id, serial = new_id(q, at, limits.salt)
    local job = q .. ':job:' .. id
    redis.call('HSET', job, 'tenant', tenant, 'kind', kind, 'state', 'queued', 'attempt', 0, 'created', whole(at),
        'request', request, 'seq', 0)
    if rid ~= '' then
        redis.call('HSET', job, 'rid', rid)
    end
    if idem then
        redis.call('HSET', idem, 'id', id, 'digest', digest, 'kind', kind, 'created', whole(at))
        redis.call('HSET', job, 'idem', idem)
    end
    redis.call('ZADD', q .. ':mine:' .. tenant, 0, id)
    redis.call('ZADD', q .. ':mine:' .. EVERY_TENANT, 0, id)
    append(q, id, at, 'accepted', '{"kind":"' .. kind .. '"}')
    wait(q, kind, tenant, id, false)
    refill(q, kind, at)
    forget_expired(q, tenant, serial)
    forget_expired(q, EVERY_TENANT, serial)
    return { 'accepted', id, whole(at) }
end

redis.register_function('sandmill_enqueue', function(keys, args)
    return submit(keys[1], args[1], args[2], args[3], args[4], args[5])
end)
