-- Settle: what several jobs that come together have in common is written once for all of them.

-- No tenant has this name, so that the index of all jobs has the place of one.
local EVERY_TENANT = ''
local FORGET_EVERY, FORGET_MOST = 32, 64

-- Index entries of jobs that expired, oldest first. None does sooner than after the shortest life.
local function forget_expired(q, tenant, at, most)
    local mine = q .. ':mine:' .. tenant
    local ids = redis.call('ZRANGE', mine, 0, most - 1)
    if #ids == 0 or not is_older(ids[1], at - math.min(look.resultTtl, DONE_BATCH_TTL_MILLIS)) then
        return
    end
    local jobs = {}
    for index, id in ipairs(ids) do
        jobs[index] = q .. ':job:' .. id
    end
    if redis.call('EXISTS', unpack(jobs)) == #ids then
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

-- A call that brings jobs: its time, its jobs by tenant in the order of their coming, the first events that others may
-- be copies of, the kinds that jobs wait for.
local function new_call(at)
    return { at = at, tenants = {}, jobs = {}, accepted = {}, lanes = {} }
end

-- job: id, kind, whether it waits, idem or nil, and the answer to who brings it
local function join(call, tenant, job)
    if not call.jobs[tenant] then
        call.jobs[tenant] = {}
        call.tenants[#call.tenants + 1] = tenant
    end
    local jobs = call.jobs[tenant]
    jobs[#jobs + 1] = job
end

-- A tenant's jobs: into the indexes, and those that wait into its backlogs.
local function settle_tenant(q, call, tenant)
    local entries, lanes, waiting = {}, {}, {}
    for _, job in ipairs(call.jobs[tenant]) do
        entries[#entries + 1] = 0
        entries[#entries + 1] = job.id
        if job.waits then
            if not waiting[job.kind] then
                waiting[job.kind] = {}
                lanes[#lanes + 1] = job.kind
            end
            table.insert(waiting[job.kind], job.id)
        end
    end
    redis.call('ZADD', q .. ':mine:' .. tenant, unpack(entries))
    redis.call('ZADD', q .. ':mine:' .. EVERY_TENANT, unpack(entries))
    for _, lane in ipairs(lanes) do
        publish_steps(q, tenant, lane, 'queued', waiting[lane], call.at, 'accepted')
        wait(q, lane, tenant, 'RPUSH', waiting[lane])
        call.lanes[lane] = true
    end
end

local function broken(failure)
    return { 'broken', type(failure) == 'table' and failure.err or tostring(failure) }
end

-- Jobs that could not be settled did not come, and whoever brought them is told so.
local function undo(q, jobs, failure)
    for _, job in ipairs(jobs) do
        redis.pcall('DEL', q .. ':job:' .. job.id, q .. ':ev:' .. job.id, job.idem)
        for index, part in ipairs(broken(failure)) do
            job.answer[index] = part
        end
    end
end

-- The end of a call that took so many serial numbers up to the last.
local function settle(q, call, last, count)
    local forget = FORGET_MOST * (math.floor(last / FORGET_EVERY) - math.floor((last - count) / FORGET_EVERY))
    for _, tenant in ipairs(call.tenants) do
        local done, failure = pcall(settle_tenant, q, call, tenant)
        if not done then
            undo(q, call.jobs[tenant], failure)
        elseif forget > 0 then
            forget_expired(q, tenant, call.at, forget)
        end
    end
    if forget > 0 then
        forget_expired(q, EVERY_TENANT, call.at, forget)
    end
    for lane in pairs(call.lanes) do
        refill(q, lane, call.at, look.depths[lane] or DEFAULT_DEPTH)
    end
end
