-- Ending: the one place where a job ends that was not over when it came, and how long its end is remembered.

local DRAIN_WINDOW_MILLIS = 5000
local drain = { count = 0, since = 0 }

-- Jobs that ended per second, over the last window of five seconds. Counted here, since only how long a refused caller is
-- to wait depends on it.
local function drained(q, at)
    drain.count = drain.count + 1
    local passed = at - drain.since
    if passed < 0 or passed >= DRAIN_WINDOW_MILLIS then
        if passed >= 0 and drain.since > 0 then
            redis.call('HSET', q .. ':drain', 'rate', drain.count * 1000 / passed)
        end
        drain.since, drain.count = at, 0
    end
end

local function accepted_event(kind)
    return '{"kind":"' .. kind .. '"}'
end

local function finished_event(state, outcome)
    return '{"state":"' .. state .. '","outcome":' .. (outcome ~= '' and outcome or 'null') .. '}'
end

-- How long the end of a job, and the key that it was submitted with, are remembered.
local function keep_end(q, id, at, state, idem, ttl)
    if idem then
        redis.call('HSET', idem, 'state', state, 'finished', stamp(at))
        redis.call('PEXPIRE', idem, whole(IDEMPOTENCY_TTL_MILLIS))
    end
    redis.call('PEXPIRE', q .. ':job:' .. id, whole(ttl))
    redis.call('PEXPIRE', q .. ':ev:' .. id, whole(ttl))
end

-- What ending a job needs of it. Its last token stays, so that a commit whose reply was lost can be repeated.
local ENDING = { 'token', 'state', 'idem', 'awaited', 'watched', 'tenant', 'rid', 'seq' }

-- The one place where a job ends that was not over when it came. Other processes are told if one of them asked: whoever
-- waits in this one knows already.
--
-- known: what ENDING names
local function finalize(q, lane, id, at, state, outcome, known)
    local ttl = tonumber(redis.call('HGET', q .. ':config', 'resultTtlMillis') or DEFAULT_RESULT_TTL_MILLIS)
    if lane == 'index-batch' and state == 'done' then
        ttl = math.min(ttl, DONE_BATCH_TTL_MILLIS)
    end
    local sequence = tonumber(known[8]) + 1
    redis.call('HSET', q .. ':job:' .. id, 'state', state, 'finished', stamp(at), 'outcome', outcome, 'seq', sequence)
    redis.call('ZREM', q .. ':leases:' .. lane, id)
    write_event(q, id, at, sequence, 'finished', finished_event(state, outcome), known[7])
    publish_step(q, known[6], lane, state, id, at, 'finished')
    keep_end(q, id, at, state, known[3], ttl)
    if state == 'dead' then
        redis.call('ZADD', q .. ':dead', at + ttl, id)
    end
    drained(q, at)
    if known[4] or known[5] then
        announce(q, 'finished', id)
    end
end
