-- Rates: how often somebody may do something, by the time at which the next one is due (GCRA).

-- KEYS: the bucket. ARGV: millis between two, how many may come at once. Answers 0, or in how many millis to come again.
redis.register_function('sandmill_admit', function(keys, args)
    local interval, burst = tonumber(args[1]), tonumber(args[2])
    local time = redis.call('TIME')
    local at = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
    local due = math.max(at, tonumber(redis.call('GET', keys[1]) or 0))
    -- Later than a full burst makes it: from before this server's clock was turned back.
    if due > at + (burst + 1) * interval then
        due = at
    end
    local early = due + interval - burst * interval - at
    if early > 0 then
        return math.ceil(early)
    end
    redis.call('SET', keys[1], string.format('%.3f', due + interval), 'PX', whole(math.ceil(due + interval - at)))
    return 0
end)
