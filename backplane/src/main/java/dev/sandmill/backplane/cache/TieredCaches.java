package dev.sandmill.backplane.cache;

import dev.sandmill.api.BreakerState;
import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisLink;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// All caches of a process: they share one local tier and the news of what others changed.
public final class TieredCaches implements AutoCloseable {
    /// A result or a vector is worked out again rather than waited for; a note is somebody's word.
    private static final Duration RECOMPUTABLE = Duration.ofMillis(100);

    private static final Duration WORD = Duration.ofSeconds(1);

    private final Clock clock = Clock.systemUTC();
    private final LocalTier local;
    private final Invalidations invalidations;
    private final Tiers recomputable;
    private final Tiers word;
    private final RedisNotes notes;
    private final Warmth warmth;
    private final ConcurrentMap<String, TieredCache> caches = new ConcurrentHashMap<>();
    private volatile CacheSettings settings;

    /// @param blockingLink for the invalidations alone
    /// @param libraryLink over which the functions are loaded where the server lost them
    public TieredCaches(
            RedisLink<byte[]> link,
            RedisLink<String> blockingLink,
            RedisLink<String> libraryLink,
            FunctionLibrary library,
            CacheSettings settings) {
        this.settings = settings;
        this.local = new LocalTier(clock, settings.localMaxBytes(), settings.localMaxEntries());
        this.invalidations = new Invalidations(blockingLink, local);
        RedisTier patient = new RedisTier("redis-notes", link, WORD);
        this.recomputable = Tiers.over(local, new RedisTier("redis-cache", link, RECOMPUTABLE), patient, invalidations);
        this.word = Tiers.over(local, patient, patient, invalidations);
        this.notes = new RedisNotes(word, link, libraryLink, library, this::settings, clock);
        this.warmth = new Warmth(word.redis(), local, this::ofNamespace);
        warmth.start();
    }

    public ByteCache cache(String namespace) {
        return ofNamespace(namespace);
    }

    private TieredCache ofNamespace(String namespace) {
        return namespace.equals(RedisNotes.NAMESPACE)
                ? notes.cache()
                : caches.computeIfAbsent(namespace, name -> new TieredCache(name, recomputable, clock));
    }

    public Notes notes() {
        return notes;
    }

    public CacheSettings settings() {
        return settings;
    }

    /// Comes into force at once; what has no room any more goes.
    public void change(CacheSettings changed) {
        settings = changed;
        local.resize(changed.localMaxBytes(), changed.localMaxEntries());
    }

    /// The states of the breakers in front of Redis, in the order of their names.
    public List<BreakerState> breakers() {
        return List.of(recomputable.redis().breakerState(), word.redis().breakerState());
    }

    @Override
    public void close() {
        warmth.close();
        recomputable.removals().close();
        word.removals().close();
        invalidations.close();
    }
}
