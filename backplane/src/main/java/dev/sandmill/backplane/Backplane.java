package dev.sandmill.backplane;

import dev.sandmill.api.BreakerState;
import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.backplane.cache.CacheSettings;
import dev.sandmill.backplane.cache.Notes;
import dev.sandmill.backplane.calls.Calls;
import dev.sandmill.backplane.documents.Documents;
import dev.sandmill.backplane.events.EventLog;
import dev.sandmill.backplane.events.Topics;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.queue.QueueObserver;
import dev.sandmill.backplane.rates.Rates;
import java.util.List;

/// Everything that processes share, over one Redis. Opens while Redis is away and is usable once it is there.
public interface Backplane extends AutoCloseable {
    /// Opens without waiting for Redis.
    static Backplane open(BackplaneConfig config) {
        return open(config, QueueObserver.NONE);
    }

    /// The same, telling somebody what the queue does.
    static Backplane open(BackplaneConfig config, QueueObserver observer) {
        return new RedisBackplane(config, observer);
    }

    JobQueue queue();

    EventLog events();

    Topics topics();

    /// The cache of this name; the same name is the same cache, in every process.
    ByteCache cache(String namespace);

    Notes notes();

    /// Changes the caches' bounds in this process, at once.
    void changeCaches(CacheSettings settings);

    Rates rates();

    Documents documents(String collection);

    Calls calls();

    /// The breakers in front of Redis: of all that has to be answered, and of the caches.
    List<BreakerState> breakers();

    BackplaneHealth health();

    @Override
    void close();
}
