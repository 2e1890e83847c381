-- Events: a job's own, those of topics, and the news that wake whoever follows either.

-- Wakes whoever waits for this job, in any process. Readers look the job up, so losing old news is harmless.
local function announce(q, what, id)
    redis.call('XADD', q .. ':news', 'MAXLEN', '~', NEWS_LENGTH, '*', 'w', what, 'j', id)
end

local TOPIC_LENGTH, TOPIC_TTL_SECONDS = 2000, 3600

local function topic_key(q, tenant, name)
    return q .. ':topic:' .. #tenant .. ':' .. tenant .. ':' .. name
end

local function is_followed(topic)
    return redis.call('EXISTS', topic .. ':followed') == 1
end

-- Sequence numbers go up by one and start at the time of a topic's first event, so that they are higher than before also
-- where a topic was forgotten meanwhile.
local function publish_followed(q, topic, at, type, data)
    if redis.call('EXISTS', topic) == 0 then
        redis.call('XADD', topic, '0-' .. stamp(at), 't', type, 'a', stamp(at), 'd', data)
    else
        redis.call('XADD', topic, 'MAXLEN', '~', TOPIC_LENGTH, '0-*', 't', type, 'a', stamp(at), 'd', data)
    end
    redis.call('EXPIRE', topic, TOPIC_TTL_SECONDS)
    announce(q, 'topic', topic)
end

-- One event of a topic, if somebody followed it within the last hour.
local function publish(q, tenant, name, at, type, data)
    local topic = topic_key(q, tenant, name)
    if is_followed(topic) then
        publish_followed(q, topic, at, type, data)
    end
end

local STATES = { accepted = 'queued', started = 'running', retrying = 'retrying' }

-- A step of each of these jobs, for those who follow all jobs of their tenant.
local function publish_steps(q, tenant, kind, state, ids, at, type)
    local topic = topic_key(q, tenant, 'jobs')
    if is_followed(topic) then
        for _, id in ipairs(ids) do
            publish_followed(q, topic, at, type,
                '{"job":"' .. id .. '","kind":"' .. kind .. '","state":"' .. (STATES[type] or state) .. '"}')
        end
    end
end

local function publish_step(q, tenant, kind, state, id, at, type)
    publish_steps(q, tenant, kind, state, { id }, at, type)
end

-- A new stream takes 4 KB however little is in it, a copy only what it holds. So a job's events begin as a copy of one entry,
-- which goes as soon as the first event is there.
local function begin_events(q, events)
    local pattern = q .. ':ev'
    if redis.call('COPY', pattern, events) == 0 then
        redis.call('XADD', pattern, '0-1', 't', '', 'a', '', 'd', '')
        redis.call('COPY', pattern, events)
    end
end

-- Data is a JSON object; the request that the job came with is its first member.
local function write_event(q, id, at, sequence, type, data, rid)
    if rid then
        data = '{"requestId":' .. cjson.encode(rid) .. (data == '{}' and '' or ',') .. string.sub(data, 2)
    end
    local events = q .. ':ev:' .. id
    if sequence == 1 then
        begin_events(q, events)
    end
    redis.call('XADD', events, sequence .. '-0', 't', type, 'a', stamp(at), 'd', data)
    if sequence == 1 then
        redis.call('XDEL', events, '0-1')
    end
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
