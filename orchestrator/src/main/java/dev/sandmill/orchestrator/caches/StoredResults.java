package dev.sandmill.orchestrator.caches;

import dev.sandmill.api.Executed;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.sandbox.cache.ResultCache;
import dev.sandmill.sandbox.cache.ResultKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Results of deterministic programs, as outcome JSON.
public final class StoredResults implements ResultCache {
    private static final Logger log = LoggerFactory.getLogger(StoredResults.class);

    private final ByteCache cache;
    private final JobJson json;
    private final Supplier<Duration> ttl;

    public StoredResults(ByteCache cache, JobJson json, Supplier<Duration> ttl) {
        this.cache = cache;
        this.json = json;
        this.ttl = ttl;
    }

    @Override
    public Optional<Executed> get(ResultKey key) {
        return cache.get(key.value()).flatMap(bytes -> read(key, bytes));
    }

    @Override
    public Optional<Executed> peek(ResultKey key) {
        return cache.peek(key.value()).flatMap(bytes -> read(key, bytes));
    }

    @Override
    public void put(ResultKey key, Executed executed) {
        cache.put(key.value(), json.writeOutcome(executed).getBytes(StandardCharsets.UTF_8), ttl.get());
    }

    @Override
    public void remove(ResultKey key) {
        cache.remove(List.of(key.value()));
    }

    private Optional<Executed> read(ResultKey key, byte[] bytes) {
        try {
            return json.readOutcome(JobKind.EXECUTE, new String(bytes, StandardCharsets.UTF_8))
                            instanceof Executed executed
                    ? Optional.of(executed)
                    : Optional.empty();
        } catch (InvalidJson unreadable) {
            log.warn("dropped an unreadable cached result: {}", unreadable.getMessage());
            cache.remove(List.of(key.value()));
            return Optional.empty();
        }
    }
}
