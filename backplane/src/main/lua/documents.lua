-- Documents: replace one only if it is still what was read.

-- ARGV: field, the text that was read, the new text.
redis.register_function('sandmill_replace', function(keys, args)
    if redis.call('HGET', keys[1], args[1]) ~= args[2] then
        return 0
    end
    redis.call('HSET', keys[1], args[1], args[3])
    return 1
end)
