-- Submit: jobs enter, once per idempotency key, while there is room. They wait their turn; where nobody waits, the worker
-- that brings a job may start it in the same step, and who knows its outcome already brings that along.

local MAX_REQUEST_BYTES = 16 * 1024 * 1024
local MAX_NAME_BYTES = 256
-- https://www.w3.org/TR/trace-context/#traceparent-header
local TRACEPARENT, TRACEPARENT_BYTES = '^%x%x%-%x+%-%x+%-%x%x$', 55
local TRACESTATE, MAX_TRACESTATE_BYTES = '^ [!-~][ -~]*$', 512

-- A traceparent, and where there is one a space and a tracestate.
local function is_trace(text)
    local state = string.sub(text, TRACEPARENT_BYTES + 1)
    return #text >= TRACEPARENT_BYTES and string.match(string.sub(text, 1, TRACEPARENT_BYTES), TRACEPARENT)
        and (state == '' or #state <= MAX_TRACESTATE_BYTES + 1 and string.match(state, TRACESTATE))
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
    if #trace > 0 and not is_trace(trace) then
        return 'traceparent has to be like 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, and may have a space and a '
            .. 'tracestate of at most ' .. MAX_TRACESTATE_BYTES .. ' bytes behind it'
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

-- The answer to who submits the same again, nil where nobody did before.
local function known_as(q, submission, idem, digest)
    local known = redis.call('HMGET', idem, 'id', 'digest', 'kind', 'created', 'state', 'finished')
    if not known[1] then
        return nil
    end
    if known[2] ~= digest then
        return { 'conflict', known[1] }
    end
    local stored = row(q, known[1])
    if stored then
        return { 'known', unpack(stored) }
    end
    -- The result has expired, the key has not: it is still that job.
    return { 'known', known[1], submission.tenant, known[3], known[5] or 'dead', '0', known[4], false, known[6],
        submission.request, false, false, false }
end

-- The first event of a job that waits. Where nothing in it is the job's own, those of one call are copies of one.
local function write_accepted(q, call, id, kind, rid)
    local first = not rid and call.accepted[kind]
    if first and redis.call('COPY', first, q .. ':ev:' .. id) == 1 then
        return
    end
    write_event(q, id, call.at, 1, 'accepted', accepted_event(kind), rid)
    if not rid then
        call.accepted[kind] = q .. ':ev:' .. id
    end
end

-- What of a submission is written for it alone. Answers what happened and its details: accepted (id, created, token where
-- it was started), known (row), conflict (id), full (reason, millis), invalid (reason).
local function enter(q, call, serial, submission)
    local tenant, kind, request, rid, at = submission.tenant, submission.kind, submission.request, submission.rid, call.at
    local problem = unacceptable(tenant, request, submission.key, rid or '', submission.trace or '')
    if problem then
        return { 'invalid', problem }
    end
    local idem, digest
    if submission.key ~= '' then
        idem = q .. ':idem:' .. #tenant .. ':' .. tenant .. ':' .. submission.key
        digest = redis.sha1hex(kind .. ':' .. request)
        local answer = known_as(q, submission, idem, digest)
        if answer then
            return answer
        end
    end
    local reason = refusal()
    if reason then
        return { 'full', reason, retry_after(q, look.capacity) }
    end
    local id = new_id(at, serial, look.salt)
    local direct = submission.worker and not submission.outcome and nobody_waits(q, kind, at)
    local answer = { 'accepted', id, stamp(at), direct and token_of(2) or nil }
    local fields = { 'tenant', tenant, 'kind', kind, 'created', stamp(at), 'request', request }
    if rid then
        add(fields, 'rid', rid)
    end
    if submission.trace then
        add(fields, 'trace', submission.trace)
    end
    if idem then
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
    if idem then
        redis.call('HSET', idem, 'id', id, 'digest', digest, 'kind', kind, 'created', stamp(at))
    end
    if submission.outcome then
        first_events(q, id, at, submission)
        write_event(q, id, at, 3, 'finished', finished_event('done', submission.outcome), rid)
        publish_step(q, tenant, kind, 'done', id, at, 'finished')
        keep_end(q, id, at, 'done', idem, look.resultTtl)
    elseif direct then
        redis.call('ZADD', q .. ':leases:' .. kind, at + submission.lease, id)
        first_events(q, id, at, submission)
    else
        write_accepted(q, call, id, kind, rid)
    end
    join(call, tenant, {
        id = id, kind = kind, idem = idem, answer = answer, waits = not (submission.outcome or direct),
    })
    return answer
end

-- Answers for each submission what `enter` says, or broken (reason) where one failed, which stops none of the others.
-- submission: tenant, kind, request, key or '', rid or nil, worker or nil and its lease in millis, outcome or nil, trace or nil.
local function submit_all(q, submissions)
    local call, count = new_call(now()), #submissions
    local last = next_serial(q, count)
    look_for_room(q, call.at, last, count)
    local answers = {}
    for index, submission in ipairs(submissions) do
        local done, answer = pcall(enter, q, call, last - count + index, submission)
        answers[index] = done and answer or broken(answer)
    end
    settle(q, call, last, count)
    return answers
end

-- The same for one; its failure is the call's.
local function submit(q, submission)
    local answer = submit_all(q, { submission })[1]
    if answer[1] == 'broken' then
        error(answer[2])
    end
    return answer
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

-- ARGV: tenant, kind, request, idempotency key or '', request id or '', traceparent or '' for each of several jobs.
redis.register_function('sandmill_enqueue_all', function(keys, args)
    local submissions = {}
    for index = 1, #args, 6 do
        submissions[#submissions + 1] = {
            tenant = args[index], kind = args[index + 1], request = args[index + 2], key = args[index + 3],
            rid = given(args[index + 4]), trace = given(args[index + 5]),
        }
    end
    return submit_all(keys[1], submissions)
end)
