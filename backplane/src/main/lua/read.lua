-- Read: counts of the moment, and a tenant's jobs newest first.

local MAX_SCANNED = 1000
local MAX_PAGE_BYTES = 8 * 1024 * 1024

local function created(q, id)
    return id and tonumber(redis.call('HGET', q .. ':job:' .. id, 'created') or nil)
end

-- Of a kind: how many wait and run, and for how many milliseconds the next one has been there.
local function lane_stats(q, lane, at)
    local next = redis.call('ZRANGE', q .. ':staged:' .. lane, 0, 0)[1]
    if not next then
        local tenant = redis.call('LINDEX', q .. ':ring:' .. lane, 0)
        next = tenant and redis.call('LINDEX', q .. ':backlog:' .. lane .. ':' .. tenant, 0)
    end
    local since = created(q, next)
    return tonumber(redis.call('GET', q .. ':queued:' .. lane) or 0), redis.call('ZCARD', q .. ':leases:' .. lane),
        since and math.max(0, at - since) or 0
end

redis.register_function{
    function_name = 'sandmill_stats',
    flags = { 'no-writes' },
    callback = function(keys)
        local q = keys[1]
        local queued, running, delayed = 0, 0, 0
        local lanes, at = {}, now()
        for _, lane in ipairs(LANES) do
            local waits, runs, oldest = lane_stats(q, lane, at)
            queued = queued + waits
            running = running + runs
            delayed = delayed + redis.call('ZCARD', q .. ':delayed:' .. lane)
            for _, cell in ipairs({ lane, waits, runs, oldest }) do
                lanes[#lanes + 1] = cell
            end
        end
        return { queued, running, delayed, redis.call('ZCARD', q .. ':dead'), settings(q).capacity, unpack(lanes) }
    end,
}

-- ARGV: tenant or '' for all of them, kind or '', state or '', limit, cursor or ''. Answers the next cursor or '', then rows. Bounded in what
-- it looks at and in what it answers, so a page may hold fewer jobs than asked for and still have a next one.
redis.register_function{
    function_name = 'sandmill_list',
    flags = { 'no-writes' },
    callback = function(keys, args)
        local q, kind, state, limit, cursor = keys[1], args[2], args[3], tonumber(args[4]), args[5]
        local last = cursor == '' and '+' or '(' .. cursor
        local ids = redis.call('ZREVRANGEBYLEX', q .. ':mine:' .. args[1], last, '-', 'LIMIT', 0, MAX_SCANNED)
        local page, bytes, next = {}, 0, #ids == MAX_SCANNED and ids[#ids] or ''
        for index, id in ipairs(ids) do
            local known = redis.call('HMGET', q .. ':job:' .. id, 'kind', 'state')
            if known[1] and (kind == '' or known[1] == kind) and (state == '' or known[2] == state) then
                local job = row(q, id)
                page[#page + 1] = job
                bytes = bytes + #job[9] + (job[10] and #job[10] or 0)
                if #page >= limit or bytes > MAX_PAGE_BYTES then
                    next = (index < #ids or #ids == MAX_SCANNED) and id or ''
                    break
                end
            end
        end
        return { next, unpack(page) }
    end,
}

-- ARGV: tenant or '' for all of them, job. Answers the job's row, or nothing for one that this tenant does not have.
redis.register_function{
    function_name = 'sandmill_find',
    flags = { 'no-writes' },
    callback = function(keys, args)
        local job = row(keys[1], args[2])
        return job and (args[1] == '' or job[2] == args[1]) and job or {}
    end,
}
