-- Cache: notes, which have an owner with bounds of its own, and removals by what a value's header says.
-- A value starts with its header: version, flags, end, time of storing, number of tags, and the tags.

local CACHE_VERSION = 2
local HEADER_BYTES = 2 + 8 + 8 + 1 + 16 * 129
local STREAM_LENGTH = 10000
local CLEANED_AT_ONCE = 64

-- The end, the time of storing and the tags; nothing for a value that was written by something else.
local function header(value)
    if #value < 19 or string.byte(value, 1) ~= CACHE_VERSION then
        return nil
    end
    local ends, stored, count, at = struct.unpack('>I8I8B', value, 3)
    local tags = {}
    for _ = 1, count do
        local length = string.byte(value, at)
        tags[string.sub(value, at + 1, at + length)] = true
        at = at + 1 + length
    end
    return ends, stored, tags
end

local function header_of(name)
    return header(redis.call('GETRANGE', name, 0, HEADER_BYTES - 1))
end

-- One entry of the stream for many keys; every process that hears it drops them from its local tier.
local function tell(stream, origin, namespace, keys)
    if #keys == 0 then
        return
    end
    -- All in one field, but for those that have the separator in them.
    local fields, together = {}, {}
    for index, key in ipairs(keys) do
        if key == '' or string.find(key, '\0', 1, true) then
            add(fields, 'k' .. index, key)
        else
            together[#together + 1] = key
        end
    end
    if #together > 0 then
        add(fields, 'ks', table.concat(together, '\0'))
    end
    redis.call('XADD', stream, 'MAXLEN', '~', STREAM_LENGTH, '*', 'n', namespace, 'o', origin, unpack(fields))
end

-- An owner's index: when each of its entries ends, how large each one is, all of them together, and who has a tag.
local function forget(base, member, tags)
    redis.call('ZREM', base .. ':end', member)
    local size = redis.call('HGET', base .. ':size', member)
    if size then
        redis.call('HDEL', base .. ':size', member)
        redis.call('DECRBY', base .. ':bytes', size)
    end
    for tag in pairs(tags or {}) do
        redis.call('ZREM', base .. ':tag:' .. tag, member)
    end
end

local function keep_for(key, millis)
    if redis.call('PTTL', key) < millis then
        redis.call('PEXPIRE', key, whole(millis))
    end
end

local function drop_ended(base, at)
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', base .. ':end', '-inf', at, 'LIMIT', 0, CLEANED_AT_ONCE)) do
        forget(base, member, nil)
    end
end

-- The next to end go first, whoever has no room; what was just put stays.
local function make_room(base, prefix, maxEntries, maxBytes, just)
    local dropped = {}
    while redis.call('ZCARD', base .. ':end') > maxEntries
        or tonumber(redis.call('GET', base .. ':bytes') or 0) > maxBytes do
        local first = redis.call('ZRANGE', base .. ':end', 0, 1)
        local member = first[1] ~= just and first[1] or first[2]
        if not member then
            break
        end
        local _, _, tags = header_of(prefix .. member)
        redis.call('UNLINK', prefix .. member)
        forget(base, member, tags)
        dropped[#dropped + 1] = member
    end
    return dropped
end

-- KEYS: the owner's index, the stream. ARGV: prefix of the entries' names, prefix of their keys, namespace, origin,
-- entries and bytes that the owner may have, member, life in millis, value. Answers how many had to go for it.
redis.register_function('sandmill_cache_put', function(keys, args)
    local base, stream, prefix, local_prefix = keys[1], keys[2], args[1], args[2]
    local member, life, value, at = args[7], tonumber(args[8]), args[9], now()
    local name = prefix .. member
    drop_ended(base, at)
    local existed = redis.call('EXISTS', name) == 1
    local _, _, before = header_of(name)
    local _, _, tags = header(value)
    forget(base, member, before)
    redis.call('SET', name, value, 'PX', whole(life))
    redis.call('ZADD', base .. ':end', at + life, member)
    redis.call('HSET', base .. ':size', member, #value + #member)
    redis.call('INCRBY', base .. ':bytes', #value + #member)
    for tag in pairs(tags) do
        local index = base .. ':tag:' .. tag
        redis.call('ZREMRANGEBYSCORE', index, '-inf', at)
        redis.call('ZADD', index, at + life, member)
        keep_for(index, life)
    end
    for _, index in ipairs({ ':end', ':size', ':bytes' }) do
        keep_for(base .. index, life)
    end
    local dropped = make_room(base, prefix, tonumber(args[5]), tonumber(args[6]), member)
    local gone = {}
    if existed then
        gone[1] = local_prefix .. member
    end
    for index = 1, math.min(#dropped, 4000) do
        gone[#gone + 1] = local_prefix .. dropped[index]
    end
    tell(stream, args[4], args[3], gone)
    return #dropped
end)

-- KEYS: the owner's index or an empty text, the stream. ARGV: prefix of the entries' names, prefix of their keys,
-- namespace, origin, millis before which an entry was stored or an empty text, number of tags of which it has one,
-- the tags, then the members. Answers how many were there, fit, and are gone.
redis.register_function{
    function_name = 'sandmill_cache_drop',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local base, stream, prefix, local_prefix = keys[1], keys[2], args[1], args[2]
        local storedBefore, count = tonumber(args[5]), tonumber(args[6])
        local gone = {}
        for index = 7 + count, #args do
            local member = args[index]
            local ends, stored, tags = header_of(prefix .. member)
            if not ends then
                if base ~= '' then
                    forget(base, member, nil)
                end
            else
                local fits = not storedBefore or stored < storedBefore
                if fits and count > 0 then
                    fits = false
                    for tag = 7, 6 + count do
                        fits = fits or tags[args[tag]] == true
                    end
                end
                if fits then
                    redis.call('UNLINK', prefix .. member)
                    if base ~= '' then
                        forget(base, member, tags)
                    end
                    gone[#gone + 1] = local_prefix .. member
                end
            end
        end
        tell(stream, args[4], args[3], gone)
        return #gone
    end,
}
