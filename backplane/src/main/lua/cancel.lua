-- Cancel: a waiting job ends at once, a running one is asked to, a finished one stays as it is.

-- ARGV: tenant or '' for all of them, job, the outcome of a job that was cancelled. Answers the job's row, or nothing for an unknown one.
redis.register_function{
    function_name = 'sandmill_cancel',
    flags = { 'allow-oom' },
    callback = function(keys, args)
        local q, id, at = keys[1], args[2], now()
        local job = q .. ':job:' .. id
        local known = redis.call('HMGET', job, 'tenant', 'kind', 'state', 'entry')
        if not known[1] or (args[1] ~= '' and known[1] ~= args[1]) then
            return {}
        end
        local lane, state = known[2], known[3]
        if state == 'running' then
            redis.call('HSETNX', job, 'cancel', args[3])
            announce(q, 'cancel', id)
        elseif state == 'queued' then
            if known[4] then
                unstage(q, lane, id)
            else
                withdraw(q, lane, known[1], id)
            end
            redis.call('DECR', q .. ':queued:' .. lane)
            finalize(q, lane, id, at, 'done', args[3], redis.call('HMGET', job, unpack(ENDING)))
            refill(q, lane, at, depth_of(q, lane))
        elseif state == 'retrying' then
            redis.call('ZREM', q .. ':delayed:' .. lane, id)
            finalize(q, lane, id, at, 'done', args[3], redis.call('HMGET', job, unpack(ENDING)))
        end
        return row(q, id)
    end,
}
