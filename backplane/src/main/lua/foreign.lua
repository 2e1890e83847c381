-- Submit for any Redis client: the body of POST /v1/jobs goes in, the job comes out, both as JSON.

local STATES_WITH_OUTCOME = { done = true, dead = true }

-- Civil date from days since 1970-01-01, after Howard Hinnant's days_from_civil.
local function instant(millis)
    local seconds = math.floor(millis / 1000)
    local days = math.floor(seconds / 86400)
    local rest = seconds - days * 86400
    local shifted = days + 719468
    local era = math.floor(shifted / 146097)
    local day_of_era = shifted - era * 146097
    local year_of_era = math.floor((day_of_era - math.floor(day_of_era / 1460) + math.floor(day_of_era / 36524)
        - math.floor(day_of_era / 146096)) / 365)
    local day_of_year = day_of_era - (365 * year_of_era + math.floor(year_of_era / 4) - math.floor(year_of_era / 100))
    local shifted_month = math.floor((5 * day_of_year + 2) / 153)
    local day = day_of_year - math.floor((153 * shifted_month + 2) / 5) + 1
    local month = shifted_month < 10 and shifted_month + 3 or shifted_month - 9
    local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
    return string.format('"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ"', year, month, day, math.floor(rest / 3600),
        math.floor(rest / 60) % 60, rest % 60, millis % 1000)
end

local function instant_or_null(millis)
    return millis and instant(tonumber(millis)) or 'null'
end

-- The kind that the text names, or what is wrong with it. The text itself is stored as it came.
local function kind_of(text)
    local readable, job = pcall(cjson.decode, text)
    if not readable then
        return nil, 'job is not JSON: ' .. tostring(job)
    end
    if type(job) ~= 'table' or type(job.kind) ~= 'string' then
        return nil, 'job has to be an object with a "kind" of "execute" or "index"'
    end
    if job.kind ~= 'execute' and job.kind ~= 'index' then
        return nil, 'kind has to be "execute" or "index", not "' .. string.sub(job.kind, 1, 40) .. '"'
    end
    if type(job[job.kind]) ~= 'table' then
        return nil, 'a job of kind "' .. job.kind .. '" needs an object "' .. job.kind .. '"'
    end
    return job.kind
end

local function refused(code, reason)
    return redis.error_reply(code .. ' ' .. string.gsub(reason, '[%c]', ' '))
end

local function as_json(job)
    local outcome = STATES_WITH_OUTCOME[job[4]] and job[10] or 'null'
    return '{"id":"' .. job[1] .. '","kind":"' .. job[3] .. '","state":"' .. job[4] .. '","attempt":' .. job[5]
        .. ',"createdAt":' .. instant(tonumber(job[6])) .. ',"startedAt":' .. instant_or_null(job[7])
        .. ',"finishedAt":' .. instant_or_null(job[8]) .. ',"outcome":' .. outcome .. '}'
end

redis.register_function('sandmill_submit', function(keys, args)
    if #keys ~= 1 or #args < 3 or #args > 4 then
        return refused('INVALID', 'sandmill_submit takes 1 key, the queue, and 3 or 4 arguments: tenant, job JSON, idempotency key or an empty text, and optionally a traceparent')
    end
    if #args[2] > MAX_REQUEST_BYTES then
        return refused('INVALID', unacceptable(args[1], args[2], args[3], '', ''))
    end
    local kind, problem = kind_of(args[2])
    if problem then
        return refused('INVALID', problem)
    end
    local result = submit(keys[1], {
        tenant = args[1], kind = kind, request = args[2], key = args[3], trace = given(args[4]),
    })
    local what = result[1]
    if what == 'accepted' then
        return as_json({ result[2], args[1], kind, 'queued', '0', result[3] })
    elseif what == 'known' then
        table.remove(result, 1)
        return as_json(result)
    elseif what == 'conflict' then
        return refused('CONFLICT', 'the idempotency key belongs to job ' .. result[2] .. ', which is another request')
    elseif what == 'full' then
        return refused('FULL', result[2] .. '; try again in ' .. whole(result[3]) .. ' ms')
    end
    return refused('INVALID', result[2])
end)
