-- Waiting: tenants' backlogs, whose turn it is, and what is ready for workers.

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

-- Deficit round robin: at its turn a tenant may have as many jobs as its weight says, then the next one has its turn.
-- Takes the next job of a lane out of its tenant's backlog; nil where all are empty.
local function next_waiting(q, lane)
    local ring = q .. ':ring:' .. lane
    local tenant = redis.call('LMOVE', ring, ring, 'LEFT', 'RIGHT')
    while tenant do
        local backlog = q .. ':backlog:' .. lane .. ':' .. tenant
        local id = redis.call('LPOP', backlog)
        local weight = tonumber(redis.call('HGET', q .. ':weights', tenant) or 1)
        if redis.call('EXISTS', backlog) == 0 then
            redis.call('RPOP', ring)
            redis.call('HDEL', q .. ':deficit:' .. lane, tenant)
        elseif weight > 1 then
            local deficit = tonumber(redis.call('HGET', q .. ':deficit:' .. lane, tenant) or 0)
            deficit = (deficit < 1 and deficit + weight or deficit) - 1
            redis.call('HSET', q .. ':deficit:' .. lane, tenant, deficit)
            if deficit >= 1 then
                redis.call('LMOVE', ring, ring, 'RIGHT', 'LEFT')
            end
        end
        if id then
            return id
        end
        tenant = redis.call('LMOVE', ring, ring, 'LEFT', 'RIGHT')
    end
    return nil
end

local DEFAULT_DEPTH = 4

local function depth_of(q, lane)
    return tonumber(redis.call('GET', q .. ':depth:' .. lane) or DEFAULT_DEPTH)
end

-- What is ready wakes workers that wait. The ready stream stays shallow, so that who comes later does not wait behind what
-- a flood put there; a worker that has just ended a job helps itself from the backlogs instead.
local function refill(q, lane, at, depth)
    local room = depth - redis.call('ZCARD', q .. ':staged:' .. lane)
    while room > 0 do
        local id = next_waiting(q, lane)
        if not id then
            break
        end
        stage(q, lane, id, at)
        room = room - 1
    end
end

-- Nobody waits for a worker: then a job does not pass anyone by being started at once, and there is nothing to take.
local function nobody_waits(q, lane, at)
    return redis.call('EXISTS', q .. ':ring:' .. lane, q .. ':staged:' .. lane) == 0
        and redis.call('ZCOUNT', q .. ':delayed:' .. lane, '-inf', at) == 0
end

-- Into the tenant's backlog: new jobs at its end ('RPUSH'), one that already waited its turn once at its front ('LPUSH').
local function wait(q, lane, tenant, push, ids)
    if redis.call(push, q .. ':backlog:' .. lane .. ':' .. tenant, unpack(ids)) == #ids then
        redis.call('RPUSH', q .. ':ring:' .. lane, tenant)
    end
    redis.call('INCRBY', q .. ':queued:' .. lane, #ids)
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
    wait(q, lane, redis.call('HGET', job, 'tenant'), 'LPUSH', { id })
    refill(q, lane, at, depth_of(q, lane))
end
