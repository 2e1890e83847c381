-- Topics: what happens to things that are no single job, for those who follow it.

-- ARGV: tenant, name, type, data.
redis.register_function{
    function_name = 'sandmill_publish',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        publish(keys[1], args[1], args[2], now(), args[3], args[4])
        return 1
    end,
}

-- ARGV: tenant, name. From now on, and for an hour, the topic's events are kept; answers the latest one's number or 0.
redis.register_function{
    function_name = 'sandmill_follow',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local topic = topic_key(keys[1], args[1], args[2])
        redis.call('SET', topic .. ':followed', '1', 'EX', TOPIC_TTL_SECONDS)
        redis.call('EXPIRE', topic, TOPIC_TTL_SECONDS)
        local newest = redis.call('XREVRANGE', topic, '+', '-', 'COUNT', 1)
        return newest[1] and string.sub(newest[1][1], 3) or '0'
    end,
}
