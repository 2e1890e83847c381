package dev.sandmill.backplane.documents;

import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisLink;
import io.lettuce.core.ScriptOutputType;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Documents in one Redis hash per collection.
public final class RedisDocuments implements Documents {
    private final RedisLink<String> link;
    private final FunctionLibrary library;
    private final String hash;

    public RedisDocuments(RedisLink<String> link, FunctionLibrary library, String collection) {
        this.link = link;
        this.library = library;
        this.hash = "sm:documents:{" + collection + "}";
    }

    @Override
    public boolean putIfAbsent(String key, String json) {
        return link.call(redis -> redis.hsetnx(hash, key, json));
    }

    @Override
    public void put(String key, String json) {
        link.call(redis -> redis.hset(hash, key, json));
    }

    @Override
    public Optional<String> update(String key, UnaryOperator<String> change) {
        while (true) {
            Optional<String> read = get(key);
            if (read.isEmpty()) {
                return read;
            }
            String changed = change.apply(read.get());
            long replaced = library.<Long>call(
                    link, "sandmill_replace", ScriptOutputType.INTEGER, hash, key, read.get(), changed);
            if (replaced == 1) {
                return Optional.of(changed);
            }
        }
    }

    @Override
    public Optional<String> get(String key) {
        return Optional.ofNullable(link.call(redis -> redis.hget(hash, key)));
    }

    @Override
    public Map<String, String> all() {
        return Map.copyOf(link.call(redis -> redis.hgetall(hash)));
    }

    @Override
    public boolean remove(String key) {
        return link.call(redis -> redis.hdel(hash, key)) == 1;
    }
}
